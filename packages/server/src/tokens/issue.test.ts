import crypto from "node:crypto";
import { type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import { beforeAll, expect, test } from "vitest";
import { type Issuance, resolveClient } from "../model/index.ts";
import { createTokenIssuer } from "./issue.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import { createSigningKey, openPrivateKey, type SigningKeyRow } from "./keys.ts";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createRefreshTokens } from "./refresh-token.ts";
import { createSecrets } from "./secret.ts";

const issuer = "https://auth.example";
const api = "https://crm.example";
const random = createRandom();
const masterKeys = createMasterKeys([Buffer.alloc(32, 1)]);
const secrets = createSecrets({ masterKeys, random });
const refreshTokens = createRefreshTokens({ issuer, masterKeys });
const hintLifetime = 30 * 86_400_000;
const now = Date.UTC(2026, 4, 1, 12, 0, 0, 789);
const seconds = Math.floor(now / 1000);

let rows: readonly SigningKeyRow[];
let ring: KeyRing;
beforeAll(async () => {
	rows = await Promise.all(signingAlgorithms.map((alg) => createSigningKey(alg, secrets, { createdAt: 0, signsFrom: 0 })));
	ring = createKeyRing(rows, { secrets, hintLifetime });
});
const tokenIssuer = createTokenIssuer({ issuer, ring: () => ring, random, refreshTokens });

const clientOf = (alg: SigningAlgorithm) =>
	resolveClient({
		id: "shop",
		metadata: { client_id: "shop", id_token_signed_response_alg: alg },
		secrets: [],
		managedBy: "file",
		held: false,
		createdAt: 0,
		updatedAt: 0,
	});
const grant = {
	id: random.id(now),
	sessionId: random.id(now),
	authTime: now - 5000,
	amr: ["pwd"],
	salt: random.bytes(16),
	macKeyVersion: masterKeys.newest,
};
const issuanceOf = (alg: SigningAlgorithm, more: Partial<Issuance> = {}): Issuance => ({
	client: clientOf(alg),
	subject: "alice-id",
	scope: ["openid", "crm.read"],
	audience: [api, issuer],
	accessTokenAlg: alg,
	accessTokenLifetime: 600_000,
	grant,
	idToken: { subject: "alice-id", nonce: "n-0S6", claims: { email: "alice@example.com", email_verified: true } },
	...more,
});
const judge = (token: string, options: { readonly audience: string; readonly typ: string }) => {
	const set = JSON.parse(new TextDecoder().decode(tokenIssuer.jwks(now)));
	return jwtVerify(token, createLocalJWKSet(set), {
		issuer,
		currentDate: new Date(now),
		requiredClaims: ["exp", "iat", "sub"],
		...options,
	});
};

for (const alg of signingAlgorithms) {
	test(`RFC 9068 §2 ${alg}: the access token, judged by a foreign library with nothing but the JWK set`, async () => {
		const response = await tokenIssuer.issue(issuanceOf(alg, { groups: ["sales"] }), now);
		const { payload, protectedHeader } = await judge(response.access_token, { audience: api, typ: "at+jwt" });
		expect(protectedHeader).toEqual({ alg, typ: "at+jwt", kid: ring.signer(alg, now).kid });
		const { jti, ...claims } = payload;
		expect(claims).toEqual({
			iss: issuer,
			sub: "alice-id",
			aud: [api, issuer],
			client_id: "shop",
			iat: seconds,
			exp: seconds + 600,
			scope: "openid crm.read",
			sid: grant.sessionId,
			auth_time: seconds - 5,
			acr: "1",
			amr: ["pwd"],
			groups: ["sales"],
		});
		expect(jti).toMatch(new RegExp(`^${grant.id}\\.[\\w-]{22}$`));
		expect(response).toMatchObject({ token_type: "Bearer", expires_in: 600, scope: "openid crm.read" });
		expect(tokenIssuer.verifyAccessToken(response.access_token, now)).toEqual(payload);
	});

	test(`OpenID Connect Core §2 ${alg}: the ID token, with the at_hash of its algorithm (§3.1.3.6)`, async () => {
		const response = await tokenIssuer.issue(issuanceOf(alg), now);
		const { payload, protectedHeader } = await judge(response.id_token as string, { audience: "shop", typ: "JWT" });
		expect(protectedHeader).toEqual({ alg, typ: "JWT", kid: ring.signer(alg, now).kid });
		const digest = crypto
			.createHash(alg === "EdDSA" ? "sha512" : "sha256")
			.update(response.access_token)
			.digest();
		expect(payload).toEqual({
			iss: issuer,
			sub: "alice-id",
			aud: "shop",
			iat: seconds,
			exp: seconds + 3600,
			auth_time: seconds - 5,
			sid: grant.sessionId,
			nonce: "n-0S6",
			at_hash: digest.subarray(0, digest.length / 2).toString("base64url"),
			acr: "1",
			amr: ["pwd"],
			email: "alice@example.com",
			email_verified: true,
		});
		expect(tokenIssuer.verifyIdTokenHint(response.id_token as string, now)).toEqual({ sub: "alice-id", aud: "shop", sid: grant.sessionId });
	});

	test(`OpenID Connect Core §5.3.2 I6 ${alg}: the userinfo answer is signed for its client, and stands for no token`, async () => {
		const jwt = await tokenIssuer.signUserinfo({ sub: "alice-id", email: "alice@example.com", iss: "x", aud: "x" }, "shop", alg, now);
		const set = JSON.parse(new TextDecoder().decode(tokenIssuer.jwks(now)));
		const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(set), { issuer, audience: "shop" });
		expect(protectedHeader).toEqual({ alg, typ: "JWT", kid: ring.signer(alg, now).kid });
		expect(payload).toEqual({ iss: issuer, aud: "shop", sub: "alice-id", email: "alice@example.com" });
		// Not here, and not with anybody who demands what an ID token must have (OpenID Connect Core §3.1.3.7).
		expect([tokenIssuer.verifyIdTokenHint(jwt, now), tokenIssuer.verifyAccessToken(jwt, now)]).toEqual([undefined, undefined]);
		await expect(judge(jwt, { audience: "shop", typ: "JWT" })).rejects.toThrow(/^missing required "(exp|iat)" claim$/);
	});
}

test("the subject of the ID token is the client's, that of the access token the API's", async () => {
	const idToken = { subject: "alice-elsewhere", claims: {} };
	const response = await tokenIssuer.issue(issuanceOf("ES256", { idToken }), now);
	expect((await judge(response.id_token as string, { audience: "shop", typ: "JWT" })).payload.sub).toBe("alice-elsewhere");
	expect((await judge(response.access_token, { audience: api, typ: "at+jwt" })).payload.sub).toBe("alice-id");
});

test("access token and ID token follow different algorithms where the API and the client chose so", async () => {
	const response = await tokenIssuer.issue(issuanceOf("ES256", { accessTokenAlg: "EdDSA" }), now);
	expect(decodeProtectedHeader(response.access_token).alg).toBe("EdDSA");
	expect(decodeProtectedHeader(response.id_token as string).alg).toBe("ES256");
});

test("client credentials: the subject is the client, the jti is chance alone, nothing about a person (RFC 9068 §2.2)", async () => {
	const { grant: _grant, idToken: _idToken, ...machine } = issuanceOf("ES256", { subject: "job", scope: ["crm.read"], audience: api });
	const response = await tokenIssuer.issue(machine, now);
	expect(Object.keys(response)).toEqual(["access_token", "token_type", "expires_in", "scope"]);
	const { payload } = await judge(response.access_token, { audience: api, typ: "at+jwt" });
	expect(Object.keys(payload)).toEqual(["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope"]);
	expect(payload.jti).toMatch(/^[\w-]{22}$/);
});

test("the answer carries the refresh token of the generation that was concluded", async () => {
	const response = await tokenIssuer.issue(issuanceOf("ES256", { refreshToken: { grant, generation: 3 } }), now);
	const presented = refreshTokens.parse(response.refresh_token as string);
	expect(presented).toMatchObject({ grantId: grant.id, generation: 3 });
	expect(presented && refreshTokens.isGenuine(presented, grant)).toBe(true);
});

test("D4 no two tokens have the same jti", async () => {
	const tokens = await Promise.all(Array.from({ length: 200 }, () => tokenIssuer.issue(issuanceOf("EdDSA"), now)));
	const ids = tokens.map(({ access_token }) => tokenIssuer.verifyAccessToken(access_token, now)?.jti);
	expect(new Set(ids).size).toBe(200);
});

test("I6 claims about the person never take the place of the token's own", async () => {
	const claims = {
		iss: "https://evil.example",
		sub: "bob",
		aud: "other",
		exp: 9e9,
		sid: "x",
		nonce: "x",
		at_hash: "x",
		acr: "9",
		amr: ["mfa"],
		auth_time: 0,
		name: "Alice",
	};
	const response = await tokenIssuer.issue(issuanceOf("ES256", { idToken: { subject: "alice-id", nonce: "n", claims } }), now);
	const { payload } = await judge(response.id_token as string, { audience: "shop", typ: "JWT" });
	expect(payload).toMatchObject({
		iss: issuer,
		sub: "alice-id",
		aud: "shop",
		exp: seconds + 3600,
		sid: grant.sessionId,
		nonce: "n",
		acr: "1",
		amr: ["pwd"],
		name: "Alice",
	});
	expect(payload.at_hash).not.toBe("x");
});

test("I20 the lifetime is never longer than was configured, and the token dies when it ends", async () => {
	const { access_token: token, expires_in } = await tokenIssuer.issue(issuanceOf("ES256", { accessTokenLifetime: 90_999 }), now);
	expect(expires_in).toBe(90);
	expect(tokenIssuer.verifyAccessToken(token, (seconds + 90) * 1000 - 1)).toBeDefined();
	expect(tokenIssuer.verifyAccessToken(token, (seconds + 90) * 1000)).toBeUndefined();
	expect(tokenIssuer.verifyAccessToken(token, (seconds + 90) * 1000 - 1)).toBeDefined();
});

test("D7 a token that would be longer than 8 KB is not issued", async () => {
	const groups = Array.from({ length: 500 }, (_, i) => `group number ${i}`);
	await expect(tokenIssuer.issue(issuanceOf("ES256", { groups }), now)).rejects.toMatchObject({ code: "invalid_scope" });
	expect((await tokenIssuer.issue(issuanceOf("ES256", { groups: groups.slice(0, 100) }), now)).token_type).toBe("Bearer");
});

test("RS-08 neither kind of token passes as the other", async () => {
	const { access_token, id_token = "" } = await tokenIssuer.issue(issuanceOf("ES256"), now);
	expect(tokenIssuer.verifyAccessToken(id_token, now)).toBeUndefined();
	expect(tokenIssuer.verifyIdTokenHint(access_token, now)).toBeUndefined();
	expect(tokenIssuer.verifyAccessToken(access_token, now)).toBeDefined();
	expect(tokenIssuer.verifyIdTokenHint(id_token, now)).toBeDefined();
});

test("I18 a token of another issuer, without expiry, or signed by nobody we know is none of ours", async () => {
	const row = rows.find(({ alg }) => alg === "ES256") as SigningKeyRow & { readonly sealedPrivate: string };
	const ours = openPrivateKey(row, secrets);
	const theirs = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
	const claims = { iss: issuer, sub: "alice-id", aud: api, client_id: "shop", iat: seconds, exp: seconds + 600, jti: "x", scope: "openid" };
	const { exp: _exp, ...endless } = claims;
	const make = async (payload: object, header: object = {}, key = ours) => {
		// The judge's signatures are of either spelling: take one of ours.
		for (;;) {
			const token = await new SignJWT({ ...payload })
				.setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: row.kid, ...header })
				.sign(key);
			if ((Buffer.from(token.split(".")[2] as string, "base64url")[32] as number) < 0x7f) return token;
		}
	};
	expect(tokenIssuer.verifyAccessToken(await make(claims), now)).toEqual(claims);
	const refused = [
		await make({ ...claims, iss: "https://other.example" }),
		await make({ ...claims, iss: `${issuer}/` }),
		await make({ ...claims, iss: [issuer] }),
		await make({ ...claims, exp: String(seconds + 600) }),
		await make(endless),
		await make(claims, { typ: "JWT" }),
		await make(claims, { typ: "AT+JWT" }),
		await make(claims, { typ: "application/at+jwt" }),
		await make(claims, { kid: "unknown" }),
		await make(claims, { kid: "__proto__" }),
		await make(claims, { kid: rows[0]?.kid }),
		await make(claims, {}, theirs),
		await make(claims, { jwk: crypto.createPublicKey(theirs).export({ format: "jwk" }) }, theirs),
		"",
		"a.b.c",
		"é".repeat(300),
	];
	for (const token of refused) expect(tokenIssuer.verifyAccessToken(token, now), token).toBeUndefined();
});

test("I18 the verdict on a token is not that on its neighbour", async () => {
	const { access_token: token } = await tokenIssuer.issue(issuanceOf("EdDSA"), now);
	expect(tokenIssuer.verifyAccessToken(token, now)).toBeDefined();
	const signature = Buffer.from(token.split(".")[2] as string, "base64url");
	signature[0] = (signature[0] as number) ^ 1;
	const forged = `${token.slice(0, token.lastIndexOf(".") + 1)}${signature.toString("base64url")}`;
	for (let i = 0; i < 2; i++) expect(tokenIssuer.verifyAccessToken(forged, now)).toBeUndefined();
	expect(tokenIssuer.verifyAccessToken(token, now)).toBeDefined();
});

test("I13 a token that was believed is not any more once its key is revoked or no longer published", async () => {
	const key = await createSigningKey("ES256", secrets, { createdAt: 0, signsFrom: 0 });
	let own = createKeyRing([key], { secrets, hintLifetime });
	const own2 = createTokenIssuer({ issuer, ring: () => own, random, refreshTokens });
	const { access_token, id_token = "" } = await own2.issue(issuanceOf("ES256", { accessTokenLifetime: 3_600_000 }), now);
	const believed = (at = now) => [
		own2.verifyAccessToken(access_token, at) !== undefined,
		own2.verifyIdTokenHint(id_token, at) !== undefined,
	];
	expect(believed()).toEqual([true, true]);
	own = createKeyRing([{ ...key, signsUntil: now }], { secrets, hintLifetime });
	expect(believed()).toEqual([true, true]);
	expect(believed(now + 3_599_000 - 789)).toEqual([true, true]);
	// Ended long before: the clock of the key says so even where the token itself does not.
	own = createKeyRing([{ ...key, signsUntil: now - 3_660_000 }], { secrets, hintLifetime });
	expect(believed()).toEqual([false, true]);
	own = createKeyRing([{ ...key, revokedAt: now }], { secrets, hintLifetime });
	expect(believed()).toEqual([false, false]);
});

test("Back-Channel Logout §2.4 a logout token is signed as the client's ID tokens are, is new each time, and stands for no other token (RS-08)", async () => {
	for (const idTokenSigningAlg of signingAlgorithms) {
		const make = () => tokenIssuer.logoutToken({ id: "shop", idTokenSigningAlg }, "alice-id", grant.sessionId, now);
		const [token, other] = [await make(), await make()];
		const { payload, protectedHeader } = await judge(token, { audience: "shop", typ: "logout+jwt" });
		expect(protectedHeader).toEqual({ alg: idTokenSigningAlg, typ: "logout+jwt", kid: ring.signer(idTokenSigningAlg, now).kid });
		expect(payload).toEqual({
			...{ iss: issuer, aud: "shop", iat: seconds, exp: seconds + 120, sub: "alice-id", sid: grant.sessionId },
			jti: expect.stringMatching(/^[\w-]{22}$/),
			events: { "http://schemas.openid.net/event/backchannel-logout": {} },
		});
		expect((await judge(other, { audience: "shop", typ: "logout+jwt" })).payload.jti).not.toBe(payload.jti);
		expect([tokenIssuer.verifyAccessToken(token, now), tokenIssuer.verifyIdTokenHint(token, now)]).toEqual([undefined, undefined]);
	}
});

test("LO-03 an expired ID token still serves as hint, also one of a former key", async () => {
	const { id_token = "" } = await tokenIssuer.issue(issuanceOf("RS256"), now);
	expect(tokenIssuer.verifyIdTokenHint(id_token, now + hintLifetime)).toMatchObject({ sub: "alice-id" });
	const former = createKeyRing(
		rows.map((row) => ({ ...row, signsUntil: now })),
		{ secrets, hintLifetime },
	);
	const later = createTokenIssuer({ issuer, ring: () => former, random, refreshTokens });
	expect(later.verifyIdTokenHint(id_token, now + hintLifetime - 1)).toMatchObject({ sub: "alice-id" });
	expect(later.verifyIdTokenHint(id_token, now + hintLifetime)).toBeUndefined();
});

test("RFC 7636 appendix B: the challenge of a verifier", () => {
	expect(tokenIssuer.s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("the JWK set is the same object as long as its keys are the same, also across rings", () => {
	const first = tokenIssuer.jwks(now);
	ring = createKeyRing(rows, { secrets, hintLifetime }, ring);
	expect(tokenIssuer.jwks(now)).toBe(first);
	const fewer = createKeyRing(rows.slice(1), { secrets, hintLifetime }, ring);
	const all = ring;
	ring = fewer;
	expect(tokenIssuer.jwks(now)).not.toBe(first);
	expect(tokenIssuer.algorithms).toEqual(signingAlgorithms.slice(1));
	ring = all;
	expect(tokenIssuer.algorithms).toEqual(signingAlgorithms);
});
