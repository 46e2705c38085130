import { createHmac, createPublicKey, randomBytes, type webcrypto } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { CompactEncrypt, CompactSign, exportJWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import { challengeTo, compact, type Issuer, issuer, newIssuer, newKey, resource, verdict } from "../../test/issuer.ts";

test.each(["RS256", "PS256", "ES256", "EdDSA"])("a token that jose signed with %s passes (RFC 9068 §4)", async (alg) => {
	const auth = await newIssuer(alg);
	expect(await verdict(auth.api(), await auth.token())).toBe("alice");
	expect(await verdict(auth.api(), await auth.token({}, { typ: "application/at+jwt" }))).toBe("alice");
	expect(await verdict(auth.api(), await auth.token({}, { kid: undefined }))).toBe("alice");
});

test("RS-02 alg none in any spelling, empty or missing, and a signature that is cut off: 401 invalid_token (RFC 8725 §3.1)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const honest = await auth.token();
	expect(await verdict(api, honest)).toBe("alice");
	for (const alg of ["none", "nOnE", "NONE", "", undefined, null, 0, ["ES256"], "es256"])
		for (const signature of ["", "x".repeat(64)])
			expect(await verdict(api, compact({ alg, typ: "at+jwt", kid: "first" }, auth.claims(), signature)), `alg ${alg}`).toBe(
				"invalid_token",
			);
	const [head, body, tail] = honest.split(".") as [string, string, string];
	for (const cut of [
		`${head}.${body}.`,
		`${head}.${body}`,
		`${head}..${tail}`,
		`.${body}.${tail}`,
		`${head}.${body}.${tail.slice(0, -4)}`,
		head,
		"",
		"..",
		".",
	])
		expect(await verdict(api, cut), cut).toBe("invalid_token");
	const { status, challenge } = await challengeTo(api, `${head}.${body}.`);
	expect(status).toBe(401);
	expect(challenge).toMatch(/^Bearer error="invalid_token", /);
});

test("RS-03 HS256 keyed with the published RSA key in every form of it: 401, also where its JWK has no alg", async () => {
	const auth = await newIssuer("RS256");
	const { alg: _, ...withoutAlg } = auth.key.jwk;
	for (const jwk of [auth.key.jwk, withoutAlg]) {
		auth.jwks = { keys: [jwk] };
		const api = auth.api();
		expect(await verdict(api, await auth.token())).toBe("alice");
		const publicKey = createPublicKey({ key: { ...auth.key.jwk }, format: "jwk" });
		const forms = [
			publicKey.export({ type: "spki", format: "pem" }),
			publicKey.export({ type: "spki", format: "der" }),
			publicKey.export({ type: "pkcs1", format: "pem" }),
			publicKey.export({ type: "pkcs1", format: "der" }),
			JSON.stringify(jwk),
			Buffer.from(jwk.n!, "base64url"),
		];
		for (const alg of ["HS256", "HS384", "HS512"])
			for (const secret of forms) {
				const signed = compact({ alg, typ: "at+jwt", kid: "first" }, auth.claims()).slice(0, -1);
				const mac = createHmac(alg.replace("HS", "sha"), secret).update(signed).digest("base64url");
				expect(await verdict(api, `${signed}.${mac}`)).toBe("invalid_token");
			}
	}
});

test("RS-03 a key serves one algorithm: an RSA key without alg is for RS256, never PS256, and one with alg for that one", async () => {
	const auth = await newIssuer("RS256");
	const ps256 = async () =>
		await new CompactSign(Buffer.from(JSON.stringify(auth.claims())))
			.setProtectedHeader({ alg: "PS256", typ: "at+jwt", kid: "first" })
			.sign(await asPs256(auth));
	const { alg: _, ...withoutAlg } = auth.key.jwk;
	for (const jwk of [auth.key.jwk, withoutAlg]) {
		auth.jwks = { keys: [jwk] };
		expect(await verdict(auth.api(), await ps256())).toBe("invalid_token");
		expect(await verdict(auth.api(), await auth.token())).toBe("alice");
	}
	auth.jwks = { keys: [{ ...auth.key.jwk, alg: "PS256" }] };
	expect(await verdict(auth.api(), await ps256())).toBe("alice");
	expect(await verdict(auth.api(), await auth.token())).toBe("invalid_token");
});

test("RS-03 an alg that does not suit the key's type, or a key for another use, serves nothing", async () => {
	for (const alg of ["RS256", "ES256", "EdDSA"]) {
		const auth = await newIssuer(alg);
		const spare = await newKey("ES256", "spare");
		for (const change of [
			{ alg: alg === "ES256" ? "RS256" : "ES256" },
			{ alg: "HS256" },
			{ alg: "none" },
			{ use: "enc" },
			{ key_ops: ["sign"] },
			{ key_ops: "verify" },
			{ kid: 7 },
			{ crv: "P-384", n: "AQAB", x: "AQAB" },
		]) {
			auth.jwks = { keys: [{ ...auth.key.jwk, ...change }, spare.jwk] };
			expect(await verdict(auth.api(), await auth.token()), JSON.stringify(change)).toBe("invalid_token");
			expect(await verdict(auth.api(), await auth.token({}, {}, spare))).toBe("alice");
		}
		auth.jwks = { keys: [{ ...auth.key.jwk, key_ops: ["verify"] }] };
		expect(await verdict(auth.api(), await auth.token())).toBe("alice");
	}
});

test("RS-03 RS256 where ES256 is configured: 401", async () => {
	const auth = await newIssuer("RS256");
	const es256 = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, es256.jwk] };
	const narrow = auth.api({ algorithms: ["ES256"] });
	expect(await verdict(narrow, await auth.token())).toBe("invalid_token");
	expect(await verdict(narrow, await auth.token({}, {}, es256))).toBe("alice");
	expect(await verdict(auth.api(), await auth.token())).toBe("alice");
});

test("RS-03 short RSA keys and keys that are no keys are passed over", async () => {
	const auth = await newIssuer("RS256");
	const spare = await newKey("ES256", "spare");
	for (const change of [{ n: auth.key.jwk.n!.slice(0, 170) }, { n: "" }, { e: "AQ" }, { e: auth.key.jwk.n }, { n: 5 }]) {
		auth.jwks = { keys: [{ ...auth.key.jwk, ...change }, null, "key", spare.jwk] };
		const api = auth.api();
		expect(await verdict(api, await auth.token({}, {}, spare))).toBe("alice");
		expect(await verdict(api, await auth.token())).toBe("invalid_token");
	}
});

test("RS-04 jwk, jku, x5u, x5c in the header: never used, never fetched, 401", async () => {
	const auth = await newIssuer();
	const evil = await newKey("ES256", "first");
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	const asked = auth.asked.length;
	const offers = { jwk: evil.jwk, jku: "https://evil.test/jwks.json", x5u: "https://evil.test/chain.pem", x5c: ["MIIB"] };
	for (const [member, value] of Object.entries(offers)) {
		expect(await verdict(api, await auth.token({}, { [member]: value }, evil)), member).toBe("invalid_token");
		expect(await verdict(api, await auth.token({}, { [member]: value, kid: "other" }, evil)), member).toBe("invalid_token");
		expect(await verdict(api, await auth.token({}, { [member]: value })), member).toBe("invalid_token");
	}
	expect(auth.asked.length).toBe(asked);
	// A thumbprint is a mere name and harms nobody.
	expect(await verdict(api, await auth.token({}, { x5t: "2jmj7l5rSw0yVb_vlWAYkK_YBwk" }))).toBe("alice");
});

test("RS-08 an ID token, logout token, DPoP proof, client assertion, or typ JWT as access token: 401 (RFC 9068 §4)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	expect(await verdict(api, await auth.token())).toBe("alice");
	for (const typ of [
		"JWT",
		"jwt",
		undefined,
		"",
		"logout+jwt",
		"dpop+jwt",
		"client-authentication+jwt",
		"id+jwt",
		"at+jwt ",
		"at",
		"x-at+jwt",
		"text/at+jwt",
		["at+jwt"],
		null,
	])
		expect(await verdict(api, await auth.token({ aud: resource }, { typ })), `typ ${typ}`).toBe("invalid_token");
	const idToken = await new SignJWT({ nonce: "n", at_hash: "h" })
		.setProtectedHeader({ alg: "ES256", kid: "first" })
		.setIssuer(issuer)
		.setSubject("alice")
		.setAudience("shop")
		.setIssuedAt(auth.clock.seconds)
		.setExpirationTime(auth.clock.seconds + 60)
		.sign(auth.key.privateKey);
	expect(await verdict(api, idToken)).toBe("invalid_token");
	const proof = await new SignJWT({ htm: "GET", htu: resource, jti: "j" })
		.setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk: auth.key.jwk })
		.setIssuedAt(auth.clock.seconds)
		.sign(auth.key.privateKey);
	expect(await verdict(api, proof)).toBe("invalid_token");
});

test("critical extensions are refused, whatever they are called (RFC 7515 §4.1.11)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const sign = (header: Record<string, unknown>, critical: Record<string, boolean>) =>
		new CompactSign(Buffer.from(JSON.stringify(auth.claims())))
			.setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "first", ...header })
			.sign(auth.key.privateKey, { crit: critical });
	expect(await verdict(api, await sign({}, {}))).toBe("alice");
	expect(await verdict(api, await sign({ crit: ["exp"], exp: 1 }, { exp: true }))).toBe("invalid_token");
	expect(await verdict(api, await sign({ crit: ["b64"], b64: true }, {}))).toBe("invalid_token");
});

test("RS-14 a token of 9 KB or 1 MB is refused before it is decoded; one of just under 8 KB passes", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	for (const size of [9 * 1024, 1024 * 1024])
		expect(await verdict(api, await auth.token({ padding: "x".repeat(size) }))).toBe("invalid_token");
	expect(auth.asked).toEqual([]);
	const honest = await auth.token({ padding: "x".repeat(5700) });
	expect(honest.length).toBeLessThanOrEqual(8192);
	expect(honest.length).toBeGreaterThan(7800);
	expect(await verdict(api, honest)).toBe("alice");
});

test("RS-14 an encrypted token, a zip bomb inside or p2c of 2³¹ in the header, is refused unopened", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const key = randomBytes(32);
	const payload = new TextEncoder().encode(JSON.stringify(auth.claims()));
	const jwe = await new CompactEncrypt(payload).setProtectedHeader({ alg: "dir", enc: "A256GCM", typ: "at+jwt" }).encrypt(key);
	const bomb = compact({ alg: "dir", enc: "A256GCM", zip: "DEF", typ: "at+jwt" }, {}).slice(0, -1);
	const stretched = `${compact({ alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 2 ** 31, p2s: "c2FsdA" }, {}).slice(0, -1)}`;
	for (const token of [
		jwe,
		`${bomb}.aXY.${deflateRawSync(Buffer.alloc(1_000_000)).toString("base64url")}.dGFn`,
		`${stretched}.aXY.Y3Q.dGFn`,
		`${stretched}.aXY`,
	])
		expect(await verdict(api, token)).toBe("invalid_token");
	expect((await challengeTo(api, jwe)).challenge).toContain("The token is encrypted");
	expect(auth.asked).toEqual([]);
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("claims nested deeper than 32 levels are refused, and a header or payload that is no JSON object", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
	expect(await verdict(api, await auth.token({ tree: nested(30) }))).toBe("alice");
	expect(await verdict(api, await auth.token({ tree: nested(33) }))).toBe("invalid_token");
	const sign = (bytes: Uint8Array) =>
		new CompactSign(bytes).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "first" }).sign(auth.key.privateKey);
	for (const text of ["", "null", "[]", '"at+jwt"', "1", "{", '{"iss":1}{}'])
		expect(await verdict(api, await sign(Buffer.from(text))), text).toBe("invalid_token");
	const latin1 = Buffer.concat([Buffer.from(JSON.stringify(auth.claims()).slice(0, -1)), Buffer.from(',"name":"J\xf6rg"}', "latin1")]);
	expect(await verdict(api, await sign(latin1))).toBe("invalid_token");
	expect(await verdict(api, await sign(Buffer.from(latin1.toString("latin1"))))).toBe("alice");
	for (const header of [null, [], "x", 5]) expect(await verdict(api, compact(header, auth.claims(), "x".repeat(64)))).toBe("invalid_token");
});

async function asPs256(auth: Issuer): Promise<CryptoKey> {
	const jwk = await exportJWK(auth.key.privateKey);
	return await crypto.subtle.importKey(
		"jwk",
		{ ...jwk, alg: "PS256" } as webcrypto.JsonWebKey,
		{ name: "RSA-PSS", hash: "SHA-256" },
		false,
		["sign"],
	);
}
