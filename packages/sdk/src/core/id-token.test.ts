import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { atHash, issuer, jwt } from "../../test/spa/fake-issuer.ts";
import { webDigest } from "./digest.ts";
import { type Expected, idTokenClaims } from "./id-token.ts";
import { sessionOf } from "./session.ts";

const now = 1_800_000_000;
const expected: Expected = {
	issuer,
	clientId: "shop",
	nonce: "n",
	maxAge: undefined,
	accessToken: "access",
	date: now * 1000,
	digest: webDigest,
};
const honest = {
	iss: issuer,
	aud: "shop",
	sub: "alice",
	iat: now,
	exp: now + 60,
	nonce: "n",
	auth_time: now - 5,
	at_hash: atHash("access"),
};

const verdict = (claims: Record<string, unknown>, more: Partial<Expected> = {}, header: Record<string, unknown> = { alg: "RS256" }) =>
	idTokenClaims(jwt({ ...honest, ...claims }, header), { ...expected, ...more }).then((found) =>
		typeof found === "string" ? found : found["sub"],
	);

describe("RP-01: an ID token", () => {
	test.each<[string, Record<string, unknown>, Partial<Expected>?]>([
		["of another issuer", { iss: "https://evil.test" }],
		["without issuer", { iss: undefined }],
		["for another client", { aud: "other" }],
		["for nobody", { aud: [] }],
		["for several without a party", { aud: ["shop", "other"] }],
		["for another party", { azp: "other" }],
		["for several and another party", { aud: ["shop", "other"], azp: "other" }],
		["without nonce", { nonce: undefined }],
		["with another nonce", { nonce: "m" }],
		["that names nobody", { sub: "" }],
		["whose subject is no text", { sub: 7 }],
		["with a wrong at_hash", { at_hash: atHash("other") }],
		["without exp", { exp: undefined }],
		["whose exp is a text", { exp: String(now + 60) }],
		["without iat", { iat: undefined }],
		["expired 11 seconds ago", { exp: now - 11 }],
		["of 11 seconds from now", { iat: now + 11 }],
		["of a sign-in that is too old", { auth_time: now - 311 }, { maxAge: 300 }],
		["that does not say when, though it was asked", { auth_time: undefined }, { maxAge: 300 }],
	])("%s is refused", async (_, claims, more) => {
		expect(await verdict(claims, more)).toMatch(/^The ID token .+\.$/);
	});

	test.each<[string, Record<string, unknown>, Partial<Expected>?]>([
		["as the issuer writes it", {}],
		["for several, with this app as the party", { aud: ["other", "shop"], azp: "shop" }],
		["without at_hash, which the code flow allows", { at_hash: undefined }],
		["expired 9 seconds ago", { exp: now - 9 }],
		["of 9 seconds from now", { iat: now + 9 }],
		["of a sign-in that is young enough", { auth_time: now - 309 }, { maxAge: 300 }],
		["whenever, if the issuer does not tell its time", { iat: now - 1e6, exp: now - 1e6 + 60 }, { date: Number.NaN }],
	])("%s is taken", async (_, claims, more) => {
		expect(await verdict(claims, more)).toBe("alice");
	});

	test.each(["none", "HS256", "RS1", "", undefined])("signed with %j is refused", async (alg) => {
		expect(await verdict({}, {}, { alg })).toMatch(/^The ID token /);
	});

	test.each([
		["ES256", "sha256"],
		["PS384", "sha384"],
		["EdDSA", "sha512"],
		["Ed25519", "sha512"],
	])("signed with %s has the at_hash of %s", async (alg, hash) => {
		const digest = createHash(hash).update("access").digest();
		expect(await verdict({ at_hash: digest.subarray(0, digest.length / 2).toString("base64url") }, {}, { alg })).toBe("alice");
		expect(await verdict({ at_hash: atHash("other") }, {}, { alg })).toMatch(/^The ID token /);
	});

	test.each([undefined, 7, "", "a", "a.b", "e30", `${jwt({}).split(".")[0]}.%%%.x`, "W10.W10.x", "bnVsbA.bnVsbA.x"])(
		"%j is none",
		async (text) => {
			expect(await idTokenClaims(text, expected)).toMatch(/^The ID token is (?:none|of another issuer)\.$/);
		},
	);
});

test("the page is told what it may know, by name and type", () => {
	const session = sessionOf({
		...honest,
		name: "Ada ✓",
		email: 7,
		email_verified: "yes",
		groups: ["a"],
		given_name: "Ada",
		amr: ["pwd", 1],
		acr: "1",
		sid: "x",
		at: "eyJ",
	});
	expect(session).toEqual({ user: { sub: "alice", name: "Ada ✓", givenName: "Ada", groups: ["a"] }, authTime: now - 5, acr: "1" });
});
