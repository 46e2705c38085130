import native from "@node-rs/argon2";
import { expect, test } from "vitest";
import { loadNativeArgon2, nodeArgon2 } from "./argon2.ts";
import { formatPhc, parsePhc } from "./phc.ts";

const parameters = { memory: 19_456, passes: 2, lanes: 1 };
const salt = Buffer.from("sixteen  bytes.!");

test("the native library and node:crypto compute the same", async () => {
	const nativeArgon2 = await loadNativeArgon2();
	for (const password of ["correct horse", "", "pässwörd 😀", "x".repeat(1024)])
		for (const tuned of [parameters, { memory: 256, passes: 3, lanes: 2 }])
			expect(Buffer.from(nativeArgon2?.(password, salt, 32, tuned) ?? [])).toEqual(Buffer.from(nodeArgon2(password, salt, 32, tuned)));
});

test("PHC strings go both ways: what one hashed the other verifies", () => {
	const ours = formatPhc({ ...parameters, salt, digest: nodeArgon2("correct horse", salt, 32, parameters) });
	expect(native.verifySync(ours, "correct horse")).toBe(true);
	expect(native.verifySync(ours, "wrong horse")).toBe(false);
	const theirs = parsePhc(native.hashSync("correct horse"));
	if (!theirs) throw new Error("the native library's default is no argon2id");
	expect(Buffer.from(nodeArgon2("correct horse", theirs.salt, theirs.digest.length, theirs))).toEqual(Buffer.from(theirs.digest));
	expect(theirs).toMatchObject(parameters);
});
