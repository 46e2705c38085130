import crypto from "node:crypto";
import { calculateJwkThumbprint, exportJWK } from "jose";
import { expect, test } from "vitest";
import { publicMembers, thumbprint } from "./jwk.ts";

test("the thumbprint of RFC 7638 §3.1", () => {
	const key = {
		kty: "RSA",
		n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
		e: "AQAB",
		alg: "RS256",
		kid: "2011-04-29",
	};
	expect(thumbprint(key)).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
});

test("the thumbprint of RFC 8037 appendix A.3", () => {
	const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
	expect(thumbprint(key)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
});

test("a foreign judge computes the same for every kind of key, private members or not", async () => {
	const pairs = [
		crypto.generateKeyPairSync("rsa", { modulusLength: 2048 }),
		crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }),
		crypto.generateKeyPairSync("ed25519"),
	];
	for (const { publicKey, privateKey } of pairs) {
		const expected = await calculateJwkThumbprint(await exportJWK(publicKey));
		expect(thumbprint(publicKey.export({ format: "jwk" }))).toBe(expected);
		expect(thumbprint(privateKey.export({ format: "jwk" }))).toBe(expected);
		expect(publicMembers(privateKey.export({ format: "jwk" }))).not.toHaveProperty("d");
	}
});

test("a symmetric or incomplete key has no thumbprint", () => {
	expect(() => thumbprint({ kty: "oct", k: "AAAA" })).toThrow("neither RSA nor EC nor OKP");
	expect(() => thumbprint({})).toThrow("neither RSA nor EC nor OKP");
	expect(() => thumbprint({ kty: "EC", crv: "P-256", x: "AA" })).toThrow("lacks its member y");
});
