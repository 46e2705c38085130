import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import type { Answer, Person } from "./driver.ts";
import type { Target } from "./target.ts";
import { openVerifier } from "./verify.ts";

const issuer = "http://127.0.0.1:1";
const api = "https://crm.example.com";
const client = (id: string) => ({ id, secret: "unused" });
const target: Target = {
	name: "a target",
	kind: "floor",
	algorithm: "ES256",
	issuer,
	registration: {
		clients: { service: client("night-job"), web: client("portal"), api: client("crm-api") },
		redirectUri: "https://portal.example.com/callback",
		api,
		apiScope: "crm.read",
	},
	introspects: "api",
	hasPasswords: false,
	prepare() {},
	launch: () => ({ command: "", args: [], readyUrl: "" }),
	signIn: async () => new URL(issuer),
};
const alice: Person = { name: "alice", cookie: "", subject: "alice-1" };

const published = await generateKeyPair("ES256");
const foreign = await generateKeyPair("ES256");
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(published.publicKey)), kid: "k", alg: "ES256" }] });
const verifier = () => openVerifier({ target, jwks: async () => ({ kind: "jwks", body: jwks }) });

const now = Math.floor(Date.now() / 1000);
const accessClaims = (): JWTPayload => ({
	iss: issuer,
	sub: "alice-1",
	aud: api,
	client_id: "portal",
	scope: "crm.read",
	iat: now,
	exp: now + 600,
	jti: crypto.randomUUID(),
});
const idClaims: JWTPayload = { iss: issuer, sub: "alice-1", aud: "portal", nonce: "n-1", iat: now, exp: now + 3600 };

interface Changes {
	readonly access?: JWTPayload;
	readonly id?: JWTPayload;
	readonly accessType?: string;
	readonly accessKey?: CryptoKey;
	readonly idKey?: CryptoKey;
}

async function answer(changes: Changes = {}): Promise<Answer> {
	const sign = (claims: JWTPayload, typ: string, key = published.privateKey) =>
		new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ, kid: "k" }).sign(key);
	const body = {
		access_token: await sign({ ...accessClaims(), ...changes.access }, changes.accessType ?? "at+jwt", changes.accessKey),
		id_token: await sign({ ...idClaims, ...changes.id }, "JWT", changes.idKey),
		refresh_token: "opaque",
	};
	return { kind: "code flow", body: JSON.stringify(body), person: alice, nonce: "n-1", flow: "api" };
}

test("a right answer passes and holds two signatures", async () => {
	const verify = await verifier();
	expect(await verify(await answer())).toBe(2);
});

test.each<[string, Changes]>([
	["a foreign key of the access token", { accessKey: foreign.privateKey }],
	["a foreign key of the ID token", { idKey: foreign.privateKey }],
	["another typ", { accessType: "JWT" }],
	["another issuer", { access: { iss: "http://127.0.0.1:2" } }],
	["another audience", { access: { aud: "https://orders.example.com" } }],
	["a second audience", { access: { aud: [api, issuer] } }],
	["another client", { access: { client_id: "shop" } }],
	["another scope", { access: { scope: "crm.write" } }],
	["another person in the access token", { access: { sub: "bob-1" } }],
	["another person in the ID token", { id: { sub: "bob-1" } }],
	["an ID token for another client", { id: { aud: "shop" } }],
	["another nonce", { id: { nonce: "n-2" } }],
	["a past expiry", { access: { exp: now - 60 } }],
	["an expiry that is near", { id: { exp: now + 5 } }],
])("%s is a wrong answer", async (_, changes) => {
	const verify = await verifier();
	const wrong = await answer(changes);
	await expect(verify(wrong)).rejects.toThrow(/a wrong answer/);
});

test("the same access token twice is a wrong answer", async () => {
	const verify = await verifier();
	const once = await answer();
	expect(await verify(once)).toBe(2);
	await expect(verify(once)).rejects.toThrow("given before");
});

test("a refresh may leave out the nonce but not change it", async () => {
	const verify = await verifier();
	const refreshed = async (nonce: string | undefined): Promise<Answer> => {
		const { body } = await answer({ id: { nonce } });
		return { kind: "refresh", body, person: alice, nonce: "n-1" };
	};
	expect(await verify(await refreshed(undefined))).toBe(2);
	expect(await verify(await refreshed("n-1"))).toBe(2);
	await expect(verify(await refreshed("n-2"))).rejects.toThrow("another nonce");
});
