import { decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeClient, grantIdOf, holdClient, refreshTokenOf, standing, stateOf } from "./family.ts";
import { authorize, codeOf, payloadOf, proof, refresh, requestOf, signedIn, type TestClient, token } from "./flow.ts";
import type { Fields } from "./form.ts";
import { basic, clients, crm, type House, issuer, openHouse, orders } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

const ask = (client: TestClient, text: string, more: Fields = {}) => {
	const { fields, headers } = proof(client);
	return house.post("/introspect", { ...fields, token: text, ...more }, headers);
};

/** Expects 200 with `{"active":false}`, to the letter. */
async function expectInactive(client: TestClient, text: string, more: Fields = {}): Promise<void> {
	const answer = await ask(client, text, more);
	expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 200, body: '{"active":false}' });
	expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
	expect(answer.headers["content-type"]).toMatch(/^application\/json(?:;|$)/);
}

async function activeBody(client: TestClient, text: string): Promise<Record<string, unknown>> {
	const answer = await ask(client, text);
	expect(answer.statusCode, answer.body).toBe(200);
	expect(answer.json().active).toBe(true);
	return answer.json();
}

/** The signature, one bit of it changed. */
function forged(jwt: string): string {
	const [header, payload, signature = ""] = jwt.split(".");
	const bytes = Buffer.from(signature, "base64url");
	bytes[10]! ^= 1;
	return `${header}.${payload}.${bytes.toString("base64url")}`;
}

describe("who may ask", () => {
	test("IR-01 nobody, a public client, and whoever shows a token instead of a secret: 401", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" }, browser);
		const { access_token, refresh_token } = tokens;
		expectUnauthenticated(await house.post("/introspect", { token: access_token }), false);
		expectUnauthenticated(await house.post("/introspect", { token: access_token, client_id: "shop" }), false);
		expectUnauthenticated(await house.post("/introspect", { token: refresh_token, client_id: "shop" }), false);
		expectUnauthenticated(await house.post("/introspect", { token: access_token, client_id: "crm-api" }), false);
		expectUnauthenticated(await house.post("/introspect", { token: access_token }, { authorization: `Bearer ${access_token}` }), true);
		const ofMachine = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		const machine = `Bearer ${ofMachine.json().access_token}`;
		expectUnauthenticated(await house.post("/introspect", { token: access_token }, { authorization: machine }), true);
		expectUnauthenticated(await house.post("/introspect", { token: access_token, access_token }), false);
		expect((await activeBody(clients.crmApi, access_token))["client_id"]).toBe("shop");
	});

	test("IR-01 a request that is none: no token, two, in the query, by GET", async () => {
		const credentials = basic(clients.crmApi);
		expectRefused(await house.post("/introspect", {}, credentials), "invalid_request");
		expectRefused(await house.post("/introspect", { token: "" }, credentials), "invalid_request");
		expectRefused(await house.post("/introspect", { token: ["a", "b"] }, credentials), "invalid_request");
		expectRefused(await house.post("/introspect?token=a", { token: "a" }, credentials), "invalid_request");
		expectRefused(await house.request({ url: "/introspect?token=a", headers: credentials }), "method_not_allowed");
	});
});

describe("who sees what", () => {
	test("IR-02 a token is seen by the clients its API lists and by the one it was issued to; to others it is nothing", async () => {
		const ofCrm = (await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser)).access_token;
		const ofOrders = (await signedIn(house, clients.portal, { scope: "orders.read" }, browser)).access_token;
		const ofUserinfo = (await signedIn(house, clients.portal, { scope: "openid profile" }, browser)).access_token;
		for (const text of [ofCrm, ofOrders, ofUserinfo]) {
			await activeBody(clients.portal, text);
			await expectInactive(clients.analytics, text);
			await expectInactive(clients.night, text);
		}
		await activeBody(clients.crmApi, ofCrm);
		await expectInactive(clients.crmApi, ofOrders);
		await expectInactive(clients.crmApi, ofUserinfo);

		const machine = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		await activeBody(clients.crmApi, machine.json().access_token);
		await activeBody(clients.night, machine.json().access_token);
		await expectInactive(clients.portal, machine.json().access_token);
	});

	test("IR-02 what an API is told: the token's own claims, and no more", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid profile groups crm.read" }, browser);
		const claims = payloadOf(tokens.access_token);
		const at = Math.floor(house.now() / 1000);
		expect(await activeBody(clients.crmApi, tokens.access_token)).toEqual({
			active: true,
			iss: issuer,
			sub: claims["sub"],
			aud: [crm, issuer],
			client_id: "shop",
			scope: "openid profile groups crm.read",
			token_type: "Bearer",
			iat: at,
			exp: at + 600,
			jti: claims["jti"],
		});
	});

	test("IR-02 a refresh token is its own client's alone, and says until when", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read offline_access" }, browser);
		const { grant } = await standing(house, grantIdOf(tokens.access_token));
		expect(await activeBody(clients.portal, tokens.refresh_token)).toEqual({
			active: true,
			iss: issuer,
			sub: grant.personId,
			client_id: "portal",
			scope: "openid crm.read offline_access",
			exp: Math.floor(grant.expiresAt / 1000),
		});
		await expectInactive(clients.crmApi, tokens.refresh_token);
		await expectInactive(clients.analytics, tokens.refresh_token);
		// Only the current one can be exchanged for a new one.
		const next = (await refresh(house, clients.portal, tokens.refresh_token)).json().refresh_token;
		await expectInactive(clients.portal, tokens.refresh_token);
		await activeBody(clients.portal, next);
		for (const generation of [3, 4]) await expectInactive(clients.portal, await refreshTokenOf(house, grant.id, generation));
	});

	test("IR-02 an ID token is no access token, for anybody", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		for (const client of [clients.portal, clients.crmApi]) await expectInactive(client, tokens.id_token);
		await activeBody(clients.portal, tokens.access_token);
	});

	test("IR-02 a resource that was switched off vouches for nobody; switched on again it does", async () => {
		const { store } = house.gatehouse.ground;
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" }, browser);
		const row = (await store.resources.all()).find(({ identifier }) => identifier === crm)!;
		await store.resources.put({ ...row, introspection_clients: [] }, []);
		await house.gatehouse.refresh();
		await expectInactive(clients.crmApi, tokens.access_token);
		await store.resources.put({ ...row, enabled: false }, []);
		await house.gatehouse.refresh();
		await expectInactive(clients.crmApi, tokens.access_token);
		await store.resources.put(row, []);
		await house.gatehouse.refresh();
		await activeBody(clients.crmApi, tokens.access_token);
	});

	test("IR-02 an API's client that was switched off may not ask", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" }, browser);
		await changeClient(house, "crm-api", (row) => ({ ...row, held: true }));
		expectUnauthenticated(await ask(clients.crmApi, tokens.access_token), true);
		await changeClient(house, "crm-api", (row) => ({ ...row, held: false }));
		await activeBody(clients.crmApi, tokens.access_token);
	});
});

describe("what is not active", () => {
	test('IR-02 TK-18 unknown, malformed, altered, otherwise spelt: `{"active":false}`, and nothing happened', async () => {
		const request = requestOf(clients.portal, { scope: "openid crm.read" });
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		const { access_token, refresh_token, id_token } = tokens;
		const grantId = grantIdOf(access_token);
		const before = await stateOf(house, grantId);
		const [header = "", payload = "", signature = ""] = access_token.split(".");
		const reheaded = (change: object) =>
			`${Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, "base64url").toString()), ...change })).toString("base64url")}.${payload}.${signature}`;
		const repaid = (change: object) =>
			`${header}.${Buffer.from(JSON.stringify({ ...payloadOf(access_token), ...change })).toString("base64url")}.${signature}`;
		const code = codeOf(await authorize(browser, request));
		const wrong = [
			"unknown",
			"a.b.c",
			"..",
			"\0",
			"null",
			"x".repeat(9_000),
			"x".repeat(50_000),
			code,
			browser.cookies.get("__Host-gatehouse")!,
			grantId,
			forged(access_token),
			forged(id_token),
			`${header}.${payload}.`,
			`${header}.${payload}`,
			`${payload}.${signature}`,
			`${access_token}.`,
			`${access_token}=`,
			`${access_token} `,
			` ${access_token}`,
			`${access_token}\n`,
			`${header}=.${payload}.${signature}`,
			`${header}.${payload} .${signature}`,
			`Bearer ${access_token}`,
			reheaded({ alg: "none" }),
			reheaded({ alg: "HS256" }),
			reheaded({ alg: "ES256" }),
			reheaded({ typ: "JWT" }),
			reheaded({ kid: "unknown" }),
			reheaded({ kid: undefined }),
			repaid({ exp: 9_999_999_999 }),
			repaid({ client_id: "crm-api" }),
			repaid({ aud: "crm-api" }),
			`${refresh_token}=`,
			` ${refresh_token}`,
			`${refresh_token}\n`,
			`${refresh_token.slice(0, 30)}!${refresh_token.slice(30)}`,
			refresh_token.slice(0, -1),
			refresh_token.toUpperCase(),
		];
		for (const text of wrong) for (const client of [clients.portal, clients.crmApi]) await expectInactive(client, text);
		expect(await stateOf(house, grantId)).toEqual(before);
		await activeBody(clients.portal, access_token);
		await activeBody(clients.portal, refresh_token);
	});

	test("IR-02 the hint is a hint: wrong or unknown, it changes nothing (RFC 7662 §2.1)", async () => {
		const { access_token, refresh_token } = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		for (const token_type_hint of ["access_token", "refresh_token", "id_token", "", "nonsense"]) {
			expect((await ask(clients.portal, access_token, { token_type_hint })).json().active).toBe(true);
			expect((await ask(clients.portal, refresh_token, { token_type_hint })).json().active).toBe(true);
			await expectInactive(clients.portal, "unknown", { token_type_hint });
		}
	});

	test("IR-02 an expired token, to the second", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		const brief = await signedIn(house, clients.portal, { scope: "orders.read" }, browser);
		house.wait(299_999);
		await activeBody(clients.portal, brief.access_token);
		house.wait(1);
		await expectInactive(clients.portal, brief.access_token);
		await activeBody(clients.portal, tokens.access_token);
		house.wait(300_000);
		await expectInactive(clients.portal, tokens.access_token);
		await expectInactive(clients.crmApi, tokens.access_token);
	});

	test("IR-02 a token of another issuer: that the clients have the same names and secrets makes no difference", async () => {
		await using other = await openHouse({ file: { issuer: "https://other.company.test" } });
		const machine = await token(other, clients.night, { grant_type: "client_credentials", resource: crm });
		expect(payloadOf(machine.json().access_token)["iss"]).toBe("https://other.company.test");
		await expectInactive(clients.crmApi, machine.json().access_token);
		expect((await other.post("/introspect", { token: machine.json().access_token }, basic(clients.crmApi))).json().active).toBe(true);
	});

	test("I13 a machine's token is nothing while its client is switched off, and is good again afterwards", async () => {
		const { access_token } = (await token(house, clients.night, { grant_type: "client_credentials", resource: crm })).json();
		await holdClient(house, "night", true);
		await expectInactive(clients.crmApi, access_token);
		await holdClient(house, "night", false);
		await activeBody(clients.crmApi, access_token);
	});

	test("I13 a key that was revoked: what it signed is nothing at once; what another signed lives", async () => {
		await using own = await openHouse();
		const { store } = own.gatehouse.ground;
		const tokens = await signedIn(own, clients.portal, { scope: "openid crm.read" });
		const signer = (await store.keys.all()).find(({ kid }) => kid === decodeProtectedHeader(tokens.access_token).kid)!;
		const other = await signedIn(own, clients.portal, { scope: "orders.read" });
		expect((await own.post("/introspect", { token: tokens.access_token }, basic(clients.portal))).json().active).toBe(true);
		const { sealedPrivate: _, ...gone } = signer;
		expect(await store.keys.put([{ ...gone, signsUntil: own.now(), revokedAt: own.now() }], [], await store.keys.version())).toBe(true);
		await own.gatehouse.refresh();
		const answer = await own.post("/introspect", { token: tokens.access_token }, basic(clients.portal));
		expect(answer.body).toBe('{"active":false}');
		const userinfo = await own.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } });
		expect(userinfo.statusCode).toBe(401);
		expect((await own.request({ url: "/.well-known/jwks.json" })).body).not.toContain(signer.kid);
		expect((await own.post("/introspect", { token: other.access_token }, basic(clients.portal))).json().active).toBe(true);
	});
});

test("I6 subject, client, session and audience agree wherever they are told", async () => {
	const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read offline_access" }, browser);
	const access = payloadOf(tokens.access_token);
	const id = payloadOf(tokens.id_token);
	const userinfo = (await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } })).json();
	const told = await activeBody(clients.crmApi, tokens.access_token);
	const toldOfRefresh = await activeBody(clients.portal, tokens.refresh_token);
	expect(new Set([access["sub"], id["sub"], userinfo.sub, told["sub"], toldOfRefresh["sub"]]).size).toBe(1);
	expect(new Set([access["client_id"], id["aud"], told["client_id"], toldOfRefresh["client_id"]])).toEqual(new Set(["portal"]));
	expect(access["sid"]).toBe(id["sid"]);
	expect(access["auth_time"]).toBe(id["auth_time"]);
	expect(told["aud"]).toEqual(access["aud"]);
	const second = await refresh(house, clients.portal, tokens.refresh_token, { resource: crm });
	expect(payloadOf(second.json().access_token)).toMatchObject({ sub: id["sub"], client_id: "portal", sid: id["sid"] });
	expect(payloadOf(second.json().access_token)["aud"]).not.toBe(orders);
});
