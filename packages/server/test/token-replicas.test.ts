import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventTypesOf, grantIdOf, holdClient, openCode, refreshTokenOf, standing } from "./family.ts";
import { authorize, codeOf, isActive, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, type House, openHouse } from "./house.ts";
import { expectRefused } from "./refused.ts";

/** Two servers on one file: what one decides, the other must know. */
let folder: string;
let left: House;
let right: House;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "gatehouse-replicas-"));
	const alterations = { store: `sqlite:${join(folder, "gatehouse.db")}`, file: { masterKey: randomBytes(32).toString("base64url") } };
	left = await openHouse(alterations);
	right = await openHouse(alterations);
});
afterAll(async () => {
	await left[Symbol.asyncDispose]();
	await right[Symbol.asyncDispose]();
	rmSync(folder, { recursive: true });
});

const replica = (index: number) => (index % 2 ? left : right);
const wait = (ms: number) => {
	left.wait(ms);
	right.wait(ms);
};
const crmScope = { scope: "openid crm.read" };

describe("two replicas", () => {
	test("they are one issuer: a session, a code and a token of one are good at the other", async () => {
		const browser = left.browser();
		const request = requestOf(clients.portal, crmScope);
		const tokens = (await redeem(right, request, codeOf(await authorize(browser, request)))).json();
		expect(await isActive(left, tokens.access_token)).toBe(true);
		const elsewhere = right.browser();
		for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value);
		expect(codeOf(await elsewhere.go(requestOf(clients.shop).url))).toBeTruthy();
		expect((await refresh(right, clients.portal, tokens.refresh_token)).statusCode).toBe(200);
	});

	test.each([clients.shop, clients.portal])("TK-02 I1 one code 100 times at once on both: $client_id", async (client) => {
		const request = requestOf(client, crmScope);
		const code = codeOf(await authorize(left.browser(), request));
		const { grantId } = openCode(left, code);
		const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => redeem(replica(index), request, code)));
		const won = answers.filter(({ statusCode }) => statusCode === 200);
		expect(won).toHaveLength(1);
		for (const answer of answers) if (answer !== won[0]) expectRefused(answer, "invalid_grant");
		const { access_token, refresh_token } = won[0]!.json();
		for (const house of [left, right]) {
			expect(await isActive(house, access_token)).toBe(false);
			expectRefused(await refresh(house, client, refresh_token), "invalid_grant");
		}
		expect(await eventTypesOf(right, grantId)).toEqual(["code.redeemed", "code.replayed"]);
		expect((await refresh(right, client, (await signedIn(left, client, crmScope)).refresh_token)).statusCode).toBe(200);
	});

	test("TK-01 used at one, then at the other: the family dies at both", async () => {
		const request = requestOf(clients.portal, crmScope);
		const code = codeOf(await authorize(left.browser(), request));
		const { access_token, refresh_token } = (await redeem(left, request, code)).json();
		expect(await isActive(left, access_token)).toBe(true);
		expectRefused(await redeem(right, request, code), "invalid_grant");
		expect(await isActive(left, access_token)).toBe(false);
		expectRefused(await refresh(left, clients.portal, refresh_token), "invalid_grant");
	});

	test.each([clients.shop, clients.portal, clients.ledger])(
		"RF-02 I2 one refresh token 100 times at once on both: $client_id",
		async (client) => {
			const tokens = await signedIn(left, client, crmScope);
			const grantId = grantIdOf(tokens.access_token);
			for (let round = 1; round <= 3; round++) {
				const current = await refreshTokenOf(left, grantId, round);
				const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => refresh(replica(index), client, current)));
				expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
				expect(new Set(answers.map((answer) => answer.json().refresh_token))).toEqual(
					new Set([await refreshTokenOf(right, grantId, round + 1)]),
				);
				expect((await standing(right, grantId)).grant.generation).toBe(round + 1);
			}
			expect(await eventTypesOf(left, grantId)).toEqual(["code.redeemed"]);
		},
	);

	test.each([clients.portal, clients.ledger])(
		"RF-11 I24 the paused replica wakes up with an old token of $client_id, while both are in use",
		async (client) => {
			const tokens = await signedIn(left, client, { scope: "openid crm.read offline_access" });
			const grantId = grantIdOf(tokens.access_token);
			let current = tokens.refresh_token;
			for (let round = 0; round < 3; round++) {
				wait(3_600_000);
				current = (await refresh(replica(round), client, current)).json().refresh_token;
			}
			const answers = await Promise.all([
				refresh(left, client, tokens.refresh_token),
				refresh(right, client, current),
				refresh(right, client, tokens.refresh_token),
				refresh(left, client, current),
			]);
			expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 200, 400, 200]);
			expect(await eventTypesOf(left, grantId)).toEqual(["code.redeemed", "refresh.stale"]);
			expect(answers[1]!.json().refresh_token).toBe(answers[3]!.json().refresh_token);
			expect((await refresh(left, client, answers[1]!.json().refresh_token)).statusCode).toBe(200);
		},
	);

	test("I3 what one revokes, the other refuses at once; a client that one switched off, the other knows in its next second", async () => {
		const tokens = await signedIn(left, clients.shop, crmScope);
		expect(await isActive(right, tokens.access_token)).toBe(true);
		const revoked = await right.post("/revoke", { client_id: "shop", token: tokens.refresh_token });
		expect(revoked.statusCode).toBe(200);
		expectRefused(await refresh(left, clients.shop, tokens.refresh_token), "invalid_grant");
		expect(await isActive(left, tokens.access_token)).toBe(false);

		const other = await signedIn(left, clients.shop, crmScope);
		const access = (await refresh(left, clients.shop, other.refresh_token)).json();
		expect((await right.post("/revoke", { client_id: "shop", token: access.access_token })).statusCode).toBe(200);
		expect(await isActive(left, access.access_token)).toBe(false);
		expect((await refresh(left, clients.shop, access.refresh_token)).statusCode).toBe(200);

		await holdClient(right, "shop", true);
		await left.gatehouse.refresh();
		expectRefused(await refresh(left, clients.shop, access.refresh_token), "invalid_client");
		await holdClient(right, "shop", false);
		await left.gatehouse.refresh();
	});
});
