import { expect, test } from "vitest";
import { eventTypesOf, grantIdOf, openCode, refreshTokenOf, standing } from "./family.ts";
import { authorize, codeOf, isActive, type Request, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, crm, type House, openHouse, password } from "./house.ts";
import { expectRefused } from "./refused.ts";

/*
 * F-36: the wall clock of the machine jumps, forwards and back. What lives longer or shorter for it does so by no more than
 * the jump, and what was over stays over. `house.wait` moves the clock in both directions.
 */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

async function newCode(house: House): Promise<{ request: Request; code: string; grantId: string }> {
	const request = requestOf(clients.shop, { scope: "openid crm.read" });
	const code = codeOf(await authorize(house.browser(), request));
	return { request, code, grantId: openCode(house, code).grantId };
}

async function guess(house: House, text: string): Promise<number> {
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	return (await browser.signIn(shown, "alice", text)).status;
}

/** Guesses that are evaluated, of as many as it takes until one is not. */
async function evaluated(house: House): Promise<number> {
	for (let count = 0; count < 40; count++) if ((await guess(house, `wrong ${count}`)) === 429) return count;
	return 40;
}

test.each([-hour, -2 * minute])(
	"F-36 a code that was over, presented or not, stays over when the clock goes back by %d ms",
	async (jump) => {
		await using house = await openHouse();
		const presented = await newCode(house);
		const waiting = await newCode(house);
		const used = await newCode(house);
		expect((await redeem(house, used.request, used.code)).statusCode).toBe(200);
		house.wait(61 * second);
		expectRefused(await redeem(house, presented.request, presented.code), "invalid_grant");
		house.wait(jump);
		// One that nobody presented may live on by the jump, where that is hardly longer than its life.
		const over = jump < -2 * minute ? [presented, waiting, used] : [presented, used];
		for (const { request, code } of over) expectRefused(await redeem(house, request, code), "invalid_grant");
		// Nor later, when the minute of each comes for the second time.
		house.wait(-jump - 60 * second);
		for (const { request, code } of over) expectRefused(await redeem(house, request, code), "invalid_grant");
		expect(await eventTypesOf(house, presented.grantId)).toEqual(["code.burnt"]);
		expect(await eventTypesOf(house, used.grantId)).toEqual(["code.redeemed", "code.replayed"]);
		// The twin: a code of the clock as it is now.
		const fresh = await newCode(house);
		expect((await redeem(house, fresh.request, fresh.code)).statusCode).toBe(200);
	},
);

test("F-36 clocks that differ by less than a minute redeem each other's codes", async () => {
	await using house = await openHouse();
	const ahead = await newCode(house);
	house.wait(-59 * second);
	expect((await redeem(house, ahead.request, ahead.code)).statusCode).toBe(200);
});

test("F-36 what was settled on a page does not count again, and its request is asked from the start", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const login = await browser.go(requestOf(clients.portal, { prompt: "login" }).url);
	const hidden = browser.hidden(login);
	const answer = await browser.send("POST", "/login", { ...hidden, username: "alice", password });
	const answered = String(answer.headers.location);
	expect(codeOf(await browser.go(answered))).toBeTruthy();
	house.wait(3 * minute);
	expect((await browser.go(answered)).page).toBe("login");
	house.wait(-hour);
	expect((await browser.go(answered)).page).toBe("login");

	// A page's own address too is none from two hours ahead: it starts its request again, which works.
	const page = await browser.go(requestOf(clients.portal, { prompt: "login" }).url);
	house.wait(-2 * hour);
	const again = await browser.go(page.url.href);
	expect({ page: again.page, moved: again.url.href !== page.url.href }).toEqual({ page: "login", moved: true });
	expect(codeOf(await browser.signIn(again, "alice", password))).toBeTruthy();
});

test.each([hour, -hour])(
	"F-36 sessions, access tokens and families live longer or shorter by no more than the jump: %d ms",
	async (jump) => {
		await using house = await openHouse();
		const { browser, ...tokens } = await signedIn(house, clients.portal, { scope: "openid offline_access crm.read", resource: crm });
		house.wait(5 * minute);
		house.wait(jump);
		expect(await isActive(house, tokens.access_token)).toBe(jump < 0);
		// Made under the clock as it is, so it lives its ten minutes by that clock.
		const fresh = (await refresh(house, clients.portal, tokens.refresh_token)).json();
		house.wait(10 * minute - second);
		expect(await isActive(house, fresh.access_token)).toBe(true);
		house.wait(second);
		expect(await isActive(house, fresh.access_token)).toBe(false);
		expect((await browser.go(requestOf(clients.portal).url)).url.searchParams.get("code")).toBeTruthy();
		// 8 h without use by the clock of its last use; the jump back gives it one hour more.
		house.wait(8 * hour + Math.max(0, -jump));
		expect((await browser.go(requestOf(clients.portal).url)).page).toBe("login");
		house.wait(14 * day + Math.max(0, -jump));
		expectRefused(await refresh(house, clients.portal, fresh.refresh_token), "invalid_grant");
	},
);

test.each([hour, -hour])(
	"F-36 nothing that was ended is alive after a jump: revoked, signed out, replayed, denied (%d ms)",
	async (jump) => {
		await using house = await openHouse();
		const replayed = await signedIn(house, clients.shop, { scope: "openid offline_access crm.read" });
		const successor = (await refresh(house, clients.shop, replayed.refresh_token)).json();
		house.wait(11 * second);
		expectRefused(await refresh(house, clients.shop, replayed.refresh_token), "invalid_grant");

		const signedOut = await signedIn(house, clients.portal, { scope: "openid crm.read" });
		const page = await signedOut.browser.go("/end-session");
		const cookie = signedOut.browser.cookies.get("__Host-gatehouse");
		await signedOut.browser.click(page, "logout-confirm");
		signedOut.browser.cookies.set("__Host-gatehouse", String(cookie));

		const denied = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		await house.post("/revoke", { client_id: "shop", token: denied.access_token });

		house.wait(jump);
		expectRefused(await refresh(house, clients.shop, successor.refresh_token), "invalid_grant");
		expectRefused(await refresh(house, clients.portal, signedOut.refresh_token), "invalid_grant");
		expect((await signedOut.browser.go(requestOf(clients.portal).url)).page).toBe("login");
		for (const token of [successor.access_token, signedOut.access_token, denied.access_token])
			expect(await isActive(house, token)).toBe(false);
		const honest = await signedIn(house, clients.shop, { scope: "openid crm.read" });
		expect(await isActive(house, honest.access_token)).toBe(true);
	},
);

test("F-36 D1 a chain that rotated before the clock went back goes on: the same successor, then the next, and the second to last is no theft", async () => {
	await using house = await openHouse();
	const begun = await signedIn(house, clients.shop, { scope: "openid offline_access crm.read" });
	const grantId = grantIdOf(begun.access_token);
	house.wait(hour);
	const two = (await refresh(house, clients.shop, begun.refresh_token)).json().refresh_token;
	house.wait(-hour);
	expect((await refresh(house, clients.shop, begun.refresh_token)).json().refresh_token).toBe(two);
	const three = (await refresh(house, clients.shop, two)).json().refresh_token;
	expect(three).toBe(await refreshTokenOf(house, grantId, 3));
	expectRefused(await refresh(house, clients.shop, begun.refresh_token), "invalid_grant");
	expect((await standing(house, grantId)).grant.revokedAt).toBeUndefined();
	// By the clock as it is now the usual table holds again: a thief's old token ends the family, at the latest an hour late.
	house.wait(hour + 11 * second);
	expectRefused(await refresh(house, clients.shop, two), "invalid_grant");
	expect((await standing(house, grantId)).grant.revokedAt).toBe(house.now());
});

test.each([-hour / 2, -59 * minute])(
	"F-36 I14 the clock goes back by %d ms: no guess more than the budget, and right ones use nothing up",
	async (jump) => {
		await using house = await openHouse();
		for (let i = 0; i < 4; i++) expect(await guess(house, `wrong ${i}`)).toBe(400);
		house.wait(jump);
		for (let i = 0; i < 12; i++) expect(await guess(house, password)).toBe(303);
		expect(await evaluated(house)).toBe(6);
		expect(await guess(house, password)).toBe(429);
		// Nobody is locked out for longer than the window and the jump.
		house.wait(hour - jump);
		expect(await guess(house, password)).toBe(303);
	},
);

test("F-36 the clock goes forward and comes back: the guesses of at most one window more, and the person is heard again", async () => {
	await using house = await openHouse();
	expect(await evaluated(house)).toBe(10);
	house.wait(hour);
	expect(await evaluated(house)).toBe(10);
	house.wait(second - hour);
	expect(await guess(house, password)).toBe(429);
	house.wait(2 * hour);
	expect(await guess(house, password)).toBe(303);
});
