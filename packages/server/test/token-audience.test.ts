import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeClient, eventTypesOf, grantIdOf, stateOf } from "./family.ts";
import { authorize, codeOf, payloadOf, redeem, refresh, requestOf, signedIn, type TestClient, token } from "./flow.ts";
import type { Fields } from "./form.ts";
import { basic, clients, crm, type House, issuer, openHouse, orders } from "./house.ts";
import { expectRefused } from "./refused.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

type Audience = string | readonly string[];

/** One line of "Which audience a token has": what was asked at both doors, and the token's `aud` and `scope`. */
interface Line {
	readonly name: string;
	readonly scope: string;
	/** `resource` at `/authorize`. */
	readonly authorize?: string | readonly string[];
	/** `resource` at `/token`. */
	readonly token?: string | readonly string[];
	/** The token; or the error. */
	readonly aud?: Audience;
	readonly holds?: string;
	readonly error?: "invalid_target";
	readonly client?: TestClient;
}

const both = "openid profile crm.read orders.read";

const lines: readonly Line[] = [
	{ name: "openid alone is for userinfo", scope: "openid", aud: issuer, holds: "openid" },
	{ name: "openid and claims are for userinfo", scope: "openid profile email", aud: issuer, holds: "openid profile email" },
	{ name: "one API without openid", scope: "crm.read", aud: crm, holds: "crm.read" },
	{ name: "one API, two scopes, without openid", scope: "crm.read crm.write", aud: crm, holds: "crm.read crm.write" },
	{ name: "one API with openid, no resource named", scope: "openid crm.read", aud: [crm, issuer], holds: "openid crm.read" },
	{ name: "the same with claims", scope: "openid profile crm.read", aud: [crm, issuer], holds: "openid profile crm.read" },
	{ name: "one API, named at /authorize", scope: "openid profile crm.read", authorize: crm, aud: crm, holds: "crm.read" },
	{ name: "one API, named at /token", scope: "openid profile crm.read", token: crm, aud: crm, holds: "crm.read" },
	{ name: "one API, named at both doors", scope: "openid profile crm.read", authorize: crm, token: crm, aud: crm, holds: "crm.read" },
	{ name: "two APIs with openid, none named: userinfo", scope: both, aud: issuer, holds: "openid profile" },
	{ name: "two APIs with openid, the first picked", scope: both, token: crm, aud: crm, holds: "crm.read" },
	{ name: "two APIs with openid, the second picked", scope: both, token: orders, aud: orders, holds: "orders.read" },
	{ name: "two APIs, both named at /authorize", scope: both, authorize: [crm, orders], aud: issuer, holds: "openid profile" },
	{ name: "two APIs, both named, one picked", scope: both, authorize: [crm, orders], token: orders, aud: orders, holds: "orders.read" },
	{ name: "two APIs, narrowed at /authorize to one", scope: both, authorize: crm, aud: crm, holds: "crm.read" },
	{ name: "narrowed to one, the other picked", scope: both, authorize: crm, token: orders, error: "invalid_target" },
	{ name: "two APIs without openid, none named", scope: "crm.read orders.read", error: "invalid_target" },
	{ name: "two APIs without openid, one picked", scope: "crm.read orders.read", token: crm, aud: crm, holds: "crm.read" },
	{
		name: "two APIs without openid, narrowed at /authorize",
		scope: "crm.read orders.read",
		authorize: orders,
		aud: orders,
		holds: "orders.read",
	},
	{ name: "the issuer picked, for userinfo", scope: both, token: issuer, aud: issuer, holds: "openid profile" },
	{ name: "the issuer named at /authorize leaves no API", scope: both, authorize: issuer, aud: issuer, holds: "openid profile" },
	{ name: "the issuer named at /authorize, an API picked", scope: both, authorize: issuer, token: crm, error: "invalid_target" },
	{ name: "the issuer without openid", scope: "crm.read", token: issuer, error: "invalid_target" },
	{ name: "a resource twice", scope: both, token: [crm, orders], error: "invalid_target" },
	{ name: "the same resource twice", scope: both, token: [crm, crm], error: "invalid_target" },
	{ name: "a resource that nobody knows", scope: both, token: "https://nowhere.test", error: "invalid_target" },
	{ name: "a resource that was not asked for", scope: "openid crm.read", token: orders, error: "invalid_target" },
	{ name: "a resource with a slash more", scope: "openid crm.read", token: `${crm}/`, error: "invalid_target" },
	{ name: "a resource in other letters", scope: "openid crm.read", token: crm.toUpperCase(), error: "invalid_target" },
	{ name: "no API at all, one picked", scope: "openid", token: crm, error: "invalid_target" },
];

describe("which audience a token has", () => {
	test.each(lines)("at redemption: $name", async (line) => {
		const { client = clients.shop } = line;
		const request = requestOf(client, { scope: line.scope, resource: line.authorize });
		const code = codeOf(await authorize(browser, request));
		const answer = await redeem(house, request, code, { resource: line.token });
		expectLine(answer, line);
		if (line.error === undefined) return;
		// Refused before the code was used up: made right, the same code works.
		const twin = await redeem(house, request, code, { resource: line.scope.includes("openid") ? issuer : crm });
		expect(twin.statusCode, twin.body).toBe(200);
	});

	test.each(lines)("at refresh: $name", async (line) => {
		const { client = clients.shop } = line;
		const openid = line.scope.includes("openid");
		const request = requestOf(client, { scope: line.scope, resource: line.authorize });
		// Redeemed by naming nothing, or, where that says too little, one API: a resource named at redemption is remembered.
		const ambiguous = !openid && line.scope.includes("crm.read") && line.scope.includes("orders.read") && line.authorize === undefined;
		const redeemed = await redeem(house, request, codeOf(await authorize(browser, request)), { resource: ambiguous ? crm : undefined });
		expect(redeemed.statusCode, redeemed.body).toBe(200);
		const { refresh_token } = redeemed.json();
		const grantId = grantIdOf(redeemed.json().access_token);

		const before = await stateOf(house, grantId);
		const answer = await refresh(house, client, refresh_token, { resource: line.token });
		expectLine(answer, line);
		expect(answer.json().id_token === undefined).toBe(line.error !== undefined || !openid);
		if (line.error === undefined) return;
		expect(await stateOf(house, grantId)).toEqual(before);
		const twin = await refresh(house, client, refresh_token, { resource: openid ? issuer : crm });
		expect(twin.statusCode, twin.body).toBe(200);
		expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed"]);
	});

	test("a resource that /token named once is remembered: a later refresh that names none carries that API alone", async () => {
		const request = requestOf(clients.shop, { scope: "openid crm.read" });
		const code = codeOf(await authorize(browser, request));
		const first = (await redeem(house, request, code, { resource: crm })).json();
		expect(payloadOf(first.access_token)["aud"]).toBe(crm);
		const second = (await refresh(house, clients.shop, first.refresh_token)).json();
		expect(payloadOf(second.access_token)["aud"]).toBe(crm);
		const other = await signedIn(house, clients.shop, { scope: "openid crm.read" }, browser);
		const third = (await refresh(house, clients.shop, other.refresh_token)).json();
		expect(payloadOf(third.access_token)["aud"]).toEqual([crm, issuer]);
	});
});

function expectLine(answer: Awaited<ReturnType<typeof redeem>>, line: Line): void {
	if (line.error !== undefined) {
		expectRefused(answer, line.error);
		return;
	}
	expect(answer.statusCode, answer.body).toBe(200);
	const claims = payloadOf(answer.json().access_token);
	expect({ aud: claims["aud"], scope: claims["scope"] }).toEqual({ aud: line.aud, scope: line.holds });
	expect(answer.json().scope).toBe(line.holds);
}

describe("which audience a token of a machine has", () => {
	const ask = (fields: Fields, client: TestClient = clients.night) => token(house, client, { grant_type: "client_credentials", ...fields });
	const machineLines: readonly {
		readonly name: string;
		readonly fields: Fields;
		readonly aud?: string;
		readonly holds?: string;
		readonly error?: "invalid_target" | "invalid_scope";
	}[] = [
		{ name: "no scope, one resource: all its scopes there", fields: { resource: crm }, aud: crm, holds: "crm.read" },
		{ name: "no scope, the other resource", fields: { resource: orders }, aud: orders, holds: "orders.read" },
		{ name: "one scope names its resource", fields: { scope: "orders.read" }, aud: orders, holds: "orders.read" },
		{ name: "a scope and its resource", fields: { scope: "crm.read", resource: crm }, aud: crm, holds: "crm.read" },
		{
			name: "two scopes, one resource: what belongs there",
			fields: { scope: "crm.read orders.read", resource: orders },
			aud: orders,
			holds: "orders.read",
		},
		{ name: "an empty scope counts as none", fields: { scope: "", resource: crm }, aud: crm, holds: "crm.read" },
		{ name: "no scope, no resource, several APIs", fields: {}, error: "invalid_target" },
		{ name: "scopes of two APIs, no resource", fields: { scope: "crm.read orders.read" }, error: "invalid_target" },
		{ name: "a scope of another API than the resource", fields: { scope: "crm.read", resource: orders }, error: "invalid_target" },
		{ name: "a resource twice", fields: { resource: [crm, orders] }, error: "invalid_target" },
		{ name: "the issuer: a machine has no userinfo", fields: { resource: issuer }, error: "invalid_target" },
		{ name: "an unknown resource", fields: { resource: "https://nowhere.test" }, error: "invalid_target" },
		{ name: "TK-11 a scope that is not assigned", fields: { scope: "crm.read crm.write", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 a scope of people", fields: { scope: "crm.read profile", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 openid", fields: { scope: "openid", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 offline_access", fields: { scope: "crm.read offline_access", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 a scope that nobody knows", fields: { scope: "everything", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 a scope in other letters", fields: { scope: "CRM.read", resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 a scope that is none", fields: { scope: 'crm.read"', resource: crm }, error: "invalid_scope" },
		{ name: "TK-11 `__proto__`", fields: { scope: "__proto__ constructor", resource: crm }, error: "invalid_scope" },
	];

	test.each(machineLines)("$name", async ({ fields, aud, holds, error }) => {
		const answer = await ask(fields);
		if (error !== undefined) {
			expectRefused(answer, error);
			expect((await ask({ scope: "crm.read" })).statusCode).toBe(200);
			return;
		}
		expect(answer.statusCode, answer.body).toBe(200);
		const body = answer.json();
		expect(Object.keys(body)).toEqual(["access_token", "token_type", "expires_in", "scope"]);
		expect(payloadOf(body.access_token)).toMatchObject({ aud, scope: holds, sub: "night", client_id: "night" });
		expect(body.scope).toBe(holds);
	});
});

describe("what a token holds", () => {
	test("RFC 9068 §2: header and claims of an access token of a person, signed as its API wants", async () => {
		const keys = createLocalJWKSet((await house.request({ url: "/.well-known/jwks.json" })).json() as JSONWebKeySet);
		const at = Math.floor(house.now() / 1000);
		const tokens = await signedIn(house, clients.shop, { scope: "openid groups crm.read orders.read", resource: orders }, browser);
		const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
			issuer,
			audience: orders,
			typ: "at+jwt",
			currentDate: new Date(house.now()),
		});
		expect(protectedHeader).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) });
		const id = payloadOf(tokens.id_token);
		expect(payload).toEqual({
			iss: issuer,
			sub: id["sub"],
			aud: orders,
			client_id: "shop",
			iat: at,
			exp: at + 300,
			jti: expect.stringMatching(/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{22}$/),
			scope: "orders.read",
			sid: id["sid"],
			auth_time: id["auth_time"],
			acr: "1",
			amr: ["pwd"],
			groups: ["sales", "staff"],
		});
		expect(tokens.expires_in).toBe(300);
		const ofCrm = await refresh(house, clients.shop, (await signedIn(house, clients.shop, { scope: "crm.read" }, browser)).refresh_token);
		expect(decodeProtectedHeader(ofCrm.json().access_token)).toMatchObject({ alg: "RS256" });
		expect(ofCrm.json().expires_in).toBe(600);
	});

	test("RFC 9068 §2.2: a machine's token speaks of no session and no sign-in", async () => {
		const answer = await house.post("/token", { grant_type: "client_credentials", resource: crm }, basic(clients.night));
		const claims = payloadOf(answer.json().access_token);
		expect(Object.keys(claims).sort()).toEqual(["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"]);
		expect(claims["jti"]).toMatch(/^[A-Za-z0-9_-]{22}$/);
	});

	test("two tokens of one family differ in their jti alone where nothing else changed", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		const again = (await refresh(house, clients.portal, tokens.refresh_token)).json();
		const [first, second] = [payloadOf(tokens.access_token), payloadOf(again.access_token)];
		expect(second["jti"]).not.toBe(first["jti"]);
		expect({ ...second, jti: "" }).toEqual({ ...first, jti: "" });
	});

	test("RFC 6749 §5.1: the answer is kept by nobody", async () => {
		const tokens = await signedIn(house, clients.shop, {}, browser);
		const answer = await refresh(house, clients.shop, tokens.refresh_token);
		expect(answer.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
		expect(answer.headers["content-type"]).toMatch(/^application\/json(?:;|$)/);
		const refused = await refresh(house, clients.shop, "unknown");
		expect(refused.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
	});
});

describe("the ID token", () => {
	test("OIDC Core §2, §3.1.3.6: nonce, sid, auth_time, at_hash, and nothing about the person that was not asked for", async () => {
		const keys = createLocalJWKSet((await house.request({ url: "/.well-known/jwks.json" })).json() as JSONWebKeySet);
		const tokens = await signedIn(house, clients.shop, { scope: "openid profile email address phone" }, browser);
		const { payload, protectedHeader } = await jwtVerify(tokens.id_token, keys, {
			issuer,
			audience: "shop",
			currentDate: new Date(house.now()),
		});
		expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: expect.any(String) });
		const at = Math.floor(house.now() / 1000);
		const access = payloadOf(tokens.access_token);
		expect(payload).toEqual({
			iss: issuer,
			sub: access["sub"],
			aud: "shop",
			iat: at,
			exp: at + 3600,
			auth_time: access["auth_time"],
			sid: access["sid"],
			nonce: tokens.request.fields["nonce"],
			at_hash: await halfHash(tokens.access_token),
			acr: "1",
			amr: ["pwd"],
		});
	});

	test("OIDC Core §12.2: at refresh no nonce, the same subject, session and sign-in, and the hash of the new token", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read offline_access" }, browser);
		const first = payloadOf(tokens.id_token);
		house.wait(3_600_000);
		// A later sign-in on the same session is another sign-in: the family keeps its own.
		await signedIn(house, clients.shop, { prompt: "login" }, browser);
		const answer = await refresh(house, clients.portal, tokens.refresh_token);
		const second = payloadOf(answer.json().id_token);
		expect(second).not.toHaveProperty("nonce");
		const { nonce: _, ...kept } = first;
		const at = Math.floor(house.now() / 1000);
		expect(second).toEqual({ ...kept, iat: at, exp: at + 3600, at_hash: await halfHash(answer.json().access_token) });
	});

	test("without openid there is none, neither at first nor later", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "crm.read" }, browser);
		expect(tokens.id_token).toBeUndefined();
		expect((await refresh(house, clients.shop, tokens.refresh_token)).json()).not.toHaveProperty("id_token");
	});

	test("the scope `groups` puts the claim into ID token, userinfo and access token alike; without it into none", async () => {
		const claimsOf = async (tokens: { access_token: string; id_token: string }) => {
			const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } });
			return [payloadOf(tokens.access_token)["groups"], payloadOf(tokens.id_token)["groups"], userinfo.json().groups];
		};
		const groups = ["sales", "staff"];
		expect(await claimsOf(await signedIn(house, clients.shop, { scope: "openid groups crm.read" }, browser))).toEqual([
			groups,
			groups,
			groups,
		]);
		const without = await signedIn(house, clients.shop, { scope: "openid profile crm.read" }, browser);
		expect(await claimsOf(without)).toEqual([undefined, undefined, undefined]);
		// A person in no group has no such claim anywhere.
		const bob = await signedIn(house, clients.shop, { scope: "openid groups" }, house.browser(), "bob");
		expect(await claimsOf(bob)).toEqual([undefined, undefined, undefined]);
		// Narrowed at refresh, it is left out again.
		const all = await signedIn(house, clients.shop, { scope: "openid groups crm.read" }, browser);
		const narrowed = (await refresh(house, clients.shop, all.refresh_token, { scope: "openid crm.read" })).json();
		expect(await claimsOf(narrowed)).toEqual([undefined, undefined, undefined]);
	});
});

describe("what a refresh may ask for (RFC 6749 §6)", () => {
	test("it may repeat all that was first asked for: what was not granted is left out", async () => {
		// Bob is in no group, so crm.write was never his.
		const asked = "openid profile crm.read crm.write offline_access";
		const tokens = await signedIn(house, clients.shop, { scope: asked }, house.browser(), "bob");
		expect(tokens.scope).toBe("openid profile crm.read offline_access");
		const answer = await refresh(house, clients.shop, tokens.refresh_token, { scope: asked });
		expect(answer.statusCode, answer.body).toBe(200);
		expect(answer.json().scope).toBe("openid profile crm.read offline_access");
		// In another order, with repetitions and blanks, it is the same question.
		const again = await refresh(house, clients.shop, answer.json().refresh_token, { scope: " crm.write  openid openid crm.read" });
		expect(again.json().scope).toBe("openid crm.read");
	});

	test("RF-06 a scope that was never asked for is refused, and nothing rotates", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid profile crm.read" }, browser);
		const grantId = grantIdOf(tokens.access_token);
		const before = await stateOf(house, grantId);
		for (const scope of [
			"openid email",
			"openid profile crm.read crm.write",
			"offline_access",
			"orders.read",
			"nothing",
			'openid"',
			"OPENID",
		])
			expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { scope }), "invalid_scope");
		expect(await stateOf(house, grantId)).toEqual(before);
		const twin = await refresh(house, clients.shop, tokens.refresh_token, { scope: "openid profile crm.read" });
		expect(twin.json().scope).toBe("openid profile crm.read");
	});

	test("asked and not granted, alone, is nothing: refused, and nothing rotates", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.write" }, house.browser(), "bob");
		const grantId = grantIdOf(tokens.access_token);
		const before = await stateOf(house, grantId);
		expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { scope: "crm.write" }), "invalid_scope");
		expect(await stateOf(house, grantId)).toEqual(before);
		expect((await refresh(house, clients.shop, tokens.refresh_token)).json().scope).toBe("openid");
	});

	test("I5 narrowing holds for one token: the next refresh has the whole grant again", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid profile crm.read crm.write" }, browser);
		const narrowed = await refresh(house, clients.shop, tokens.refresh_token, { scope: "openid crm.read" });
		expect(payloadOf(narrowed.json().access_token)).toMatchObject({ scope: "openid crm.read", aud: [crm, issuer] });
		const whole = await refresh(house, clients.shop, narrowed.json().refresh_token);
		expect(payloadOf(whole.json().access_token)).toMatchObject({ scope: "openid profile crm.read crm.write", aud: [crm, issuer] });
	});

	test("I5 narrowing and `resource` together: the API's part of what is left", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read crm.write orders.read" }, browser);
		const answer = await refresh(house, clients.shop, tokens.refresh_token, { scope: "crm.write orders.read", resource: crm });
		expect(payloadOf(answer.json().access_token)).toMatchObject({ scope: "crm.write", aud: crm });
		const next = answer.json().refresh_token;
		expectRefused(await refresh(house, clients.shop, next, { scope: "orders.read", resource: crm }), "invalid_target");
		expect((await refresh(house, clients.shop, next)).statusCode).toBe(200);
	});

	test("I5 narrowed to scopes of APIs, there is nothing left for userinfo", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read orders.read" }, browser);
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		const narrowed = { scope: "crm.read orders.read" };
		expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { ...narrowed, resource: issuer }), "invalid_target");
		expectRefused(await refresh(house, clients.shop, tokens.refresh_token, narrowed), "invalid_target");
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
		const picked = await refresh(house, clients.shop, tokens.refresh_token, { ...narrowed, resource: crm });
		expect(payloadOf(picked.json().access_token)).toMatchObject({ aud: crm, scope: "crm.read" });
	});

	test("I5 what the client may no longer ask for is left out, its audience too", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid profile crm.read orders.read" }, browser);
		const { scope } = clients.shop;
		const register = (names: string) => changeClient(house, "shop", (row) => ({ ...row, metadata: { ...row.metadata, scope: names } }));
		try {
			await register("openid profile crm.read");
			const first = await refresh(house, clients.shop, tokens.refresh_token);
			expect(payloadOf(first.json().access_token)).toMatchObject({ scope: "openid profile crm.read", aud: [crm, issuer] });
			expectRefused(await refresh(house, clients.shop, first.json().refresh_token, { resource: orders }), "invalid_target");

			await register("profile crm.read");
			const second = await refresh(house, clients.shop, first.json().refresh_token);
			expect(payloadOf(second.json().access_token)).toMatchObject({ scope: "crm.read", aud: crm });
			expect(second.json()).not.toHaveProperty("id_token");
			expectRefused(await refresh(house, clients.shop, second.json().refresh_token, { resource: issuer }), "invalid_target");

			await register("email");
			const grantId = grantIdOf(tokens.access_token);
			const before = await stateOf(house, grantId);
			expectRefused(await refresh(house, clients.shop, second.json().refresh_token), "invalid_grant");
			expect(await stateOf(house, grantId)).toEqual(before);

			await register(scope);
			const whole = await refresh(house, clients.shop, second.json().refresh_token);
			expect(payloadOf(whole.json().access_token)).toMatchObject({ scope: "openid profile", aud: issuer });
		} finally {
			await register(scope);
		}
	});

	test("I5 I13 an API that was switched off gives no scope and no audience any more", async () => {
		const { resources } = house.gatehouse.ground.store;
		const row = (await resources.all()).find(({ identifier }) => identifier === crm)!;
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" }, browser);
		const alone = await signedIn(house, clients.shop, { scope: "crm.read" }, browser);
		await resources.put({ ...row, enabled: false }, []);
		await house.gatehouse.refresh();
		try {
			const answer = await refresh(house, clients.shop, tokens.refresh_token);
			expect(payloadOf(answer.json().access_token)).toMatchObject({ scope: "openid", aud: issuer });
			expectRefused(await refresh(house, clients.shop, answer.json().refresh_token, { resource: crm }), "invalid_target");
			expectRefused(await refresh(house, clients.shop, alone.refresh_token), "invalid_grant");
			expectRefused(await token(house, clients.night, { grant_type: "client_credentials", resource: crm }), "invalid_target");
		} finally {
			await resources.put(row, []);
			await house.gatehouse.refresh();
		}
		expect(payloadOf((await refresh(house, clients.shop, alone.refresh_token)).json().access_token)["aud"]).toBe(crm);
	});
});

/** `at_hash` (OIDC Core §3.1.3.6) for an ID token of RS256. */
async function halfHash(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return Buffer.from(digest).subarray(0, 16).toString("base64url");
}
