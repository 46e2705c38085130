import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsOf, eventTypesOf, grantIdOf, standing, stateOf } from "./family.ts";
import { authorize, codeOf, isActive, payloadOf, proof, redeem, refresh, requestOf, signedIn, type TestClient, token } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, crm, type House, issuer, openHouse } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

const ask = (client: TestClient, text: string, more: Fields = {}, at = house) => {
	const { fields, headers } = proof(client);
	return at.post("/revoke", { ...fields, token: text, ...more }, headers);
};

/** Expects 200 without a word (RFC 7009 §2.2). */
async function expectRevoked(client: TestClient, text: string, more: Fields = {}): Promise<void> {
	const answer = await ask(client, text, more);
	expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 200, body: "" });
	expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
}

const crmScope = { scope: "openid crm.read" };

describe("what is revoked", () => {
	test.each([clients.shop, clients.portal])("I3 a refresh token takes its whole family with it: $client_id", async (client) => {
		const tokens = await signedIn(house, client, crmScope, browser);
		const grantId = grantIdOf(tokens.access_token);
		const next = (await refresh(house, client, tokens.refresh_token)).json();
		const other = await signedIn(house, client, crmScope, browser);
		await expectRevoked(client, next.refresh_token);
		for (const { refresh_token } of [tokens, next]) expectRefused(await refresh(house, client, refresh_token), "invalid_grant");
		for (const { access_token } of [tokens, next]) expect(await isActive(house, access_token)).toBe(false);
		const { grant } = await standing(house, grantId);
		const [event] = (await eventsOf(house, grantId)).filter(({ type }) => type === "grant.revoked");
		expect(event).toMatchObject({ clientId: client.client_id, personId: grant.personId, sessionId: grant.sessionId, at: house.now() });
		// A second time it is revoked already: nothing more is told. Another family of the same person and client lives.
		await expectRevoked(client, next.refresh_token);
		expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "grant.revoked"]);
		expect((await refresh(house, client, other.refresh_token)).statusCode).toBe(200);
	});

	test("a refresh token that was replaced ends its family too: who has it wants out", async () => {
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		const next = (await refresh(house, clients.portal, tokens.refresh_token)).json();
		house.wait(3_600_000);
		await expectRevoked(clients.portal, tokens.refresh_token);
		expectRefused(await refresh(house, clients.portal, next.refresh_token), "invalid_grant");
	});

	test("an access token goes alone, until it would have expired", async () => {
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		const grantId = grantIdOf(tokens.access_token);
		await expectRevoked(clients.portal, tokens.access_token);
		expect(await isActive(house, tokens.access_token)).toBe(false);
		const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } });
		expect(userinfo.statusCode).toBe(401);
		await expectRevoked(clients.portal, tokens.access_token);
		expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "access_token.revoked"]);
		const next = (await refresh(house, clients.portal, tokens.refresh_token)).json();
		expect(await isActive(house, next.access_token)).toBe(true);
	});

	test("a machine's token", async () => {
		const answer = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		const other = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		await expectRevoked(clients.night, answer.json().access_token);
		expect(await isActive(house, answer.json().access_token)).toBe(false);
		expect(await isActive(house, other.json().access_token)).toBe(true);
	});

	test("a person's consent and session outlive it: the next sign-in asks nothing", async () => {
		const tokens = await signedIn(house, clients.analytics, { scope: "openid crm.read" }, browser);
		await expectRevoked(clients.analytics, tokens.refresh_token);
		expect(codeOf(await browser.go(requestOf(clients.analytics, { scope: "openid crm.read", prompt: "none" }).url))).toBeTruthy();
	});
});

describe("end_session=true", () => {
	const endings = async (sessionId: string) =>
		(await house.gatehouse.ground.store.events.list({ limit: 10_000 })).filter(
			(event) => event.type === "session.ended" && event.sessionId === sessionId,
		);
	/** What the browser of a session is answered that must not ask. */
	const answered = async (client: TestClient, at: typeof browser) =>
		(await at.go(requestOf(client, { prompt: "none" }).url)).url.searchParams;

	test("LO-04 from the company's own app on a device ends the session that it was begun in, and every family of that", async () => {
		const own = house.browser();
		const app = await signedIn(house, clients.mobile, crmScope, own);
		const shop = await signedIn(house, clients.shop, crmScope, own);
		const { grant } = await standing(house, grantIdOf(app.access_token));
		expect((await answered(clients.shop, own)).get("code")).toBeTruthy();
		await expectRevoked(clients.mobile, app.refresh_token, { end_session: "true" });
		expectRefused(await refresh(house, clients.shop, shop.refresh_token), "invalid_grant");
		expect((await answered(clients.shop, own)).get("error")).toBe("login_required");
		expect(await endings(grant.sessionId)).toMatchObject([{ clientId: "mobile", personId: grant.personId, data: { by: "sign-out" } }]);
		// Another browser of the same person goes on.
		expect((await answered(clients.shop, browser)).get("code")).toBeTruthy();
	});

	test.each([clients.shop, clients.portal, clients.gadget])(
		"from $client_id, which has the browser for it, ends its family alone",
		async (client) => {
			const own = house.browser();
			const tokens = await signedIn(house, client, crmScope, own);
			await expectRevoked(client, tokens.refresh_token, { end_session: "true" });
			expectRefused(await refresh(house, client, tokens.refresh_token), "invalid_grant");
			expect((await answered(clients.shop, own)).get("code")).toBeTruthy();
		},
	);

	test("with a token that was taken back, another's, an access token or another word ends no session", async () => {
		const own = house.browser();
		const app = await signedIn(house, clients.mobile, crmScope, own);
		const shop = await signedIn(house, clients.shop, crmScope, own);
		expectRefused(await ask(clients.mobile, shop.refresh_token, { end_session: "true" }), "unauthorized_client");
		await expectRevoked(clients.mobile, app.access_token, { end_session: "true" });
		await expectRevoked(clients.mobile, app.refresh_token, { end_session: "yes" });
		await expectRevoked(clients.mobile, app.refresh_token, { end_session: "true" });
		expect((await refresh(house, clients.shop, shop.refresh_token)).statusCode).toBe(200);
		expect((await answered(clients.shop, own)).get("code")).toBeTruthy();
	});
});

describe("IR-04 D5: another client's token", () => {
	test.each([
		[clients.portal, clients.analytics],
		[clients.portal, clients.shop],
		[clients.shop, clients.portal],
		[clients.shop, clients.crmApi],
	] as const)("IR-04 of $client_id is refused, and lives", async (owner, stranger) => {
		const tokens = await signedIn(house, owner, crmScope, browser);
		const next = (await refresh(house, owner, tokens.refresh_token)).json();
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		for (const text of [next.access_token, next.refresh_token, tokens.refresh_token])
			for (const hint of [undefined, "access_token", "refresh_token"])
				expectRefused(await ask(stranger, text, { token_type_hint: hint }), "unauthorized_client");
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
		expect(await isActive(house, next.access_token)).toBe(true);
		expect((await refresh(house, owner, next.refresh_token)).statusCode).toBe(200);
		await expectRevoked(owner, next.refresh_token);
	});

	test("IR-04 a machine's token by another client", async () => {
		const { access_token } = (await token(house, clients.night, { grant_type: "client_credentials", resource: crm })).json();
		expectRefused(await ask(clients.portal, access_token), "unauthorized_client");
		expectRefused(await ask(clients.crmApi, access_token), "unauthorized_client");
		expect(await isActive(house, access_token)).toBe(true);
	});

	test("IR-04 without proof nothing is revoked", async () => {
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		expectUnauthenticated(await house.post("/revoke", { token: tokens.refresh_token }), false);
		expectUnauthenticated(await house.post("/revoke", { token: tokens.refresh_token, client_id: "portal" }), false);
		expectUnauthenticated(
			await house.post("/revoke", { token: tokens.refresh_token }, { authorization: `Bearer ${tokens.access_token}` }),
			true,
		);
		expectRefused(await house.request({ url: `/revoke?token=${tokens.refresh_token}&client_id=portal` }), "method_not_allowed");
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
		await expectRevoked(clients.portal, tokens.refresh_token);
	});
});

describe("IR-05: what is unknown is revoked already", () => {
	test("IR-05 TK-18 unknown, expired, malformed, otherwise spelt, a code, a request, a cookie, an ID token: 200, and nothing happened", async () => {
		const request = requestOf(clients.portal, crmScope);
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		const { access_token, refresh_token, id_token } = tokens;
		const grantId = grantIdOf(access_token);
		const code = codeOf(await authorize(browser, request));
		const waiting = await house.browser().send("GET", requestOf(clients.portal).url);
		const sealed = new URL(String(waiting.headers.location), issuer).searchParams.get("continue")!;
		const session = browser.cookies.get("__Host-gatehouse")!;
		const before = await stateOf(house, grantId);
		const nothing = [
			"unknown",
			"a.b.c",
			"\0",
			"x".repeat(50_000),
			code,
			sealed,
			session,
			id_token,
			grantId,
			payloadOf(access_token)["jti"] as string,
			browser.cookies.get("__Host-gatehouse-browser")!,
			`${access_token.slice(0, -4)}AAAA`,
			`${access_token} `,
			`${access_token}=`,
			`${refresh_token}=`,
			`${refresh_token}==`,
			` ${refresh_token}`,
			`${refresh_token} `,
			`${refresh_token}\n`,
			`${refresh_token.slice(0, 9)}!${refresh_token.slice(9)}`,
			refresh_token.slice(0, -2),
			`${refresh_token}AAAA`,
		];
		for (const text of nothing)
			for (const token_type_hint of [undefined, "refresh_token", "access_token", "pct"])
				await expectRevoked(clients.portal, text, { token_type_hint });
		expect(await stateOf(house, grantId)).toEqual(before);
		// The code still works, the request still waits, the session is still signed in, the family lives.
		expect((await redeem(house, request, code)).statusCode).toBe(200);
		expect((await browser.go(requestOf(clients.shop, { prompt: "none" }).url)).url.searchParams.get("code")).not.toBeNull();
		expect(await isActive(house, access_token)).toBe(true);
		expect((await refresh(house, clients.portal, refresh_token)).statusCode).toBe(200);
	});

	test("IR-05 an access token that has expired is nothing any more", async () => {
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		house.wait(600_000);
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		await expectRevoked(clients.portal, tokens.access_token);
		await expectRevoked(clients.analytics, tokens.access_token);
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
	});

	test.each(["access_token", "refresh_token", "id_token", "nonsense", ""])("IR-05 the hint %j is ignored", async (token_type_hint) => {
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		await expectRevoked(clients.portal, tokens.access_token, { token_type_hint });
		expect(await isActive(house, tokens.access_token)).toBe(false);
		await expectRevoked(clients.portal, tokens.refresh_token, { token_type_hint });
		expectRefused(await refresh(house, clients.portal, tokens.refresh_token), "invalid_grant");
	});

	test("a request without a token, or with two", async () => {
		expectRefused(await ask(clients.portal, ""), "invalid_request");
		const tokens = await signedIn(house, clients.portal, crmScope, browser);
		const two = { token: [tokens.refresh_token, "x"] };
		expectRefused(await house.post("/revoke", two, proof(clients.portal).headers), "invalid_request");
		expect((await refresh(house, clients.portal, tokens.refresh_token)).statusCode).toBe(200);
	});
});

describe("IR-05: a store that cannot write", () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "gatehouse-revocation-"));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	test("IR-05 503 with Retry-After, never 200; once it can, the same request revokes", async () => {
		const file = join(folder, "gatehouse.db");
		await using own = await openHouse({ store: `sqlite:${file}`, file: { masterKey: randomBytes(32).toString("base64url") } });
		const tokens = await signedIn(own, clients.portal, crmScope);
		const another = new DatabaseSync(file);
		another.exec("begin immediate");
		try {
			const answers = await Promise.all([
				ask(clients.portal, tokens.refresh_token, {}, own),
				ask(clients.portal, tokens.access_token, {}, own),
				refresh(own, clients.portal, tokens.refresh_token),
			]);
			for (const answer of answers) {
				expectRefused(answer, "temporarily_unavailable");
				expect(answer.headers["retry-after"]).toBe("2");
			}
			// Reading goes on meanwhile: introspection tells the truth, which is that nothing was revoked.
			expect(await isActive(own, tokens.access_token)).toBe(true);
			expect((await ask(clients.portal, "unknown", {}, own)).statusCode).toBe(200);
		} finally {
			another.exec("rollback");
			another.close();
		}
		expect((await ask(clients.portal, tokens.access_token, {}, own)).statusCode).toBe(200);
		expect(await isActive(own, tokens.access_token)).toBe(false);
		const next = await refresh(own, clients.portal, tokens.refresh_token);
		expect(next.statusCode).toBe(200);
		expect((await ask(clients.portal, next.json().refresh_token, {}, own)).statusCode).toBe(200);
		expectRefused(await refresh(own, clients.portal, next.json().refresh_token), "invalid_grant");
	});
});
