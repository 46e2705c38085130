import { expect, test } from "vitest";
import { compact, type Issuer, issuer, keysUrl, newIssuer, newKey } from "../../test/issuer.ts";
import { createJwtVerifier, type JwtType, type JwtVerifier } from "./verified-jwt.ts";

const verifierOf = (auth: Issuer) => createJwtVerifier(issuer, { fetch: auth.fetch, steady: () => auth.clock.steady });

/** The subject, the sentence, or the code of the error. */
const verdictOf = (verify: JwtVerifier, jwt: string, type: JwtType = "ID token") =>
	verify(jwt, type).then(
		({ claims, fault }) => fault ?? String(claims["sub"]),
		({ code, retryable, retryAfter }) => `${code}, ${retryable ? `retry in ${retryAfter} s` : "no use"}`,
	);

const down = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:4000") }));

test.each(["RS256", "PS256", "ES256", "EdDSA"])("an ID token and a logout token that jose signed with %s are verified", async (alg) => {
	const auth = await newIssuer(alg);
	const verify = verifierOf(auth);
	for (const typ of [undefined, "JWT", "jwt", "application/jwt"])
		expect(await verdictOf(verify, await auth.token({}, { typ }))).toBe("alice");
	for (const typ of [undefined, "logout+jwt", "application/logout+jwt"])
		expect(await verdictOf(verify, await auth.token({}, { typ }), "logout token")).toBe("alice");
	expect(auth.keyFetches).toBe(1);
});

test("no kind of token is taken for another (RFC 8725 §3.11)", async () => {
	const auth = await newIssuer();
	const verify = verifierOf(auth);
	for (const typ of ["at+jwt", "logout+jwt", "dpop+jwt", "", null, 1, ["JWT"]])
		expect(await verdictOf(verify, await auth.token({}, { typ })), String(typ)).toBe("The token is no ID token (its type is another).");
	for (const typ of ["at+jwt", "JWT", "", null])
		expect(await verdictOf(verify, await auth.token({}, { typ }), "logout token"), String(typ)).toBe(
			"The token is not a logout token (its type is not logout+jwt).",
		);
});

test("what the issuer did not sign is no token of its: alg none, a shared secret, another's key, a changed payload, a key that it brings", async () => {
	const auth = await newIssuer();
	const verify = verifierOf(auth);
	const stranger = await newKey("ES256", "first");
	const [head, , tail] = (await auth.token({}, { typ: "JWT" })).split(".");
	const changed = `${head}.${Buffer.from(JSON.stringify({ ...auth.claims(), sub: "mallory" })).toString("base64url")}.${tail}`;
	expect(await verdictOf(verify, changed)).toBe("The signature of the ID token is wrong.");
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }, stranger))).toBe("The signature of the ID token is wrong.");
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT", kid: "second" }, stranger))).toBe(
		"The ID token is signed by no key of the issuer.",
	);
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT", jwk: stranger.jwk }, stranger))).toContain("a key of its own");
	for (const alg of ["none", "HS256"])
		expect(await verdictOf(verify, compact({ alg, typ: "JWT" }, auth.claims(), "x".repeat(32)))).toContain("not signed by an accepted");
	expect(await verdictOf(verify, `${await auth.token({ padding: "x".repeat(64 * 1024) }, { typ: "JWT" })}`)).toBe(
		"The ID token is longer than 64 KB.",
	);
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }))).toBe("alice");
});

test.each(["RS256", "PS256", "ES256", "EdDSA"] as const)(
	"a client that is registered for %s takes no other key of the issuer's",
	async (alg) => {
		const auth = await newIssuer("RS256");
		const others = await Promise.all(["PS256", "ES256", "EdDSA"].map((name) => newKey(name, name)));
		const keys = [auth.key, ...others];
		auth.jwks = { keys: keys.map(({ jwk }) => jwk) };
		const verify = createJwtVerifier(issuer, { fetch: auth.fetch, steady: () => auth.clock.steady }, alg);
		for (const [type, typ] of [
			["ID token", "JWT"],
			["logout token", "logout+jwt"],
		] as const)
			for (const key of keys) {
				const signedWith = String(key.jwk.alg);
				const expected =
					signedWith === alg
						? "alice"
						: `The ${type} is signed with ${signedWith}, and this client is one for ${alg}: \`idTokenAlgorithm\` says which.`;
				expect(await verdictOf(verify, await auth.token({}, { typ }, key), type)).toBe(expected);
			}
	},
);

test("F-41 without keys nothing is verified and nothing refused: issuer_unreachable, with when to try again, and well again by itself", async () => {
	const auth = await newIssuer();
	const verify = verifierOf(auth);
	const jwt = await auth.token({}, { typ: "JWT" });
	auth.answer = down;
	expect(await verdictOf(verify, jwt)).toBe("issuer_unreachable, retry in 1 s");
	auth.clock.pass(1);
	for (const [poison, code] of [
		[() => new Response("<html>maintenance</html>", { status: 200 }), "issuer_unreachable, retry in 2 s"],
		[() => new Response(null, { status: 500 }), "issuer_unreachable, retry in 4 s"],
		[(url: string) => (url === keysUrl ? Response.json({ keys: [] }) : auth.honestAnswer(url)), "keys_unusable, retry in 8 s"],
		[() => Response.json({ issuer: "https://evil.test", jwks_uri: keysUrl }), "issuer_mismatch, no use"],
	] as const) {
		auth.answer = poison;
		expect(await verdictOf(verify, jwt)).toBe(code);
		auth.clock.pass(30);
	}
	auth.answer = (url) => auth.honestAnswer(url);
	expect(await verdictOf(verify, jwt)).toBe("alice");
});

test("F-41 the issuer is down for an hour: known keys verify at once, of a key that may be new nothing is said", async () => {
	const auth = await newIssuer();
	const verify = verifierOf(auth);
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }))).toBe("alice");
	const second = await newKey("ES256", "second");
	auth.jwks = { keys: [auth.key.jwk, second.jwk] };
	auth.answer = down;
	for (let minute = 0; minute < 60; minute++) {
		auth.clock.pass(60);
		expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }))).toBe("alice");
		expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }, second))).toMatch(/^issuer_unreachable, retry in \d+ s$/);
	}
	auth.answer = (url) => auth.honestAnswer(url);
	auth.clock.pass(30);
	expect(await verdictOf(verify, await auth.token({}, { typ: "JWT" }, second))).toBe("alice");
});

test("1 000 at once at a cold start ask once, and whoever is one too many is told to come again", async () => {
	const auth = await newIssuer();
	const verify = verifierOf(auth);
	const jwt = await auth.token({}, { typ: "JWT" });
	const verdicts = await Promise.all(Array.from({ length: 1001 }, () => verdictOf(verify, jwt)));
	expect(verdicts.filter((verdict) => verdict === "alice")).toHaveLength(1000);
	expect(verdicts.at(-1)).toBe("issuer_unreachable, retry in 1 s");
	expect(auth.keyFetches).toBe(1);
});
