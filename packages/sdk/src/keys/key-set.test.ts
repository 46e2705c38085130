import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { newIssuer, newKey, verdict } from "../../test/issuer.ts";
import { readKeySet } from "./key-set.ts";

test("RS-03 an RSA key of 1024 bits signs nothing that passes, one of 2048 bits does (RFC 7518 §3.3)", async () => {
	const auth = await newIssuer("ES256");
	for (const [modulusLength, expected] of [
		[1024, "invalid_token"],
		[2048, "alice"],
		[2056, "alice"],
	] as const) {
		const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength });
		auth.jwks = { keys: [auth.key.jwk, { ...publicKey.export({ format: "jwk" }), kid: "rsa", alg: "RS256" }] };
		const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const signed = `${encode({ alg: "RS256", typ: "at+jwt", kid: "rsa" })}.${encode(auth.claims())}`;
		const token = `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
		const api = auth.api();
		expect(await verdict(api, await auth.token())).toBe("alice");
		expect(await verdict(api, token)).toBe(expected);
	}
});

test("a public exponent that would make each verification dear is passed over", async () => {
	const [rsa, spare] = [await newKey("RS256", "rsa"), await newKey("ES256", "spare")];
	const kidsWith = (e: Buffer) => readKeySet({ keys: [{ ...rsa.jwk, e: e.toString("base64url") }, spare.jwk] }).keys.map(({ kid }) => kid);
	expect(kidsWith(Buffer.from([1, 0, 1]))).toEqual(["rsa", "spare"]);
	expect(kidsWith(Buffer.from([255, 255, 255, 255]))).toEqual(["rsa", "spare"]);
	expect(kidsWith(Buffer.from([1, 0, 0, 0, 1]))).toEqual(["spare"]);
	expect(kidsWith(Buffer.from([1]))).toEqual(["spare"]);
});

test("a key that is published again keeps its object, so that what it verified stays remembered", async () => {
	const [first, second] = [await newKey("ES256", "first"), await newKey("EdDSA", "second")];
	const before = readKeySet({ keys: [first.jwk, second.jwk] });
	const after = readKeySet({ keys: [second.jwk, { ...first.jwk, kid: "renamed" }] }, before.keys);
	expect(after.keys.map((key) => before.has(key))).toEqual([true, false]);
	expect(after.find("second", "EdDSA")).toBe(before.find("second", "EdDSA"));
});
