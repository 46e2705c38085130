import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventTypesOf, holdClient, openCode, standing, stateOf } from "./family.ts";
import { authorize, codeOf, isActive, payloadOf, type Request, redeem, refresh, requestOf, type TestClient } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, type House, openHouse, password } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

/** A code that was just given, with the request it answers. */
async function codeFor(client: TestClient, fields: Fields = {}): Promise<{ request: Request; code: string; grantId: string }> {
	const request = requestOf(client, fields);
	const shown = await authorize(browser, request);
	const code = codeOf(shown.page === "consent" ? await browser.click(shown, "consent-allow") : shown);
	return { request, code, grantId: openCode(house, code).grantId };
}

/** Expects that a code works: its family is new and alive. */
async function expectRedeemed(request: Request, code: string): Promise<void> {
	const answer = await redeem(house, request, code);
	expect(answer.statusCode, answer.body).toBe(200);
	expect(await isActive(house, answer.json().access_token, clients.crmApi)).toBe(true);
}

const crmScope = { scope: "openid crm.read" };

describe("a code works once", () => {
	test.each([clients.shop, clients.portal, clients.legacy])(
		"TK-01 the second use of a code revokes what the first one gave: $client_id",
		async (client) => {
			const scope = client === clients.legacy ? "openid" : "openid crm.read";
			const { request, code, grantId } = await codeFor(client, { scope });
			const first = await redeem(house, request, code);
			expect(first.statusCode, first.body).toBe(200);
			const { access_token, refresh_token } = first.json();
			const userinfo = () => house.request({ url: "/userinfo", headers: { authorization: `Bearer ${access_token}` } });
			expect((await userinfo()).statusCode).toBe(200);

			expectRefused(await redeem(house, request, code), "invalid_grant");
			expect((await standing(house, grantId)).grant.revokedAt).toBe(house.now());
			expect((await userinfo()).statusCode).toBe(401);
			if (client !== clients.legacy) {
				expect(await isActive(house, access_token)).toBe(false);
				expectRefused(await refresh(house, client, refresh_token), "invalid_grant");
			}
			// A third use changes and tells nothing more.
			const before = await stateOf(house, grantId);
			expectRefused(await redeem(house, request, code), "invalid_grant");
			expect(await stateOf(house, grantId)).toEqual(before);
			expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "code.replayed"]);
		},
	);

	test("TK-01 I1 also after its 60 seconds the second use revokes: the seal still proves the code", async () => {
		const { request, code, grantId } = await codeFor(clients.portal, crmScope);
		const first = await redeem(house, request, code);
		expect(first.statusCode, first.body).toBe(200);
		house.wait(3_600_000);
		const refreshed = await refresh(house, clients.portal, first.json().refresh_token);
		expect(await isActive(house, refreshed.json().access_token)).toBe(true);

		expectRefused(await redeem(house, request, code), "invalid_grant");
		expect(await isActive(house, refreshed.json().access_token)).toBe(false);
		expectRefused(await refresh(house, clients.portal, refreshed.json().refresh_token), "invalid_grant");
		expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "code.replayed"]);
	});

	test.each([clients.shop, clients.portal])(
		"TK-02 I1 of 100 at once at most one gets tokens, and they are dead: $client_id",
		async (client) => {
			const { request, code, grantId } = await codeFor(client, crmScope);
			const answers = await Promise.all(Array.from({ length: 100 }, () => redeem(house, request, code)));
			const won = answers.filter(({ statusCode }) => statusCode === 200);
			expect(won).toHaveLength(1);
			for (const answer of answers) if (answer !== won[0]) expectRefused(answer, "invalid_grant");
			const { access_token, refresh_token } = won[0]!.json();
			expect(await isActive(house, access_token)).toBe(false);
			expectRefused(await refresh(house, client, refresh_token), "invalid_grant");
			expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "code.replayed"]);

			const twin = await codeFor(client, crmScope);
			await expectRedeemed(twin.request, twin.code);
		},
	);

	test("TK-02 the honest and a thief at once: a wrong verifier among right ones never makes a second family", async () => {
		const { request, code, grantId } = await codeFor(clients.portal, crmScope);
		const thief: Request = { ...request, verifier: "x".repeat(43) };
		const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => redeem(house, index % 2 ? request : thief, code)));
		const won = answers.filter(({ statusCode }) => statusCode === 200);
		expect(won.length).toBeLessThanOrEqual(1);
		for (const answer of won) expect(await isActive(house, answer.json().access_token)).toBe(false);
		expect((await standing(house, grantId)).grant.revokedAt).toBe(house.now());
	});
});

const withoutChallenge = { code_challenge: undefined, code_challenge_method: undefined };

/** A redemption that fails one binding. */
const misuses: readonly {
	readonly row: string;
	readonly name: string;
	readonly client: TestClient;
	readonly fields?: Fields;
	readonly redeemer?: TestClient;
	readonly sent?: Fields;
}[] = [
	{ row: "TK-03", name: "another confidential client", client: clients.portal, redeemer: clients.analytics },
	{ row: "TK-03", name: "a public client", client: clients.portal, redeemer: clients.shop },
	{ row: "TK-03", name: "a confidential client with a public one's code", client: clients.shop, redeemer: clients.portal },
	{
		row: "TK-03",
		name: "another redirect URI that is registered",
		client: clients.portal,
		sent: { redirect_uri: clients.portal.redirect_uris[1] },
	},
	{ row: "TK-03", name: "a redirect URI that is not registered", client: clients.portal, sent: { redirect_uri: "https://evil.test/cb" } },
	{
		row: "TK-03",
		name: "the redirect URI in other letters",
		client: clients.shop,
		sent: { redirect_uri: "https://shop.company.test/Callback" },
	},
	{ row: "TK-03", name: "a longer redirect URI", client: clients.shop, sent: { redirect_uri: `${clients.shop.redirect_uris[0]}/` } },
	{
		row: "TK-03",
		name: "no redirect URI, where no challenge was",
		client: clients.legacy,
		fields: withoutChallenge,
		sent: { redirect_uri: undefined },
	},
	{ row: "TK-06", name: "another verifier", client: clients.shop, sent: { code_verifier: "a".repeat(43) } },
	{ row: "TK-06", name: "no verifier", client: clients.shop, sent: { code_verifier: undefined } },
	{ row: "TK-06", name: "no verifier, from a client that authenticates", client: clients.portal, sent: { code_verifier: undefined } },
	{ row: "TK-06", name: "an empty verifier", client: clients.portal, sent: { code_verifier: "" } },
	{ row: "TK-06", name: "a verifier that is too short", client: clients.portal, sent: { code_verifier: "a".repeat(42) } },
	{ row: "TK-06", name: "a verifier that is too long", client: clients.portal, sent: { code_verifier: "a".repeat(129) } },
	{
		row: "TK-06",
		name: "a verifier where no challenge was",
		client: clients.legacy,
		fields: withoutChallenge,
		sent: { code_verifier: "a".repeat(43) },
	},
	{ row: "TK-06", name: "no verifier where an exempt client sent a challenge", client: clients.legacy, sent: { code_verifier: undefined } },
];

describe("a code is bound", () => {
	test.each(misuses)("$row I8 burns the code: $name", async ({ client, fields = {}, redeemer = client, sent = {} }) => {
		const scope = client === clients.legacy ? "openid" : "openid crm.read";
		const { request, code, grantId } = await codeFor(client, { scope, ...fields });
		expectRefused(await redeem(house, { ...request, client: redeemer }, code, sent), "invalid_grant");
		expect((await standing(house, grantId)).grant).toMatchObject({ revokedAt: house.now(), clientId: client.client_id });
		expect(await eventTypesOf(house, grantId)).toEqual(["code.burnt"]);
		// Whoever had the right to it comes too late, and that is all that happens.
		expectRefused(await redeem(house, request, code), "invalid_grant");
		expect(await eventTypesOf(house, grantId)).toEqual(["code.burnt"]);

		const twin = await codeFor(client, { scope, ...fields });
		expect((await redeem(house, twin.request, twin.code)).statusCode).toBe(200);
	});
});

test("TK-06 I8 a confidential client that is exempt redeems without a challenge; the redirect URI may be left out where PKCE binds", async () => {
	const exempt = await codeFor(clients.legacy, { ...withoutChallenge });
	expect((await redeem(house, exempt.request, exempt.code)).statusCode).toBe(200);
	const bound = await codeFor(clients.shop);
	expect((await redeem(house, bound.request, bound.code, { redirect_uri: undefined })).statusCode).toBe(200);
});

test.each(misuses)(
	"$row D2 after redemption it ends nothing, and is told once: $name",
	async ({ client, fields = {}, redeemer = client, sent = {} }) => {
		const scope = client === clients.legacy ? "openid" : "openid crm.read";
		const { request, code, grantId } = await codeFor(client, { scope, ...fields });
		const { access_token } = (await redeem(house, request, code)).json();
		const before = await standing(house, grantId);
		for (let times = 0; times < 2; times++)
			expectRefused(await redeem(house, { ...request, client: redeemer }, code, sent), "invalid_grant");
		house.wait(61_000);
		expectRefused(await redeem(house, { ...request, client: redeemer }, code, sent), "invalid_grant");
		expect(await standing(house, grantId)).toEqual(before);
		expect(await eventTypesOf(house, grantId)).toEqual(["code.redeemed", "code.misuse"]);
		expect((await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${access_token}` } })).statusCode).toBe(200);
	},
);

test("D2 failed client authentication burns nothing", async () => {
	const { request, code, grantId } = await codeFor(clients.portal, crmScope);
	const wrong = { ...clients.portal, client_secret: "wrong-secret-wrong-secret-wrong-se" } as unknown as TestClient;
	const before = await stateOf(house, grantId);
	expectUnauthenticated(await redeem(house, { ...request, client: wrong }, code), true);
	expectUnauthenticated(await house.post("/token", { grant_type: "authorization_code", code, client_id: "portal" }), false);
	expect(await stateOf(house, grantId)).toEqual(before);
	await expectRedeemed(request, code);
});

test("D2 a `resource` that the grant does not have is refused before the code is used up", async () => {
	const { request, code, grantId } = await codeFor(clients.shop, crmScope);
	const before = await stateOf(house, grantId);
	expectRefused(await redeem(house, request, code, { resource: "https://orders.company.test" }), "invalid_target");
	expect(await stateOf(house, grantId)).toEqual(before);
	await expectRedeemed(request, code);
});

describe("a code has one spelling and 60 seconds", () => {
	const flipped = (text: string, at: number) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
	const spellings: readonly (readonly [string, (code: string) => string])[] = [
		["cut by one character", (code) => code.slice(0, -1)],
		["cut by four characters", (code) => code.slice(0, -4)],
		["cut to its first characters", (code) => code.slice(0, 8)],
		["lengthened", (code) => `${code}A`],
		["lengthened by a whole group", (code) => `${code}AAAA`],
		["twice", (code) => code + code],
		["one character changed at its beginning", (code) => flipped(code, 0)],
		["one character changed in its nonce", (code) => flipped(code, 16)],
		["one character changed in its middle", (code) => flipped(code, code.length >> 1)],
		["one character changed near its end", (code) => flipped(code, code.length - 3)],
		["in capitals", (code) => code.toUpperCase()],
		["in small letters", (code) => code.toLowerCase()],
		["in the other alphabet", (code) => `${code.replaceAll("-", "+").replaceAll("_", "/")}`],
		["padded", (code) => `${code}=`],
		["padded twice", (code) => `${code}==`],
		["encoded once more", (code) => Buffer.from(code).toString("base64url")],
		["escaped once more", (code) => encodeURIComponent(encodeURIComponent(code)).replaceAll("-", "%2D").replaceAll("_", "%5F")],
		["in hexadecimal", (code) => Buffer.from(code, "base64url").toString("hex")],
		["with a blank before it", (code) => ` ${code}`],
		["with a blank behind it", (code) => `${code} `],
		["with a blank in it", (code) => `${code.slice(0, 20)} ${code.slice(20)}`],
		["with a line break behind it", (code) => `${code}\n`],
		["with a tab in it", (code) => `${code.slice(0, 20)}\t${code.slice(20)}`],
		["with an exclamation mark", (code) => `${code.slice(0, 20)}!${code.slice(20)}`],
		["with a zero byte", (code) => `${code}\0`],
		["the same bytes, the last character otherwise", otherLastCharacter],
	];

	test("TK-04 TK-18 every other spelling is unknown, and changes nothing", async () => {
		const { request, code, grantId } = await codeFor(clients.shop, crmScope);
		const before = await stateOf(house, grantId);
		for (const [name, spell] of spellings) {
			const sent = spell(code);
			// A spelling that happens to be the very code is no other one.
			if (sent === code) continue;
			const answer = await redeem(house, request, sent);
			expectRefused(answer, "invalid_grant");
			expect(answer.body, name).not.toContain(code.slice(0, 16));
		}
		expect(await stateOf(house, grantId)).toEqual(before);
		await expectRedeemed(request, code);
	});

	test("TK-04 60 seconds, to the millisecond", async () => {
		const early = await codeFor(clients.shop, crmScope);
		house.wait(59_999);
		await expectRedeemed(early.request, early.code);
		for (const late of [60_000, 61_000, 3_600_000, 86_400_000, 2 * 86_400_000]) {
			const { request, code, grantId } = await codeFor(clients.shop, crmScope);
			house.wait(late);
			expectRefused(await redeem(house, request, code), "invalid_grant");
			// Whoever holds a genuine one burns it; after two days its seal proves nothing any more, and nothing is written.
			const proved = late < 2 * 86_400_000;
			expect((await house.gatehouse.ground.store.grants.find(grantId))?.grant.revokedAt).toBe(proved ? house.now() : undefined);
			expect(await eventTypesOf(house, grantId)).toEqual(proved ? ["code.burnt"] : []);
			expectRefused(await redeem(house, request, code), "invalid_grant");
			expect(await eventTypesOf(house, grantId)).toEqual(proved ? ["code.burnt"] : []);
		}
	});

	test("TK-04 a code of a clock that is far ahead is none", async () => {
		const { request, code } = await codeFor(clients.shop, crmScope);
		house.wait(-2 * 86_400_000);
		expectRefused(await redeem(house, request, code), "invalid_grant");
		house.wait(2 * 86_400_000);
		await expectRedeemed(request, code);
	});
});

/** The last character of base64url carries unused bits: another one with the same bytes (`AR` for `AQ`), where there are any. */
function otherLastCharacter(text: string): string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const bytes = Buffer.from(text, "base64url");
	for (const character of alphabet) {
		const other = text.slice(0, -1) + character;
		if (other !== text && Buffer.compare(Buffer.from(other, "base64url"), bytes) === 0) return other;
	}
	return text;
}

describe("a code stands under conditions", () => {
	const store = () => house.gatehouse.ground.store;
	const sessionEnded = (sessionId: string) => house.gatehouse.ground.newEvent(house.now(), { type: "session.ended", sessionId });
	const conditions: readonly {
		readonly name: string;
		readonly client?: TestClient;
		/** @returns how to bring it back */
		readonly end: (given: { readonly personId: string; readonly sessionId: string }) => Promise<(() => Promise<unknown>) | undefined>;
		readonly refusal?: "invalid_client";
		readonly comesBack?: boolean;
	}[] = [
		{
			name: "the person signed out",
			async end() {
				const page = await browser.go("/end-session");
				await browser.click(page, "logout-confirm");
				return undefined;
			},
		},
		{
			name: "the session was ended by an operator",
			async end({ sessionId }) {
				await store().sessions.end(sessionId, house.now(), []);
				return undefined;
			},
		},
		{
			name: "all sessions of the person were ended",
			async end({ personId }) {
				await store().sessions.endAll(personId, house.now(), sessionEnded);
				return undefined;
			},
		},
		{
			name: "the person was disabled",
			async end({ personId }) {
				await store().people.setEnabled(personId, { held: true }, house.now(), [], sessionEnded);
				return () => store().people.setEnabled(personId, { held: false }, house.now(), [], sessionEnded);
			},
		},
		{
			name: "the password was reset",
			async end({ personId }) {
				const same = await house.gatehouse.ground.tokens.passwords.hash(password);
				await store().people.setPassword(personId, same, { endEverything: true }, house.now(), [], sessionEnded);
				return undefined;
			},
		},
		{
			name: "the consent was withdrawn",
			client: clients.analytics,
			async end({ personId }) {
				await store().consents.withdraw(personId, "analytics", house.now(), []);
				return undefined;
			},
		},
		{
			name: "the app of the company was taken its right, without any consent that stood",
			async end({ personId }) {
				await store().consents.withdraw(personId, "portal", house.now(), []);
				return undefined;
			},
		},
		{
			name: "the epoch of the store was raised",
			async end() {
				await store().settings.raiseEpoch([]);
				return undefined;
			},
		},
		{
			name: "the client was disabled",
			refusal: "invalid_client",
			comesBack: true,
			async end() {
				await holdClient(house, "portal", true);
				return () => holdClient(house, "portal", false);
			},
		},
		{
			name: "the client was disabled, and this replica has not heard of it yet",
			comesBack: true,
			async end() {
				const row = await store().clients.find("portal");
				await store().clients.put({ ...row!, held: true }, []);
				return () => holdClient(house, "portal", false);
			},
		},
	];

	test.each(conditions)(
		"TK-17 $name: nothing is issued and no row is written",
		async ({ client = clients.portal, end, refusal, comesBack }) => {
			for (const scope of ["openid crm.read", "openid crm.read offline_access"]) {
				const { request, code, grantId } = await codeFor(client, { scope, prompt: "consent" });
				const { personId, sessionId } = openCode(house, code);
				const back = await end({ personId, sessionId });
				const before = await stateOf(house, grantId);
				const answer = await redeem(house, request, code);
				if (refusal) expectUnauthenticated(answer, true);
				else expectRefused(answer, "invalid_grant");
				expect(await stateOf(house, grantId)).toEqual(before);
				expect(await store().grants.find(grantId)).toBeUndefined();
				await back?.();
				if (comesBack) await expectRedeemed(request, code);
				else expectRefused(await redeem(house, request, code), "invalid_grant");

				const twin = await codeFor(client, { scope, prompt: "consent" });
				await expectRedeemed(twin.request, twin.code);
			}
		},
	);
});

test("TK-09 200 people at once through one client: each ID token names its own person, session and nonce", async () => {
	const { store, tokens, random } = house.gatehouse.ground;
	const count = 200;
	const credential = await tokens.passwords.hash(password);
	const now = house.now();
	const people = Array.from({ length: count }, (_, index) => ({ id: random.id(now), username: `person-${index}` }));
	for (const person of people) {
		const rest = { claims: {}, groups: [], admin: false, enabled: true, managedBy: "store", createdAt: now, updatedAt: now } as const;
		const row = { ...person, ...rest, epoch: 0, passwordVersion: 0, held: false, declaredDisabled: false, hasPassword: true };
		expect(await store.people.add(row, credential, [])).toBe("added");
	}
	const requests = people.map(() => requestOf(clients.portal, crmScope));
	const codes = await Promise.all(
		people.map(async ({ username }, index) => codeOf(await authorize(house.browser(), requests[index]!, username))),
	);
	const answers = await Promise.all(codes.map((code, index) => redeem(house, requests[index]!, code)));
	const sessions = new Set<unknown>();
	for (const [index, answer] of answers.entries()) {
		expect(answer.statusCode, answer.body).toBe(200);
		const { sessionId } = openCode(house, codes[index]!);
		const id = payloadOf(answer.json().id_token);
		expect(id).toMatchObject({ sub: people[index]!.id, sid: sessionId, nonce: requests[index]!.fields["nonce"] });
		expect(payloadOf(answer.json().access_token)).toMatchObject({ sub: people[index]!.id, sid: sessionId });
		sessions.add(sessionId);
	}
	expect(sessions.size).toBe(count);
	const userinfo = await Promise.all(
		answers.map((answer) => house.request({ url: "/userinfo", headers: { authorization: `Bearer ${answer.json().access_token}` } })),
	);
	expect(userinfo.map((answer) => answer.json().sub)).toEqual(people.map(({ id }) => id));
});
