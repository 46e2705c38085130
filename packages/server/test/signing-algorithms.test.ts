import { createHash } from "node:crypto";
import { signingAlgorithms } from "@gatehouse/protocol";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientLike, isActive, payloadOf, refresh, requestOf, signedIn } from "./flow.ts";
import { encode } from "./form.ts";
import { clients, crm, type House, issuer, openHouse } from "./house.ts";
import { expectCode, expectRefusal } from "./outcome.ts";

/** One client for each algorithm: of its ID tokens, and of its userinfo. */
const ofAlg = (alg: string) =>
	clientLike(clients.portal, { client_id: `portal-${alg}`, id_token_signed_response_alg: alg, userinfo_signed_response_alg: alg });
/** One whose two answers are signed differently. */
const mixed = clientLike(clients.shop, {
	client_id: "mixed",
	id_token_signed_response_alg: "ES256",
	userinfo_signed_response_alg: "EdDSA",
});

let house: House;
let browser: ReturnType<House["browser"]>;
let keys: ReturnType<typeof createLocalJWKSet>;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), ...signingAlgorithms.map(ofAlg), mixed] } });
	browser = house.browser();
	keys = createLocalJWKSet((await house.request({ url: "/.well-known/jwks.json" })).json());
});
afterAll(() => house[Symbol.asyncDispose]());

const currentDate = () => new Date(house.now());
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const form = { "content-type": "application/x-www-form-urlencoded" };

describe("OIDC Core §2 each client's ID tokens are signed as it registered, judged by a foreign library", () => {
	test.each(signingAlgorithms)("%s", async (alg) => {
		const client = ofAlg(alg);
		const tokens = await signedIn(house, client, {}, browser);
		const rules = { issuer, audience: client.client_id, algorithms: [alg], typ: "JWT", currentDate: currentDate() };
		const { payload, protectedHeader } = await jwtVerify(tokens.id_token, keys, {
			...rules,
			requiredClaims: ["sub", "iat", "exp", "nonce"],
		});
		expect(protectedHeader).toEqual({ alg, typ: "JWT", kid: expect.stringMatching(/^[\w-]{43}$/) });
		// OpenID Connect Core §3.1.3.6: the left half of the hash of the algorithm; Ed25519 hashes with SHA-512.
		const digest = createHash(alg === "EdDSA" ? "sha512" : "sha256")
			.update(tokens.access_token)
			.digest();
		expect(payload["at_hash"]).toBe(digest.subarray(0, digest.length / 2).toString("base64url"));
		const again = (await refresh(house, client, tokens.refresh_token)).json();
		await expect(jwtVerify(again.id_token, keys, rules)).resolves.toMatchObject({ payload: { sub: payload.sub } });
		// As a hint it is genuine, whatever signed it.
		const hinted = requestOf(client, { id_token_hint: tokens.id_token, prompt: "none" });
		expectCode(await browser.go(hinted.url), hinted);
	});

	test("the default is RS256; an API's own algorithm is another question", async () => {
		const { id_token, access_token } = await signedIn(house, clients.portal, { scope: "openid orders.read" }, browser);
		expect([decodeProtectedHeader(id_token).alg, decodeProtectedHeader(access_token).alg]).toEqual(["RS256", "ES256"]);
	});
});

describe("OIDC Core §5.3.2 userinfo as a signed JWT", () => {
	test.each(signingAlgorithms)("%s: GET, POST with the header, POST with the body are the same answer", async (alg) => {
		const client = ofAlg(alg);
		const { access_token, id_token } = await signedIn(house, client, { scope: "openid profile email address" }, browser);
		const answers = await Promise.all([
			house.request({ url: "/userinfo", headers: bearer(access_token) }),
			house.request({ method: "POST", url: "/userinfo", headers: bearer(access_token) }),
			house.request({ method: "POST", url: "/userinfo", headers: form, payload: encode({ access_token }) }),
		]);
		for (const answer of answers) {
			expect({ status: answer.statusCode, type: answer.headers["content-type"] }).toEqual({ status: 200, type: "application/jwt" });
			expect(answer.headers["cache-control"]).toBe("no-store");
			const { payload } = await jwtVerify(answer.body, keys, { issuer, audience: client.client_id, algorithms: [alg] });
			expect(payload).toEqual({
				iss: issuer,
				aud: client.client_id,
				sub: payloadOf(id_token)["sub"],
				name: "Alice Example",
				given_name: "Alice",
				family_name: "Example",
				preferred_username: "alice",
				updated_at: house.now() / 1000,
				email: "alice@company.test",
				email_verified: true,
				address: { locality: "Berlin", country: "Germany" },
			});
		}
	});

	test("only for whoever asked for it; the algorithms of a client need not be the same, and discovery names them", async () => {
		const plain = await signedIn(house, clients.portal, {}, browser);
		const json = await house.request({ url: "/userinfo", headers: bearer(plain.access_token) });
		expect({ type: json.headers["content-type"], body: json.json() }).toEqual({
			type: "application/json; charset=utf-8",
			body: { sub: payloadOf(plain.id_token)["sub"] },
		});
		const both = await signedIn(house, mixed, {}, browser);
		const jwt = await house.request({ url: "/userinfo", headers: bearer(both.access_token) });
		expect([decodeProtectedHeader(both.id_token).alg, decodeProtectedHeader(jwt.body).alg]).toEqual(["ES256", "EdDSA"]);
		const metadata = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(metadata.userinfo_signing_alg_values_supported).toEqual(signingAlgorithms);
		expect(metadata.id_token_signing_alg_values_supported).toEqual(signingAlgorithms);
	});

	test("IR-06 errors are JSON with their challenge all the same, and scripts of its client's origin read both", async () => {
		const origin = "https://shop.company.test";
		const { access_token, refresh_token } = await signedIn(house, mixed, { scope: "openid email" }, browser);
		const told = await house.request({ url: "/userinfo", headers: { ...bearer(access_token), origin } });
		expect(told.headers).toMatchObject({ "access-control-allow-origin": origin, vary: "Origin", "content-type": "application/jwt" });
		const narrowed = (await refresh(house, mixed, refresh_token, { scope: "email" })).json();
		const refused = await house.request({ url: "/userinfo", headers: { ...bearer(narrowed.access_token), origin } });
		expect({ status: refused.statusCode, error: refused.json().error }).toEqual({ status: 403, error: "insufficient_scope" });
		expect(refused.headers).toMatchObject({ "access-control-allow-origin": origin, "www-authenticate": expect.stringContaining("Bearer") });
		const foreign = await house.request({ url: "/userinfo", headers: { ...bearer(access_token), origin: "https://evil.test" } });
		expect(foreign.headers).not.toHaveProperty("access-control-allow-origin");
	});

	test("I6 RS-08 it is no token: not as a hint, not to sign out with, not at userinfo, introspection or an API", async () => {
		const client = ofAlg("RS256");
		const { browser: own, access_token, id_token } = await signedIn(house, client, { scope: "openid crm.read" });
		const jwt = (await house.request({ url: "/userinfo", headers: bearer(access_token) })).body;
		const hinted = requestOf(client, { id_token_hint: jwt, prompt: "none" });
		expectRefusal(await own.go(hinted.url), hinted, "invalid_request");
		expect((await own.go(`${issuer}/end-session?${encode({ id_token_hint: jwt })}`)).page).toBe("logout");
		expect((await house.request({ url: "/userinfo", headers: bearer(jwt) })).statusCode).toBe(401);
		expect([await isActive(house, jwt), await isActive(house, access_token)]).toEqual([false, true]);
		await expect(jwtVerify(jwt, keys, { issuer, audience: crm, currentDate: currentDate() })).rejects.toThrow("aud");
		// Whoever demands what an ID token must have, does not take it for one (§3.1.3.7).
		await expect(jwtVerify(jwt, keys, { issuer, requiredClaims: ["exp"], currentDate: currentDate() })).rejects.toThrow("exp");

		const right = requestOf(client, { id_token_hint: id_token, prompt: "none" });
		expectCode(await own.go(right.url), right);
		expect((await own.go(`${issuer}/end-session?${encode({ id_token_hint: id_token })}`)).page).toBe("signed-out");
	});
});
