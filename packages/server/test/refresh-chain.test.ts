import { randomFillSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asserted } from "./client-key.ts";
import { eventsOf, eventTypesOf, grantIdOf, openCode, refreshTokenOf, standing, stateOf } from "./family.ts";
import { authorize, codeOf, isActive, payloadOf, proof, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
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

const hour = 3_600_000;

/** What presenting one generation comes to (the table of D1). */
type Verdict =
	/** A successor that nobody had before. */
	| "rotates"
	/** The successor that is current, a fresh access token, and nothing written. */
	| "repeats"
	/** `invalid_grant`, and nothing else. */
	| "refused"
	/** `invalid_grant`, and the family is ended. */
	| "ends"
	/** `invalid_grant` and an event; the family lives. */
	| "stale"
	/** As stale: a generation that this store never gave. */
	| "regressed";

/** One line of the table: which generations are presented, and what each comes to. `10s 1 ends` waits ten seconds first. */
interface Line {
	readonly row: string;
	readonly name: string;
	readonly steps: string;
}

interface Chain {
	readonly client: TestClient;
	readonly grantId: string;
	readonly access: string;
}

async function newChain(client: TestClient, fields: Fields = {}): Promise<Chain> {
	const tokens = await signedIn(house, client, { scope: "openid crm.read", ...fields }, browser);
	return { client, grantId: grantIdOf(tokens.access_token), access: tokens.access_token };
}

/** Presents a generation and expects the verdict, to the last row and event. */
async function present({ client, grantId }: Chain, p: number, verdict: Verdict): Promise<void> {
	const before = await standing(house, grantId);
	const typesBefore = await eventTypesOf(house, grantId);
	const answer = await refresh(house, client, await refreshTokenOf(house, grantId, p));
	const after = await standing(house, grantId);
	const told = (await eventTypesOf(house, grantId)).slice(typesBefore.length);
	const now = house.now();
	const { generation, rotatedAt } = before.grant;
	switch (verdict) {
		case "rotates":
			expect(answer.statusCode, answer.body).toBe(200);
			expect(answer.json().refresh_token).toBe(await refreshTokenOf(house, grantId, generation + 1));
			expect(after.grant).toMatchObject({ generation: generation + 1, rotatedAt: now, previousRotatedAt: rotatedAt });
			expect(told).toEqual([]);
			break;
		case "repeats":
			expect(answer.statusCode, answer.body).toBe(200);
			expect(answer.json().refresh_token).toBe(await refreshTokenOf(house, grantId, generation));
			expect(after).toEqual(before);
			expect(told).toEqual([]);
			break;
		case "refused":
			expectRefused(answer, "invalid_grant");
			expect(after).toEqual(before);
			expect(told).toEqual([]);
			break;
		case "ends":
			expectRefused(answer, "invalid_grant");
			expect(after.grant).toEqual({ ...before.grant, revokedAt: now });
			expect(told).toEqual(["refresh.replayed"]);
			break;
		default: {
			const type = verdict === "stale" ? "refresh.stale" : "store.regressed";
			expectRefused(answer, "invalid_grant");
			expect(after).toEqual(before);
			expect(told).toEqual(typesBefore.includes(type) ? [] : [type]);
		}
	}
	if (answer.statusCode === 200) expect(await isActive(house, answer.json().access_token)).toBe(true);
}

const bearer: readonly Line[] = [
	{ row: "D1", name: "the current one rotates, each time", steps: "1 rotates; 2 rotates; 5h 3 rotates; 4 rotates" },
	{ row: "D1", name: "a lost answer is repaired for 9.999 s", steps: "1 rotates; 1 repeats; 9.999s 1 repeats; 2 rotates" },
	{ row: "RF-01", name: "at 10.000 s it is evidence of theft", steps: "1 rotates; 10s 1 ends; 2 refused; 1 refused" },
	{ row: "RF-01", name: "long after the window", steps: "1 rotates; 5h 1 ends; 2 refused" },
	{ row: "D1", name: "a repetition does not lengthen the window", steps: "1 rotates; 9.999s 1 repeats; 0.001s 1 ends" },
	{ row: "RF-01", name: "its successor used, at once: refused alone", steps: "1 rotates; 2 rotates; 1 refused; 3 rotates" },
	{ row: "RF-01", name: "a straggler, 9.999 s after its rotation", steps: "1 rotates; 4s 2 rotates; 5.999s 1 refused; 3 rotates" },
	{ row: "RF-01", name: "a straggler, 10.000 s after its rotation", steps: "1 rotates; 4s 2 rotates; 6s 1 ends; 3 refused" },
	{ row: "RF-01", name: "the last rotation is young, its own is not", steps: "1 rotates; 10s 2 rotates; 1 ends; 3 refused" },
	{ row: "D1", name: "each is judged by its own rotation", steps: "1 rotates; 10s 2 rotates; 2 repeats; 3 rotates" },
	{ row: "RF-01", name: "three behind is stale, however quick it was", steps: "1 rotates; 2 rotates; 3 rotates; 1 ends; 4 refused" },
	{ row: "D1", name: "one, two behind, current, all young", steps: "1 rotates; 2 rotates; 3 rotates; 2 refused; 3 repeats; 4 rotates" },
	{ row: "D1", name: "a future generation", steps: "2 regressed; 2 regressed; 4294967295 regressed; 1 rotates; 2 rotates" },
	{ row: "D1", name: "a clock that goes back", steps: "1 rotates; -1s 1 repeats; -30s 2 rotates; 1 refused; 3 rotates" },
];

const authenticated: readonly Line[] = [
	{ row: "D1", name: "the current one rotates, each time", steps: "1 rotates; 2 rotates; 24h 3 rotates; 4 rotates" },
	{ row: "D1", name: "a lost answer is repaired for 24 h", steps: "1 rotates; 86399.999s 1 repeats; 1 repeats; 2 rotates" },
	{ row: "RF-11", name: "at 24 h it is stale, and nobody is signed out", steps: "1 rotates; 24h 1 stale; 1 stale; 2 rotates" },
	{ row: "RF-11", name: "a straggler, 9.999 s: refused without a word", steps: "1 rotates; 2 rotates; 9.999s 1 refused; 3 rotates" },
	{ row: "RF-11", name: "a paused replica, 10 s: told once", steps: "1 rotates; 2 rotates; 10s 1 stale; 1 stale; 3 rotates" },
	{
		row: "RF-11",
		name: "several behind, hours later",
		steps: "1 rotates; 1h 2 rotates; 1h 3 rotates; 1h 1 stale; 2 stale; 3 repeats; 4 rotates",
	},
	{ row: "D1", name: "three behind, however quick it was", steps: "1 rotates; 2 rotates; 3 rotates; 1 stale; 4 rotates" },
	{ row: "D1", name: "a future generation", steps: "7 regressed; 7 regressed; 1 rotates; 2 rotates" },
];

async function walk(chain: Chain, steps: string): Promise<void> {
	for (const step of steps.split("; ")) {
		const { wait = "0", unit, p, verdict } = /^(?:(?<wait>-?[\d.]+)(?<unit>[sh]) )?(?<p>\d+) (?<verdict>\w+)$/.exec(step)?.groups ?? {};
		house.wait(Math.round(Number(wait) * (unit === "h" ? hour : 1_000)));
		await present(chain, Number(p), verdict as Verdict);
	}
}

describe("D1: a refresh token is a position in its chain", () => {
	test.each(bearer)("$row bearer public client: $name", async ({ steps }) => {
		await walk(await newChain(clients.shop), steps);
	});

	// Offline, so that a day's wait ends no session.
	test.each(authenticated.flatMap((line) => [clients.portal, clients.analytics, clients.ledger].map((client) => ({ ...line, client }))))(
		"$row I24 client that authenticates ($client.client_id): $name",
		async ({ steps, client }) => {
			await walk(await newChain(client, { scope: "openid offline_access crm.read", prompt: "consent" }), steps);
		},
	);

	test("RF-01 a revoked family says the same to every generation, and tells nothing more", async () => {
		const chain = await newChain(clients.shop);
		for (const p of [1, 2, 3]) await present(chain, p, "rotates");
		await present(chain, 1, "ends");
		for (const p of [1, 2, 3, 4, 5, 99]) await present(chain, p, "refused");
		expect(await isActive(house, chain.access)).toBe(false);
		await present(await newChain(clients.shop), 1, "rotates");
	});
});

describe("RF-02 I2: one refresh token 100 times at once", () => {
	test.each([clients.shop, clients.portal, clients.analytics, clients.ledger])(
		"every answer carries the same successor: $client_id",
		async (client) => {
			const chain = await newChain(client);
			const token = await refreshTokenOf(house, chain.grantId, 1);
			const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(house, client, token)));
			expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
			const successors = new Set(answers.map((answer) => answer.json().refresh_token));
			expect([...successors]).toEqual([await refreshTokenOf(house, chain.grantId, 2)]);
			expect(new Set(answers.map((answer) => payloadOf(answer.json().access_token)["jti"])).size).toBe(100);
			expect((await standing(house, chain.grantId)).grant).toMatchObject({ generation: 2 });
			expect(await eventTypesOf(house, chain.grantId)).toEqual(["code.redeemed"]);
			await present(chain, 2, "rotates");
		},
	);

	test("predecessor and current at once: one new leaf, nobody signed out", async () => {
		const chain = await newChain(clients.shop);
		await present(chain, 1, "rotates");
		const [older, newer] = [await refreshTokenOf(house, chain.grantId, 1), await refreshTokenOf(house, chain.grantId, 2)];
		const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => refresh(house, clients.shop, index % 2 ? newer : older)));
		const leaf = await refreshTokenOf(house, chain.grantId, 3);
		for (const [index, answer] of answers.entries()) {
			if (index % 2) expect(answer.json().refresh_token).toBe(leaf);
			else if (answer.statusCode === 200) expect(answer.json().refresh_token).toBe(newer);
			else expectRefused(answer, "invalid_grant");
		}
		expect((await standing(house, chain.grantId)).grant.generation).toBe(3);
		await present(chain, 3, "rotates");
	});

	test("I3 refreshing and revoking at once: afterwards nothing is issued, whoever was first", async () => {
		const chain = await newChain(clients.shop);
		const token = await refreshTokenOf(house, chain.grantId, 1);
		const [, revoked] = await Promise.all([
			...Array.from({ length: 10 }, () => refresh(house, clients.shop, token)),
			house.post("/revoke", { client_id: "shop", token }),
			...Array.from({ length: 10 }, () => refresh(house, clients.shop, token)),
		]);
		expect(revoked).toBeDefined();
		for (const p of [1, 2, 3]) await present(chain, p, "refused");
	});
});

describe("RF-04: a thief and the owner of a bearer token", () => {
	const told = async (chain: Chain) => {
		const [event] = (await eventsOf(house, chain.grantId)).filter(({ type }) => type === "refresh.replayed");
		const { grant } = await standing(house, chain.grantId);
		expect(event).toMatchObject({ at: house.now(), personId: grant.personId, sessionId: grant.sessionId, clientId: "shop" });
		expect(event?.traceId).toMatch(/^[0-9a-f]{32}$/);
	};

	test("RF-04 the thief is first: the owner's refresh ends both", async () => {
		const chain = await newChain(clients.shop);
		await present(chain, 1, "rotates");
		await present(chain, 2, "rotates");
		house.wait(hour);
		await present(chain, 1, "ends");
		await told(chain);
		await present(chain, 3, "refused");
	});

	test("RF-04 the owner is first: the thief's refresh ends both, and the session itself lives", async () => {
		const chain = await newChain(clients.shop);
		await present(chain, 1, "rotates");
		house.wait(hour);
		await present(chain, 1, "ends");
		await told(chain);
		await present(chain, 2, "refused");
		const { session } = await standing(house, chain.grantId);
		expect(session?.endedAt).toBeUndefined();
		// The owner signs in again without a password: a new family, which the thief has nothing of.
		await present(await newChain(clients.shop, { prompt: "none" }), 1, "rotates");
	});
});

describe("RF-05: unknown and malformed refresh tokens", () => {
	/** Wrong values made from the victim's own. */
	async function forgeries(victim: Chain): Promise<Record<string, string>> {
		const genuine = await refreshTokenOf(house, victim.grantId, 1);
		const bytes = Buffer.from(genuine, "base64url");
		const altered = (change: (copy: Buffer) => void) => {
			const copy = Buffer.from(bytes);
			change(copy);
			return copy.toString("base64url");
		};
		const code = codeOf(await authorize(browser, requestOf(clients.portal)));
		const waiting = await house.browser().send("GET", requestOf(clients.portal).url);
		return {
			"a word": "unknown",
			"a very long one": "A".repeat(10_000),
			"chance of the right length": altered((copy) => randomFillSync(copy)),
			"an unknown id with the victim's MAC": altered((copy) => copy.fill(7, 0, 16)),
			"the victim's id with no MAC": altered((copy) => copy.fill(0, 20)),
			"one bit of the MAC": altered((copy) => (copy[51]! ^= 1)),
			"the first bit of the MAC": altered((copy) => (copy[20]! ^= 0x80)),
			"the next generation with the MAC of this one": altered((copy) => copy.writeUInt32BE(2, 16)),
			"generation 0": altered((copy) => copy.writeUInt32BE(0, 16)),
			"cut short": genuine.slice(0, -4),
			"too long": `${genuine}AAAA`,
			"the grant id": victim.grantId,
			"the access token": victim.access,
			"a code": code,
			"a sealed request": new URL(String(waiting.headers.location), issuer).searchParams.get("continue") ?? "",
			"the session cookie": browser.cookies.get("__Host-gatehouse") ?? "",
			"`null`": "null",
			"a zero byte": "\0",
			"TK-18 padded": `${genuine}=`,
			"TK-18 padded twice": `${genuine}==`,
			"TK-18 with a blank before it": ` ${genuine}`,
			"TK-18 with a blank behind it": `${genuine} `,
			"TK-18 with a line break": `${genuine}\n`,
			"TK-18 with a line break in it": `${genuine.slice(0, 30)}\r\n${genuine.slice(30)}`,
			"TK-18 with an exclamation mark": `${genuine.slice(0, 30)}!${genuine.slice(30)}`,
			// 52 bytes leave four unused bits in the last character.
			"TK-18 the same bytes, the last character otherwise": genuine.slice(0, -1) + nextCharacter(genuine.at(-1)!),
			"TK-18 in the other alphabet": `${genuine.replaceAll("-", "+").replaceAll("_", "/")}+`,
		};
	}

	test.each([clients.shop, clients.portal, clients.ledger])(
		"RF-05 nobody is signed out by what anyone may send: $client_id",
		async (client) => {
			const victim = await newChain(client);
			const before = await stateOf(house, victim.grantId);
			const answers: object[] = [];
			for (const sent of Object.values(await forgeries(victim))) {
				const answer = await refresh(house, client, sent, {
					username: "alice",
					sub: (await standing(house, victim.grantId)).grant.personId,
				});
				expectRefused(answer, "invalid_grant");
				answers.push(Object.assign(answer.json(), { trace_id: "" }));
			}
			// An unknown id and a bad MAC cannot be told apart.
			expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
			expect(await stateOf(house, victim.grantId)).toEqual(before);
			expectRefused(await refresh(house, client, ""), "invalid_request");
			await present(victim, 1, "rotates");
		},
	);

	test("RF-05 another family's token in the name of the victim's client touches the one family alone", async () => {
		const victim = await newChain(clients.shop);
		const thief = await newChain(clients.shop);
		const before = await stateOf(house, victim.grantId);
		await present(thief, 1, "rotates");
		expect((await standing(house, victim.grantId)).grant).toEqual((before as { family: { grant: unknown } }).family.grant);
		await present(victim, 1, "rotates");
	});
});

describe("RF-06 I7: a family belongs to one client", () => {
	const strangers = [
		{ owner: clients.portal, stranger: clients.analytics },
		{ owner: clients.portal, stranger: clients.shop },
		{ owner: clients.portal, stranger: clients.ledger },
		{ owner: clients.ledger, stranger: clients.portal },
		{ owner: clients.shop, stranger: clients.portal },
		{ owner: clients.shop, stranger: clients.gadget },
	];
	test.each(strangers)("RF-06 the token of $owner.client_id by $stranger.client_id", async ({ owner, stranger }) => {
		const chain = await newChain(owner);
		await present(chain, 1, "rotates");
		house.wait(hour);
		const before = await stateOf(house, chain.grantId);
		// Current, replaced, stale, never given: another client's presentation is no evidence of anything.
		for (const p of [1, 2, 3])
			expectRefused(await refresh(house, stranger, await refreshTokenOf(house, chain.grantId, p)), "invalid_grant");
		expect(await stateOf(house, chain.grantId)).toEqual(before);
		await present(chain, 2, "rotates");
	});

	test("RF-06 a confidential client that does not authenticate, or as it is not registered", async () => {
		const chain = await newChain(clients.portal);
		const grant = { grant_type: "refresh_token", refresh_token: await refreshTokenOf(house, chain.grantId, 1) };
		const before = await stateOf(house, chain.grantId);
		expectUnauthenticated(await house.post("/token", grant), false);
		expectUnauthenticated(await house.post("/token", { ...grant, client_id: "portal" }), false);
		expectUnauthenticated(
			await house.post("/token", { ...grant, client_id: "portal", client_secret: clients.portal.client_secret }),
			false,
		);
		expectUnauthenticated(await house.post("/token", grant, { authorization: "Basic cG9ydGFsOndyb25n" }), true);
		expectUnauthenticated(await house.post("/token", grant, { authorization: `Bearer ${chain.access}` }), true);
		expect(await stateOf(house, chain.grantId)).toEqual(before);
		await present(chain, 1, "rotates");
	});

	test("RF-06 a client that signs and does not, or sends what it signed for something else", async () => {
		const chain = await newChain(clients.ledger);
		const grant = { grant_type: "refresh_token", refresh_token: await refreshTokenOf(house, chain.grantId, 1) };
		const before = await stateOf(house, chain.grantId);
		expectUnauthenticated(await house.post("/token", grant), false);
		expectUnauthenticated(await house.post("/token", { ...grant, client_id: "ledger" }), false);
		expectUnauthenticated(await house.post("/token", { ...grant, client_id: "ledger", client_secret: chain.access }), false);
		expectUnauthenticated(await house.post("/token", { ...grant, ...asserted(chain.access) }), false);
		expect(await stateOf(house, chain.grantId)).toEqual(before);
		await present(chain, 1, "rotates");
	});

	test.each([clients.portal, clients.ledger])(
		"RF-06 a scope never asked for, an audience that is not the grant's: $client_id",
		async (client) => {
			const chain = await newChain(client);
			const token = await refreshTokenOf(house, chain.grantId, 1);
			const before = await stateOf(house, chain.grantId);
			expectRefused(await refresh(house, client, token, { scope: "openid crm.read crm.write" }), "invalid_scope");
			expectRefused(await refresh(house, client, token, { resource: "https://orders.company.test" }), "invalid_target");
			expectRefused(await refresh(house, client, token, { resource: [crm, crm] }), "invalid_target");
			expect(await stateOf(house, chain.grantId)).toEqual(before);
			await present(chain, 1, "rotates");
		},
	);

	test("a code is no refresh token, and a refresh token is no code", async () => {
		const chain = await newChain(clients.portal);
		const { fields, headers } = proof(clients.portal);
		const asCode = { ...fields, grant_type: "authorization_code", code: await refreshTokenOf(house, chain.grantId, 1) };
		expectRefused(await house.post("/token", asCode, headers), "invalid_grant");
		const request = requestOf(clients.portal);
		const code = codeOf(await authorize(browser, request));
		expectRefused(await refresh(house, clients.portal, code), "invalid_grant");
		expect(await house.gatehouse.ground.store.grants.find(openCode(house, code).grantId)).toBeUndefined();
		await present(chain, 1, "rotates");
	});
});

test("RF-10 another address, network and browser between refreshes is an honest mobile client", async () => {
	const tokens = await signedIn(house, clients.mobile, { scope: "openid crm.read" }, house.browser());
	let token = tokens.refresh_token;
	const places = [
		{ remoteAddress: "192.0.2.7", headers: { "user-agent": "Mobile/1.0 (Wi-Fi)" } },
		{ remoteAddress: "2001:db8::7", headers: { "user-agent": "Mobile/1.1 (LTE)", "accept-language": "de" } },
		{ remoteAddress: "203.0.113.99", headers: { "user-agent": "", "x-forwarded-for": "198.51.100.1" } },
	];
	for (const { remoteAddress, headers } of places) {
		house.wait(hour);
		const answer = await house.request({
			method: "POST",
			url: "/token",
			remoteAddress,
			headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
			payload: `grant_type=refresh_token&client_id=mobile&refresh_token=${token}`,
		});
		expect(answer.statusCode, answer.body).toBe(200);
		expect(answer.json().refresh_token).not.toBe(token);
		token = answer.json().refresh_token;
	}
});

function nextCharacter(character: string): string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	return alphabet[alphabet.indexOf(character) + 1] ?? "A";
}
