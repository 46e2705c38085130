import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { changeClient, grantIdOf, holdClient, standing, stateOf } from "./family.ts";
import { authorize, codeOf, isActive, payloadOf, redeem, refresh, requestOf, signedIn, type TestClient, type Tokens } from "./flow.ts";
import { clients, crm, type House, issuer, openHouse, password } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

const hour = 3_600_000;
const day = 24 * hour;
const store = () => house.gatehouse.ground.store;

/** An online and an offline family of one person and client, out of one session. */
interface Pair {
	readonly browser: Browser;
	readonly client: TestClient;
	readonly online: Tokens;
	readonly offline: Tokens;
	readonly personId: string;
	readonly sessionId: string;
}

async function pairOf(client: TestClient, username = "alice"): Promise<Pair> {
	const browser = house.browser();
	const online = await signedIn(house, client, { scope: "openid crm.read", prompt: "consent" }, browser, username);
	const offline = await signedIn(house, client, { scope: "openid crm.read offline_access", prompt: "consent" }, browser, username);
	const { sub, sid } = payloadOf(online.id_token);
	return { browser, client, online, offline, personId: String(sub), sessionId: String(sid) };
}

/** Expects that a family issues nothing and is reported dead, and that asking changes nothing. */
async function expectDead(tokens: Tokens, client: TestClient): Promise<void> {
	const grantId = grantIdOf(tokens.access_token);
	const before = await stateOf(house, grantId);
	expectRefused(await refresh(house, client, tokens.refresh_token), "invalid_grant");
	expectRefused(await refresh(house, client, tokens.refresh_token, { scope: "openid", resource: issuer }), "invalid_grant");
	expect(await isActive(house, tokens.access_token)).toBe(false);
	const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } });
	expect(userinfo.statusCode).toBe(401);
	expect(userinfo.headers["www-authenticate"]).toContain('error="invalid_token"');
	expect(await stateOf(house, grantId)).toEqual(before);
}

/** Expects that a family lives. @returns what its refresh answered */
async function expectAlive(tokens: Tokens, client: TestClient): Promise<Tokens> {
	const answer = await refresh(house, client, tokens.refresh_token);
	expect(answer.statusCode, answer.body).toBe(200);
	expect(await isActive(house, answer.json().access_token)).toBe(true);
	return { ...tokens, ...answer.json() };
}

interface Ending {
	readonly name: string;
	readonly end: (pair: Pair) => Promise<unknown>;
	/** Whether families with `offline_access` live on. */
	readonly offlineLives: boolean;
}

const newHash = (text: string) => house.gatehouse.ground.tokens.passwords.hash(text);
const sessionEnded = (sessionId: string) => house.gatehouse.ground.newEvent(house.now(), { type: "session.ended", sessionId });

/** How a person changes their password in one of their sessions. */
async function byOwner(personId: string, keep: string) {
	const passwordVersion = (await store().people.find(personId))?.passwordVersion ?? -1;
	const { secretHash } = house.gatehouse.ground.tokens.sessionCookies.create();
	return { endEverything: false, keep, secretHash, passwordVersion } as const;
}

const endings: readonly Ending[] = [
	{
		name: "sign-out with the app's hint",
		offlineLives: true,
		end: ({ browser, online }) => browser.go(`${issuer}/end-session?id_token_hint=${online.id_token}`),
	},
	{
		name: "sign-out on our own page",
		offlineLives: true,
		end: async ({ browser }) => browser.click(await browser.go(`${issuer}/end-session`), "logout-confirm"),
	},
	{
		name: "the session ended by an operator",
		offlineLives: true,
		end: ({ sessionId }) => store().sessions.end(sessionId, house.now(), [sessionEnded(sessionId)]),
	},
	{
		name: "all sessions of the person ended",
		offlineLives: true,
		end: ({ personId }) => store().sessions.endAll(personId, house.now(), sessionEnded),
	},
	{
		name: "another person signed in in the same browser",
		offlineLives: true,
		end: async ({ browser }) => {
			const shown = await browser.go(requestOf(clients.shop, { prompt: "login" }).url);
			return browser.signIn(shown, "bob", password);
		},
	},
	{
		name: "the owner, who knew the old password, changed it elsewhere",
		offlineLives: true,
		end: async ({ personId }) => {
			const elsewhere = await signedIn(house, clients.portal);
			const how = await byOwner(personId, String(payloadOf(elsewhere.id_token)["sid"]));
			return store().people.setPassword(personId, await newHash(password), how, house.now(), [], sessionEnded);
		},
	},
	{
		name: "the password was reset",
		offlineLives: false,
		end: async ({ personId }) =>
			store().people.setPassword(personId, await newHash(password), { endEverything: true }, house.now(), [], sessionEnded),
	},
	{
		name: "the consent to the client was withdrawn",
		offlineLives: false,
		end: ({ personId, client }) => store().consents.withdraw(personId, client.client_id, house.now(), []),
	},
	{ name: "the epoch of the store was raised", offlineLives: false, end: () => store().settings.raiseEpoch([]) },
];

describe("RF-07 I3: what ends a family", () => {
	test.each(endings.flatMap((ending) => [clients.shop, clients.analytics, clients.ledger].map((client) => ({ ...ending, client }))))(
		"RF-07 $name ($client.client_id)",
		async ({ client, end, offlineLives }) => {
			const pair = await pairOf(client);
			const online = await expectAlive(pair.online, client);
			const offline = await expectAlive(pair.offline, client);
			await end({ ...pair, online });
			await expectDead(online, client);
			if (offlineLives) await expectAlive(offline, client);
			else await expectDead(offline, client);
			// And stays dead, whoever signs in again; what is new lives.
			const twin = await pairOf(client);
			await expectDead(online, client);
			await expectAlive(twin.online, client);
			await expectAlive(twin.offline, client);
		},
	);

	test("RF-07 the session that the owner changed the password in goes on, with its families", async () => {
		const pair = await pairOf(clients.portal);
		const how = await byOwner(pair.personId, pair.sessionId);
		expect(await store().people.setPassword(pair.personId, await newHash(password), how, house.now(), [], sessionEnded)).toBe(true);
		await expectAlive(pair.online, clients.portal);
		await expectAlive(pair.offline, clients.portal);
	});

	test("RF-07 the same person signing in again goes on with the session, and its families live", async () => {
		const pair = await pairOf(clients.portal);
		const again = await signedIn(house, clients.portal, { scope: "openid", prompt: "login" }, pair.browser);
		expect(payloadOf(again.id_token)["sid"]).toBe(pair.sessionId);
		await expectAlive(pair.online, clients.portal);
	});

	test("RF-07 consent to one client says nothing about another", async () => {
		const pair = await pairOf(clients.portal);
		await store().consents.withdraw(pair.personId, "analytics", house.now(), []);
		await expectAlive(pair.online, clients.portal);
		await expectAlive(pair.offline, clients.portal);
	});

	test("RF-07 I13 a disabled person: everything ends, and stays ended when they are enabled again", async () => {
		const pair = await pairOf(clients.portal, "bob");
		const other = await pairOf(clients.portal);
		await store().people.setEnabled(pair.personId, { held: true }, house.now(), [], sessionEnded);
		await expectDead(pair.online, clients.portal);
		await expectDead(pair.offline, clients.portal);
		const shown = await authorize(house.browser(), requestOf(clients.portal), "bob");
		expect(shown.page).toBe("login");
		const silent = await pair.browser.go(requestOf(clients.portal, { prompt: "none" }).url);
		expect(silent.url.searchParams.get("error")).toBe("login_required");
		await expectAlive(other.online, clients.portal);

		await store().people.setEnabled(pair.personId, { held: false }, house.now(), [], sessionEnded);
		await expectDead(pair.online, clients.portal);
		await expectDead(pair.offline, clients.portal);
		await expectAlive((await pairOf(clients.portal, "bob")).offline, clients.portal);
	});

	test.each([clients.shop, clients.portal, clients.ledger])(
		"RF-07 I13 a disabled client succeeds nowhere; enabled again it goes on: $client_id",
		async (client) => {
			const pair = await pairOf(client);
			const byHeader = client === clients.portal;
			await holdClient(house, client.client_id, true);
			try {
				for (const { refresh_token, access_token } of [pair.online, pair.offline]) {
					expectUnauthenticated(await refresh(house, client, refresh_token), byHeader);
					expect(await isActive(house, access_token)).toBe(false);
					const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${access_token}` } });
					expect(userinfo.statusCode).toBe(401);
				}
				const shown = await pair.browser.go(requestOf(client).url);
				expect({ page: shown.page, status: shown.status }).toEqual({ page: "error", status: 400 });
			} finally {
				await holdClient(house, client.client_id, false);
			}
			await expectAlive(pair.online, client);
			await expectAlive(pair.offline, client);
		},
	);

	test("RF-07 a client that was disabled on another replica, before this one hears of it", async () => {
		const pair = await pairOf(clients.portal);
		const row = (await store().clients.find("portal"))!;
		await store().clients.put({ ...row, held: true }, []);
		const before = await stateOf(house, grantIdOf(pair.online.access_token));
		expectRefused(await refresh(house, clients.portal, pair.online.refresh_token), "invalid_grant");
		expect(await stateOf(house, grantIdOf(pair.online.access_token))).toEqual(before);
		expect(await isActive(house, pair.online.access_token)).toBe(false);
		await holdClient(house, "portal", false);
		await expectAlive(pair.online, clients.portal);
	});

	test("RF-07 a client that may refresh no more", async () => {
		const pair = await pairOf(clients.portal);
		const grant_types = (names: readonly string[]) =>
			changeClient(house, "portal", (row) => ({ ...row, metadata: { ...row.metadata, grant_types: names } }));
		await grant_types(["authorization_code"]);
		try {
			expectRefused(await refresh(house, clients.portal, pair.online.refresh_token), "unauthorized_client");
		} finally {
			await grant_types(clients.portal.grant_types);
		}
		await expectAlive(pair.online, clients.portal);
	});
});

describe("RF-07 I5: a group is left", () => {
	const setGroups = (personId: string, groups: readonly string[]) => store().people.change(personId, { groups, now: house.now() }, []);

	test("RF-07 nothing else was granted: refused, and the token is not used up; back in the group, it works", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "crm.write" });
		const { personId } = (await standing(house, grantIdOf(tokens.access_token))).grant;
		await setGroups(personId, ["staff"]);
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		expectRefused(await refresh(house, clients.shop, tokens.refresh_token), "invalid_grant");
		expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { resource: crm, scope: "crm.write" }), "invalid_grant");
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
		await setGroups(personId, ["sales", "staff"]);
		expect((await refresh(house, clients.shop, tokens.refresh_token)).json().scope).toBe("crm.write");
	});

	test("RF-07 the rest of the grant lives; asking for what was lost is refused without using up the token (I24)", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid groups crm.write orders.read" });
		const { personId } = (await standing(house, grantIdOf(tokens.access_token))).grant;
		try {
			await setGroups(personId, ["staff"]);
			const before = await stateOf(house, grantIdOf(tokens.access_token));
			expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { resource: crm }), "invalid_target");
			expectRefused(await refresh(house, clients.shop, tokens.refresh_token, { scope: "crm.write" }), "invalid_scope");
			expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
			// An hour later the browser app goes on with the same token: nobody took it from it.
			house.wait(hour);
			const answer = await refresh(house, clients.shop, tokens.refresh_token, { scope: "openid groups crm.write orders.read" });
			expect(answer.statusCode, answer.body).toBe(200);
			expect(answer.json().scope).toBe("openid groups orders.read");
			expect(payloadOf(answer.json().id_token)["groups"]).toEqual(["staff"]);
		} finally {
			await setGroups(personId, ["sales", "staff"]);
		}
	});

	test("RF-07 a group that a scope comes to need ends what those outside had of it", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" }, house.browser(), "bob");
		const row = (await store().resources.all()).find(({ identifier }) => identifier === crm)!;
		await store().resources.put(
			{ ...row, scopes: { ...row.scopes, "crm.read": { description: "See your customers", groups: ["sales"] } } },
			[],
		);
		await house.gatehouse.refresh();
		try {
			expect((await refresh(house, clients.shop, tokens.refresh_token)).json().scope).toBe("openid");
		} finally {
			await store().resources.put(row, []);
			await house.gatehouse.refresh();
		}
	});
});

describe("how long a family lives", () => {
	test("an online family keeps its session from idling, never past its absolute end (30 d)", async () => {
		let tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		const unused = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		const began = house.now();
		while (house.now() + 7 * hour < began + 30 * day) {
			house.wait(7 * hour);
			tokens = await expectAlive(tokens, clients.shop);
		}
		house.wait(began + 30 * day - 1 - house.now());
		tokens = await expectAlive(tokens, clients.shop);
		house.wait(1);
		await expectDead(tokens, clients.shop);
		await expectDead(unused, clients.shop);
	});

	test("an online family ends when its session was idle for 8 h, to the millisecond", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		const twin = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		house.wait(8 * hour - 1);
		await expectAlive(twin, clients.shop);
		house.wait(1);
		await expectDead(tokens, clients.shop);
	});

	test("sign-on to another app keeps the session, and with it the first app's family", async () => {
		const tokens = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		house.wait(7 * hour);
		await signedIn(house, clients.portal, {}, tokens.browser);
		house.wait(7 * hour);
		await expectAlive(tokens, clients.shop);
	});

	test("an offline family outlives the session; it ends when unused for 14 d, to the millisecond", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read offline_access" });
		house.wait(14 * day - 1);
		const { session } = await standing(house, grantIdOf(tokens.access_token));
		expect(session!.lastUsedAt + 8 * hour).toBeLessThan(house.now());
		const next = await expectAlive(tokens, clients.portal);
		house.wait(14 * day);
		await expectDead(next, clients.portal);
	});

	test("an offline family ends after 90 d, however often it is used, counted from the consent", async () => {
		const request = requestOf(clients.portal, { scope: "openid crm.read offline_access" });
		const browser = house.browser();
		const code = codeOf(await authorize(browser, request));
		const began = house.now();
		house.wait(59_000);
		let tokens: Tokens = { ...(await redeem(house, request, code)).json(), request, browser };
		expect((await standing(house, grantIdOf(tokens.access_token))).grant.createdAt).toBe(began);
		for (let days = 10; days < 90; days += 10) {
			house.wait(10 * day);
			tokens = await expectAlive(tokens, clients.portal);
		}
		house.wait(began + 90 * day - 1 - house.now());
		tokens = await expectAlive(tokens, clients.portal);
		house.wait(1);
		await expectDead(tokens, clients.portal);
	});

	test("a refresh of an offline family keeps nobody signed in", async () => {
		const browser = house.browser();
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read offline_access" }, browser);
		house.wait(7 * hour);
		await expectAlive(tokens, clients.portal);
		house.wait(hour);
		const silent = await browser.go(requestOf(clients.portal, { prompt: "none" }).url);
		expect(silent.url.searchParams.get("error")).toBe("login_required");
	});
});
