import fc from "fast-check";
import { expect, test } from "vitest";
import { platform } from "../client/world.ts";
import { createKeyring } from "./keyring.ts";

const newer = "a newer key, which is long enough";
const older = "an older key, which is long enough";
const keyring = (...keys: readonly string[]) => createKeyring(keys, "https://auth.acme.test portal", platform);

test("whatever is sealed is opened again, for the same purpose", async () => {
	const ring = keyring(newer);
	const property = fc.asyncProperty(fc.jsonValue(), fc.string(), async (value, context) => {
		const sealed = await ring.seal(context, value);
		expect(sealed).toMatch(/^[\w-]+$/);
		expect(await ring.open(context, sealed)).toEqual(JSON.parse(JSON.stringify(value)));
		expect(await ring.open(`${context}.`, sealed)).toBeUndefined();
	});
	await fc.assert(property, { numRuns: 50 });
});

test("a record of a hundred kilobytes is sealed as well", async () => {
	const value = { tokens: Array.from({ length: 20 }, (_, index) => String(index).repeat(6_000)) };
	const sealed = await keyring(newer).seal("big", value);
	expect(await keyring(newer).open("big", sealed)).toEqual(value);
});

test("what was changed anywhere, cut, lengthened or spelt in another way opens to nothing, and never throws", async () => {
	const ring = keyring(newer);
	const sealed = await ring.seal("cookie", { state: "canary" });
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const changed = Array.from(sealed, (letter, place) => {
		const other = alphabet[(alphabet.indexOf(letter) + 1) % 64];
		return sealed.slice(0, place) + other + sealed.slice(place + 1);
	});
	const others = ["", "A", "AQ", `${sealed}A`, `${sealed}AAAA`, sealed.slice(0, -1), sealed.slice(0, 40), `${sealed}=`, ` ${sealed}`, "ü"];
	for (const wrong of [...changed, ...others]) expect(await ring.open("cookie", wrong), wrong).toBeUndefined();
	for (const wrong of [undefined, null, 1, {}]) expect(await ring.open("cookie", wrong as unknown as string)).toBeUndefined();
	expect(await ring.open("cookie", sealed)).toEqual({ state: "canary" });
});

test("keys are rotated: the first seals, all of them open, and one that was taken away opens nothing", async () => {
	const before = await keyring(older).seal("cookie", "before");
	const during = await keyring(newer, older).seal("cookie", "during");
	expect(await keyring(newer, older).open("cookie", before)).toBe("before");
	expect(await keyring(newer).open("cookie", during)).toBe("during");
	expect(await keyring(older).open("cookie", during)).toBeUndefined();
	expect(await keyring(newer).open("cookie", before)).toBeUndefined();
});

test("two clients that share a secret share no key", async () => {
	const other = createKeyring([newer], "https://auth.acme.test crm", platform);
	expect(await other.open("cookie", await keyring(newer).seal("cookie", "ours"))).toBeUndefined();
	expect(await other.marks("alice")).not.toEqual(await keyring(newer).marks("alice"));
});

test("the same text is never sealed to the same twice, and a mark is always the same, by each key", async () => {
	const ring = keyring(newer, older);
	expect(await ring.seal("cookie", "one")).not.toBe(await ring.seal("cookie", "one"));
	expect(await ring.marks("alice")).toEqual([...(await keyring(newer).marks("alice")), ...(await keyring(older).marks("alice"))]);
	expect(new Set([...(await ring.marks("alice")), ...(await ring.marks("bob"))]).size).toBe(4);
});

test("a key that is too short or missing is refused with what to do, does not show itself, and is asked for again", async () => {
	await expect(keyring("canary").seal("cookie", 1)).rejects.toMatchObject({
		code: "invalid_option",
		message: "A key of the sessions is too short: 32 characters are needed, such as openssl rand -base64 32 makes.",
	});
	let key = "";
	const ring = createKeyring([() => key], "portal", platform);
	await expect(ring.open("cookie", await keyring(newer).seal("cookie", 1))).rejects.toMatchObject({ code: "invalid_option" });
	key = newer;
	expect(await ring.open("cookie", await ring.seal("cookie", 1))).toBe(1);
});
