import { expect, test } from "vitest";
import { formatPhc, parsePhc } from "./phc.ts";

const text = "$argon2id$v=19$m=19456,t=2,p=1$mF5LoSVW0IG6eBJGOItPlA$yfevcwxqOtSrYt/LkxLCbkyAZHd5mwMNQ0OPgkaWNHA";

test("a PHC string is read and written as it was", () => {
	const hash = parsePhc(text);
	expect(hash).toMatchObject({ memory: 19_456, passes: 2, lanes: 1 });
	expect(hash?.salt).toHaveLength(16);
	expect(hash?.digest).toHaveLength(32);
	expect(hash && formatPhc(hash)).toBe(text);
});

test("other algorithms, versions and damaged texts are not read", () => {
	const others = [
		"",
		"x",
		text.replace("argon2id", "argon2i"),
		text.replace("v=19", "v=16"),
		text.slice(1),
		`${text}$`,
		`${text}\n`,
		text.replace("m=19456", "m=-1"),
	];
	for (const other of [...others, "$2b$10$abcdefghijklmnopqrstuv", text.replace(",t=2", "")])
		expect(parsePhc(other), other).toBeUndefined();
	expect(parsePhc(text)).toBeDefined();
});
