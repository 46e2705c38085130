import { type Issuer, startIssuer } from "@gatehouse/testing";
import { beforeEach, expect, test } from "vitest";
import type { AuthError } from "../src/client/auth-error.ts";
import { type Client, createClient } from "../src/client/client.ts";
import { platform, type World } from "../src/client/world.ts";
import { createJwtVerifier, type JwtVerifier } from "../src/keys/verified-jwt.ts";
import { type Api, createApi } from "../src/resource-server/index.ts";

/*
 * F-41: the issuer is away, as whoever stands on it sees it. `client` is the core of the editions for web apps, back ends, machines and
 * mobile apps; the verifier is what web apps and back ends check signatures with.
 */
const orders = "https://orders.acme.test";

/** Milliseconds that both clocks are ahead, the issuer's and ours. */
let ahead: number;
const world: World = { ...platform, wall: () => Date.now() + ahead, steady: () => performance.now() + ahead };

beforeEach(() => {
	ahead = 0;
});

const start = () =>
	startIssuer({
		resources: [{ identifier: orders, scopes: { "orders.read": "See orders" } }],
		clients: [{ client_id: "night-job", grant_types: ["client_credentials"], scope: "orders.read" }],
	});

function pass(issuer: Issuer, minutes: number): void {
	issuer.clock.pass(minutes * 60_000);
	ahead += minutes * 60_000;
}

const clientOf = (issuer: Issuer): Client =>
	createClient({ issuer: issuer.url, clientId: "night-job", clientAuth: issuer.client("night-job").client_secret!, world });
const apiOf = (issuer: Issuer): Api =>
	createApi({ issuer: issuer.url, resource: orders, now: world.wall, monotonic: world.steady, onError: () => undefined });
const verifierOf = (issuer: Issuer): JwtVerifier => createJwtVerifier(issuer.url, world);

const codeOf = (error: AuthError) => error.code;
const told = (error: AuthError) => `${error.code}${error.retryable ? ", retry" : ""}`;

/** What the API says of a fresh token. */
const verdictOf = async (api: Api, token: string) =>
	api.verify({ headers: { authorization: `Bearer ${token}` } }).then(
		({ clientId }) => clientId,
		({ code, status }: { code: string; status: number }) => `${status} ${code}`,
	);
const freshToken = (issuer: Issuer) => issuer.token({ resource: orders, clientId: "night-job" });

/** An ID token of the issuer's, as far as its signature is concerned. */
const idToken = (issuer: Issuer) => issuer.sign("JWT", { iss: issuer.url, sub: "alice" });
const verified = (verify: JwtVerifier, jwt: string) =>
	verify(jwt, "ID token").then(({ claims, fault }) => fault ?? String(claims["sub"]), told);

const always = { times: Number.POSITIVE_INFINITY };
const html = { headers: { "content-type": "text/html" }, body: "<h1>Maintenance</h1>" };

test.each<[string, (issuer: Issuer) => void]>([
	["is not there", (issuer) => issuer.offline()],
	["answers 500 for its metadata", (issuer) => void issuer.answer("discovery", { status: 500 }, always)],
	["answers HTML for its metadata", (issuer) => void issuer.answer("discovery", html, always)],
	["answers its metadata cut off", (issuer) => void issuer.answer("discovery", { body: '{"issuer":' }, always)],
])("F-41 at the start the issuer %s: retryable for everybody, nothing passes, and well again without a restart", async (_, away) => {
	await using issuer = await start();
	const [token, jwt] = [await freshToken(issuer), await idToken(issuer)];
	away(issuer);
	const [client, api, verify] = [clientOf(issuer), apiOf(issuer), verifierOf(issuer)];
	expect(await client.clientCredentials({ resource: orders }).catch(told)).toBe("issuer_unreachable, retry");
	expect(await verdictOf(api, token)).toBe("503 temporarily_unavailable");
	expect(await verified(verify, jwt)).toBe("issuer_unreachable, retry");
	issuer.mend();
	pass(issuer, 1);
	expect((await client.clientCredentials({ resource: orders })).scope).toEqual(["orders.read"]);
	expect(await verdictOf(api, await freshToken(issuer))).toBe("night-job");
	expect(await verified(verify, jwt)).toBe("alice");
});

test.each<[string, (issuer: Issuer) => void, string]>([
	["500", (issuer) => void issuer.answer("jwks", { status: 500 }, always), "issuer_unreachable, retry"],
	["HTML", (issuer) => void issuer.answer("jwks", html, always), "issuer_unreachable, retry"],
	["no keys", (issuer) => void issuer.answer("jwks", { body: { keys: [] } }, always), "keys_unusable, retry"],
])("F-41 at the start the keys are answered by %s: nothing passes, nothing is called forged, and well again", async (_, away, expected) => {
	await using issuer = await start();
	const [token, jwt] = [await freshToken(issuer), await idToken(issuer)];
	away(issuer);
	const [api, verify] = [apiOf(issuer), verifierOf(issuer)];
	expect(await verdictOf(api, token)).toBe("503 temporarily_unavailable");
	expect(await verified(verify, jwt)).toBe(expected);
	issuer.mend();
	pass(issuer, 1);
	expect(await verdictOf(api, token)).toBe("night-job");
	expect(await verified(verify, jwt)).toBe("alice");
});

test("F-41 the issuer is down for an hour: known keys pass, an unknown one fails fast, nobody is told that a grant has ended", async () => {
	await using issuer = await start();
	const [client, api, verify] = [clientOf(issuer), apiOf(issuer), verifierOf(issuer)];
	const [first, jwt] = [await freshToken(issuer), await idToken(issuer)];
	await client.clientCredentials({ resource: orders });
	expect([await verdictOf(api, first), await verified(verify, jwt)]).toEqual(["night-job", "alice"]);
	// Tokens of the hour, by keys that are known and by others, that nobody could look up.
	const tokens: string[] = [];
	for (let minute = 0; minute < 60; minute += 10) {
		tokens.push(await freshToken(issuer));
		issuer.clock.pass("10m");
	}
	// A key is published before it signs, so that the first rotation surprises nobody.
	await issuer.rotateKeys();
	const soonJwt = await idToken(issuer);
	await issuer.rotateKeys();
	const [unknown, unknownJwt] = [await freshToken(issuer), await idToken(issuer)];
	issuer.offline();
	for (const token of tokens) {
		expect(await verdictOf(api, token)).toBe("night-job");
		for (const known of [jwt, soonJwt]) expect(await verified(verify, known)).toBe("alice");
		expect(await verified(verify, unknownJwt)).toBe("issuer_unreachable, retry");
		expect(await client.clientCredentials({ resource: orders }).catch(told)).toBe("issuer_unreachable, retry");
		expect(await client.refresh({ refreshToken: "r", resource: orders, sub: "alice" }).catch(codeOf)).toBe("issuer_unreachable");
		ahead += 600_000;
	}
	expect(await verdictOf(api, unknown)).toBe("401 invalid_token");
	issuer.mend();
	pass(issuer, 1);
	expect(await verdictOf(api, await freshToken(issuer))).toBe("night-job");
	expect(await verified(verify, unknownJwt)).toBe("alice");
	expect((await client.clientCredentials({ resource: orders })).scope).toEqual(["orders.read"]);
});

test("F-41 after 24 hours without the issuer nothing passes any more, and then it does again", async () => {
	await using issuer = await start();
	const [api, verify] = [apiOf(issuer), verifierOf(issuer)];
	const jwt = await idToken(issuer);
	expect([await verdictOf(api, await freshToken(issuer)), await verified(verify, jwt)]).toEqual(["night-job", "alice"]);
	const ages: Readonly<Record<string, number>> = { "23 hours": 23 * 60, "two hours more": 120 };
	const verdicts: string[] = [];
	for (const minutes of Object.values(ages)) {
		pass(issuer, minutes);
		const token = await freshToken(issuer);
		issuer.offline();
		verdicts.push(await verdictOf(api, token), await verified(verify, jwt));
		issuer.online();
	}
	expect(verdicts).toEqual(["night-job", "alice", "503 temporarily_unavailable", "issuer_unreachable, retry"]);
	pass(issuer, 1);
	expect(await verdictOf(api, await freshToken(issuer))).toBe("night-job");
});

test("F-41 discovery and keys are slow: a thousand wait for one request each, and all are served", async () => {
	await using issuer = await start();
	const [token, jwt] = [await freshToken(issuer), await idToken(issuer)];
	const [api, verify, client] = [apiOf(issuer), verifierOf(issuer), clientOf(issuer)];
	const [discovery, keys] = [issuer.hold("discovery"), issuer.hold("jwks")];
	const thousand = <T>(one: () => Promise<T>) => Array.from({ length: 1000 }, one);
	const waiting = Promise.all([
		...thousand(() => verdictOf(api, token)),
		...thousand(() => verified(verify, jwt)),
		...thousand(() => client.endpoints().then(({ token: url }) => url)),
	]);
	await discovery.arrived;
	discovery.release();
	await keys.arrived;
	keys.release();
	expect(new Set(await waiting)).toEqual(new Set(["night-job", "alice", `${issuer.url}/token`]));
	// By the API, by the verifier, by the client; keys by the first two.
	expect(issuer.calls).toMatchObject({ discovery: 3, jwks: 2 });
});
