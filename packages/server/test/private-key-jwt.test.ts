import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signingAlgorithms } from "@gatehouse/protocol";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { asserted, assertionClaims, type ClientKey, clientKey, compact } from "./client-key.ts";
import { signedIn } from "./flow.ts";
import type { Fields } from "./form.ts";
import { basic, clients, crm, type House, issuer, ledgerKey, openHouse } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";
import { type Answer, openStranger } from "./strangers.ts";

const tokenEndpoint = `${issuer}/token`;
const strict = "client-authentication+jwt";

/** Services that differ from the ledger in what they are registered for. */
const service = (client_id: string, key: ClientKey, more: object = {}) => ({
	client_id,
	token_endpoint_auth_method: "private_key_jwt",
	jwks: { keys: [key.jwk] },
	grant_types: ["client_credentials"],
	scope: "crm.read",
	...more,
});
const keys = Object.fromEntries(signingAlgorithms.map((alg) => [alg, clientKey(alg)]));
const legacyKey = clientKey("RS256");
const file = {
	clients: [
		...Object.values(clients),
		service("legacy-audience", legacyKey, { legacy_assertion_audience: true }),
		service("one-algorithm", keys["ES256"]!, {
			jwks: { keys: [keys["ES256"]!.jwk, keys["RS256"]!.jwk] },
			token_endpoint_auth_signing_alg: "ES256",
		}),
		service("nameless", clientKey(), { jwks: { keys: Object.values(keys).map(({ jwk }) => jwk) } }),
		service("off", clientKey("ES256"), { jwks: { keys: [ledgerKey.jwk] }, enabled: false }),
	],
};

let house: House;
beforeAll(async () => {
	house = await openHouse({ file });
});
afterAll(() => house[Symbol.asyncDispose]());

const right = (client = "ledger", audience = issuer) => assertionClaims(client, audience, house.now());
const seconds = () => Math.floor(house.now() / 1000);
const ask = (fields: Fields, headers: Record<string, string> = {}, at = house) =>
	at.post("/token", { grant_type: "client_credentials", resource: crm, ...fields }, headers);
const askBy = (assertion: string, more: Fields = {}) => ask({ ...asserted(assertion), ...more });
const causes = () => String(house.log.at(-1)?.fields["cause"]);
const expectHonest = async () => {
	const answer = await askBy(ledgerKey.sign(right()));
	expect(answer.statusCode, answer.body).toBe(200);
};

describe("a client that signs proves itself at every door", () => {
	test("/token, /revoke and /introspect, with a new assertion each", async () => {
		const tokens = await signedIn(house, clients.ledger, { scope: "openid crm.read" });
		const introspected = await house.post("/introspect", { token: tokens.access_token, ...asserted(ledgerKey.sign(right())) });
		expect(introspected.json()).toMatchObject({ active: true, client_id: "ledger" });
		const revoked = await house.post("/revoke", { token: tokens.refresh_token, ...asserted(ledgerKey.sign(right())) });
		expect(revoked.statusCode).toBe(200);
		const after = await house.post("/introspect", { token: tokens.access_token, ...asserted(ledgerKey.sign(right())) });
		expect(after.json()).toEqual({ active: false });
	});

	test("`client_id` may stand beside the assertion, if it is the same", async () => {
		expect((await askBy(ledgerKey.sign(right()), { client_id: "ledger" })).statusCode).toBe(200);
		expectRefused(await askBy(ledgerKey.sign(right()), { client_id: "portal" }), "invalid_request");
	});

	test.each(signingAlgorithms)("%s, where the client is registered for none in particular, and its keys have no names", async (alg) => {
		const answer = await askBy(keys[alg]!.sign(right("nameless")));
		expect(answer.statusCode, answer.body).toBe(200);
	});

	test("`token_endpoint_auth_signing_alg` is the only one then", async () => {
		expect((await askBy(keys["ES256"]!.sign(right("one-algorithm")))).statusCode).toBe(200);
		expectUnauthenticated(await askBy(keys["RS256"]!.sign(right("one-algorithm"))), false);
		expect(causes()).toMatch(/one-algorithm is signed with RS256, and the client is registered for ES256/);
	});

	test("discovery names the method and the algorithms, and no shared secret among them", async () => {
		const metadata = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		for (const endpoint of ["token", "revocation", "introspection"]) {
			expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toContain("private_key_jwt");
			expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).not.toContain("client_secret_jwt");
			expect(metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual([...signingAlgorithms]);
		}
	});

	test("a browser app of its origins may read the answer, though the assertion alone names it", async () => {
		const origin = "https://ledger.company.test";
		const answer = await ask(asserted(ledgerKey.sign({ ...right(), aud: "x" })), { origin });
		expectUnauthenticated(answer, false);
		expect(answer.headers["access-control-allow-origin"]).toBe(origin);
		const other = await ask(asserted(ledgerKey.sign(right())), { origin: "https://evil.test" });
		expect(other.headers).not.toHaveProperty("access-control-allow-origin");
	});
});

/** What an assertion must not be, each with the reason that the log gives. */
const wrong: readonly (readonly [name: string, make: () => string, why: RegExp])[] = [
	["CA-01 no JWT", () => "a.b.c", /no client/],
	["CA-01 a signature of somebody else", () => clientKey("ES256", { kid: "ledger-1" }).sign(right()), /signed by none/],
	["CA-01 another client's assertion", () => legacyKey.sign(right("ledger")), /names no key/],
	["CA-01 a key that it has not registered", () => clientKey("ES256", { kid: "ledger-2" }).sign(right()), /names no key/],
	["CA-01 `none`", () => compact({ alg: "none" }, right(), () => Buffer.alloc(0)), /not signed with one of our/],
	["CA-01 HS256", () => compact({ alg: "HS256" }, right(), () => Buffer.alloc(32)), /not signed with one of our/],
	["CA-01 a disabled client", () => ledgerKey.sign(right("off")), /client off is disabled/],
	["CA-01 a client of another method", () => ledgerKey.sign(right("portal")), /portal is registered for client_secret_basic/],
	["CA-01 an unknown client", () => ledgerKey.sign(right("nobody")), /no client/],
	["CA-01 `sub` alone", () => ledgerKey.sign({ ...right(), iss: undefined }), /`iss` or a `sub`/],
	["CA-01 `iss` alone", () => ledgerKey.sign({ ...right(), sub: undefined }), /no client/],
	["CA-01 `iss` of another client", () => ledgerKey.sign({ ...right(), iss: "portal" }), /`iss` or a `sub`/],
	["CA-01 `sub` as a list", () => ledgerKey.sign({ ...right(), sub: ["ledger"] }), /no client/],
	["CA-01 `crit`", () => ledgerKey.sign(right(), { crit: ["b64"], b64: false }), /no client/],
	["CA-01 its `typ` is an access token's", () => ledgerKey.sign(right(), { typ: "at+jwt" }), /`typ`/],
	["CA-01 its `typ` is a request object's", () => ledgerKey.sign(right(), { typ: "oauth-authz-req+jwt" }), /`typ`/],
	["CA-04 the token endpoint as `aud`, of a strict client", () => ledgerKey.sign({ ...right(), aud: tokenEndpoint }), /`aud`/],
	["CA-04 a list as `aud`", () => ledgerKey.sign({ ...right(), aud: [issuer] }), /`aud`/],
	["CA-04 a list of two as `aud`", () => ledgerKey.sign({ ...right(), aud: [issuer, tokenEndpoint] }), /`aud`/],
	["CA-04 the PAR endpoint as `aud`", () => ledgerKey.sign({ ...right(), aud: `${issuer}/par` }), /`aud`/],
	["CA-04 the issuer with a slash", () => ledgerKey.sign({ ...right(), aud: `${issuer}/` }), /`aud`/],
	["CA-04 the issuer in capitals", () => ledgerKey.sign({ ...right(), aud: issuer.toUpperCase() }), /`aud`/],
	["CA-04 another issuer", () => ledgerKey.sign({ ...right(), aud: "https://other.test" }), /`aud`/],
	["CA-04 no `aud`", () => ledgerKey.sign({ ...right(), aud: undefined }), /`aud`/],
	["CA-01 no `exp`", () => ledgerKey.sign({ ...right(), exp: undefined }), /no `exp`/],
	["CA-01 `exp` as text", () => ledgerKey.sign({ ...right(), exp: String(seconds() + 60) }), /no `exp`/],
	["CA-01 D3 expired for 10 s", () => ledgerKey.sign({ ...right(), exp: seconds() - 10 }), /has expired/],
	["CA-01 D6 `exp` 5 minutes and 11 s ahead", () => ledgerKey.sign({ ...right(), exp: seconds() + 311 }), /five minutes/],
	["CA-01 `exp` 1e30", () => ledgerKey.sign({ ...right(), exp: 1e30 }), /five minutes/],
	["CA-01 D3 `iat` 61 s ahead", () => ledgerKey.sign({ ...right(), iat: seconds() + 61 }), /`iat` that lies ahead/],
	["CA-01 D3 `nbf` 11 s ahead", () => ledgerKey.sign({ ...right(), nbf: seconds() + 11 }), /`nbf` that lies ahead/],
	["CA-01 `nbf` as text", () => ledgerKey.sign({ ...right(), nbf: "0" }), /`nbf` that is no number/],
	["CA-01 no `jti`", () => ledgerKey.sign({ ...right(), jti: undefined }), /no `jti`/],
	["CA-01 an empty `jti`", () => ledgerKey.sign({ ...right(), jti: "" }), /no `jti`/],
	["CA-01 a number as `jti`", () => ledgerKey.sign({ ...right(), jti: 7 }), /no `jti`/],
	["CA-01 an assertion of 60 KB", () => ledgerKey.sign({ ...right(), more: "x".repeat(45_000) }), /no client/],
	["AZ-18 an assertion of 10⁴ levels", () => ledgerKey.sign({ ...right(), deep: JSON.parse(nested(3_000)) }), /no client/],
];

function nested(depth: number): string {
	return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

describe.each(["/token", "/revoke", "/introspect"])("CA-01 CA-04 at %s", (path) => {
	test.each(wrong)("%s", async (_name, make, why) => {
		const assertion = make();
		expectUnauthenticated(await house.post(path, { grant_type: "client_credentials", token: "x", ...asserted(assertion) }), false);
		expect(causes()).toMatch(why);
		expect(JSON.stringify(house.log)).not.toContain(assertion);
		expect((await house.post("/introspect", { token: "x", ...asserted(ledgerKey.sign(right())) })).statusCode).toBe(200);
	});

	test("CA-01 all of them hear the same; two methods at once are refused before anything is looked at", async () => {
		const bodies = new Set<string>();
		for (const [, make] of wrong) bodies.add((await house.post(path, asserted(make()))).json().error_description);
		expect([...bodies]).toEqual(["the client is unknown, disabled, or did not prove itself as it is registered"]);
		const assertion = ledgerKey.sign(right());
		expectRefused(await house.post(path, asserted(assertion), basic(clients.portal)), "invalid_request");
		const beside = { client_id: "ledger", client_secret: "x" };
		expectRefused(await house.post(path, { ...asserted(assertion), ...beside }), "invalid_request");
		expectRefused(await house.post(path, { ...asserted(assertion), client_assertion: [assertion, assertion] }), "invalid_request");
		// None of that used it up.
		expect((await askBy(assertion)).statusCode).toBe(200);
	});
});

test("CA-01 another `client_assertion_type`, or one of the two alone", async () => {
	const { client_assertion, client_assertion_type } = asserted(ledgerKey.sign(right()));
	const saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
	for (const fields of [{ client_assertion }, { client_assertion_type }, { client_assertion, client_assertion_type: saml }])
		expectUnauthenticated(await ask({ ...fields, client_id: "ledger" }), false);
	expect((await ask({ client_assertion, client_assertion_type })).statusCode).toBe(200);
});

test.each([
	["`exp` was 9 s ago", () => ({ exp: seconds() - 9 })],
	["`exp` is 5 minutes and 10 s ahead", () => ({ exp: seconds() + 310 })],
	["`iat` and `nbf` are 10 s ahead", () => ({ iat: seconds() + 10, nbf: seconds() + 10 })],
	["no `iat`", () => ({ iat: undefined })],
	["`exp` with a fraction", () => ({ exp: seconds() + 59.5 })],
	["claims that nobody asked for", () => ({ client_id: "portal", scope: "everything", nested: { __proto__: null } })],
])("D3 D6 what is right is accepted: %s", async (_name, claims) => {
	const answer = await askBy(ledgerKey.sign({ ...right(), ...claims() }));
	expect(answer.statusCode, answer.body).toBe(200);
});

describe("CA-04 D6 the audience", () => {
	test.each([undefined, "JWT", strict, `application/${strict}`])("CA-04 the issuer, with `typ` %s", async (typ) => {
		expect((await askBy(ledgerKey.sign(right(), { typ }))).statusCode).toBe(200);
		expect((await askBy(legacyKey.sign(right("legacy-audience"), { typ }))).statusCode).toBe(200);
	});

	test("CA-04 the token endpoint, only of a client that is registered for it, and not with the strict type", async () => {
		const by = (aud: unknown, typ?: string) => askBy(legacyKey.sign({ ...right("legacy-audience"), aud }, { typ }));
		expect((await by(tokenEndpoint)).statusCode).toBe(200);
		expect((await by(tokenEndpoint, "JWT")).statusCode).toBe(200);
		for (const typ of [strict, strict.toUpperCase(), `application/${strict}`]) expectUnauthenticated(await by(tokenEndpoint, typ), false);
		for (const aud of [[tokenEndpoint], [issuer, tokenEndpoint], `${issuer}/revoke`, `${tokenEndpoint}/`, "https://other.test/token"])
			expectUnauthenticated(await by(aud), false);
		// At the other doors it is the same one address.
		const assertion = () => asserted(legacyKey.sign({ ...right("legacy-audience"), aud: tokenEndpoint }));
		expect((await house.post("/revoke", { token: "x", ...assertion() })).statusCode).toBe(200);
		expect((await house.post("/introspect", { token: "x", ...assertion() })).statusCode).toBe(200);
	});
});

describe("CA-05 I12 a `jti` proves once", () => {
	test("CA-05 a replay is refused, at whichever door, for as long as the assertion would live and longer", async () => {
		const assertion = ledgerKey.sign({ ...right(), exp: seconds() + 300 });
		expect((await askBy(assertion)).statusCode).toBe(200);
		for (const path of ["/token", "/revoke", "/introspect"])
			expectUnauthenticated(await house.post(path, { grant_type: "client_credentials", token: "x", ...asserted(assertion) }), false);
		expect(causes()).toMatch(/was used before: its `jti` is known/);
		for (const wait of [299_000, 10_000, 1_000, 60_000, 3_600_000]) {
			house.wait(wait);
			expectUnauthenticated(await askBy(assertion), false);
		}
		await expectHonest();
	});

	test("CA-05 the same `jti` in another assertion is a replay; that of another client is none", async () => {
		const jti = randomUUID();
		expect((await askBy(ledgerKey.sign({ ...right(), jti }))).statusCode).toBe(200);
		expectUnauthenticated(await askBy(ledgerKey.sign({ ...right(), jti, exp: seconds() + 120 })), false);
		expect((await askBy(legacyKey.sign({ ...right("legacy-audience"), jti }))).statusCode).toBe(200);
	});

	test("CA-05 only what proves the client uses it up: neither a stranger's signature nor a wrong claim does", async () => {
		const claims = right();
		expectUnauthenticated(await askBy(clientKey("ES256", { kid: "ledger-1" }).sign(claims)), false);
		expectUnauthenticated(await askBy(ledgerKey.sign({ ...claims, aud: tokenEndpoint })), false);
		expect((await askBy(ledgerKey.sign(claims))).statusCode).toBe(200);
		expectUnauthenticated(await askBy(ledgerKey.sign(claims)), false);
	});

	test("CA-05 F-30 a hundred at once on two replicas: one wins; none after a restart", async () => {
		const folder = mkdtempSync(join(tmpdir(), "gatehouse-assertions-"));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const alterations = { store: `sqlite:${join(folder, "gatehouse.db")}`, file: { masterKey: randomBytes(32).toString("base64url") } };
		const left = await openHouse(alterations);
		const other = await openHouse(alterations);
		const assertions = Array.from({ length: 5 }, () => ledgerKey.sign(assertionClaims("ledger", issuer, left.now())));
		for (const assertion of assertions) {
			const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(asserted(assertion), {}, index % 2 ? left : other)));
			expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
			for (const answer of answers) if (answer.statusCode !== 200) expectUnauthenticated(answer, false);
		}
		await left[Symbol.asyncDispose]();
		await other[Symbol.asyncDispose]();
		await using again = await openHouse(alterations);
		for (const assertion of assertions) expectUnauthenticated(await ask(asserted(assertion), {}, again), false);
		expect((await ask(asserted(ledgerKey.sign(assertionClaims("ledger", issuer, again.now()))), {}, again)).statusCode).toBe(200);
	});
});

describe("CA-09 keys at the client's `jwks_uri`", () => {
	const publishedKey = clientKey("ES256", { kid: "a" });

	/** A house with a client that publishes its keys at a stranger's address; a deadline passes when the test says so. */
	async function publishing(answer: Answer) {
		const stranger = await openStranger(answer);
		const deadlines: { readonly ms: number; readonly end: AbortController }[] = [];
		const own = await openHouse({
			file: {
				outbound: { allow: [stranger.host] },
				clients: [
					...Object.values(clients),
					{ ...service("remote", publishedKey), jwks: undefined, jwks_uri: `http://${stranger.host}/jwks` },
				],
			},
			outbound: {
				deadline(ms) {
					const end = new AbortController();
					deadlines.push({ ms, end });
					return end.signal;
				},
			},
		});
		onTestFinished(async () => {
			await own[Symbol.asyncDispose]();
			await stranger[Symbol.asyncDispose]();
		});
		const by = (key: ClientKey) => ask(asserted(key.sign(assertionClaims("remote", issuer, own.now()))), {}, own);
		return { own, stranger, deadlines, by };
	}
	const jwks =
		(...published: readonly ClientKey[]): Answer =>
		(_request, response) =>
			response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));

	test("CA-09 the honest twin: fetched once, for all that is signed with it", async () => {
		const { by, stranger } = await publishing(jwks(publishedKey));
		for (let i = 0; i < 3; i++) expect((await by(publishedKey)).statusCode).toBe(200);
		expect(stranger.requests).toHaveLength(1);
	});

	test("a key that changes at the client is taken up with its first assertion, and the former one is over", async () => {
		let published = [publishedKey];
		const { by } = await publishing((request, response) => jwks(...published)(request, response));
		expect((await by(publishedKey)).statusCode).toBe(200);
		const next = clientKey("ES256", { kid: "b" });
		published = [next];
		expect((await by(next)).statusCode).toBe(200);
		expectUnauthenticated(await by(publishedKey), false);
	});

	test.each<readonly [string, Answer]>([
		["redirects", (_request, response) => response.writeHead(302, { location: "http://127.0.0.1:1/jwks" }).end()],
		["answers 10 MB", (_request, response) => response.end(Buffer.alloc(10_000_000, 0x20))],
		["answers with HTML", (_request, response) => response.setHeader("content-type", "text/html").end("<html>{}</html>")],
		["answers 500", (_request, response) => response.writeHead(500).end("{}")],
		[
			"publishes private keys",
			(_request, response) => response.end(JSON.stringify({ keys: [publishedKey.privateKey.export({ format: "jwk" })] })),
		],
		["hangs up", (request) => request.socket.destroy()],
	])("CA-09 it %s: 401, no redirect is followed, others are unaffected", async (_name, answer) => {
		const { own, by, stranger } = await publishing(answer);
		expectUnauthenticated(await by(publishedKey), false);
		expect(String(own.log.at(-1)?.fields["cause"])).toMatch(/client remote is signed with keys that cannot be fetched/);
		expect(stranger.requests).toHaveLength(1);
		expect((await ask({}, basic(clients.night), own)).statusCode).toBe(200);
	});

	test("CA-09 it hangs: 401 at the end of three seconds, and others are answered meanwhile", async () => {
		let reached: () => void = () => {};
		const wasReached = new Promise<void>((resolve) => {
			reached = resolve;
		});
		const { own, by, deadlines } = await publishing(() => reached());
		const waiting = by(publishedKey);
		await wasReached;
		expect(deadlines.map(({ ms }) => ms)).toEqual([3_000]);
		expect((await ask({}, basic(clients.night), own)).statusCode).toBe(200);
		expect((await ask(asserted(ledgerKey.sign(assertionClaims("ledger", issuer, own.now()))), {}, own)).statusCode).toBe(200);
		deadlines[0]?.end.abort();
		expectUnauthenticated(await waiting, false);
	});

	test("CA-09 what can be refused without a key has none fetched", async () => {
		const { own, stranger } = await publishing(jwks(publishedKey));
		const claims = assertionClaims("remote", issuer, own.now());
		for (const assertion of [publishedKey.sign({ ...claims, exp: 1 }), publishedKey.sign({ ...claims, aud: "x" }), "a.b.c"])
			expectUnauthenticated(await ask(asserted(assertion), {}, own), false);
		expect(stranger.connections()).toBe(0);
	});
});
