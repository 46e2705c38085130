import { expect, test } from "vitest";
import { isActive, payloadOf, refresh, requestOf, signedIn, type Tokens } from "./flow.ts";
import { encode } from "./form.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { expectRefused } from "./refused.ts";

const account = `${issuer}/account`;
const hour = 3_600_000;

/** An online and an offline family of a browser of its own. */
async function elsewhere(
	house: House,
	username = "alice",
): Promise<{ readonly online: Tokens; readonly offline: Tokens; readonly sid: string }> {
	const browser = house.browser();
	const online = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser, username);
	const offline = await signedIn(house, clients.portal, { scope: "openid offline_access" }, browser, username);
	return { online, offline, sid: String(payloadOf(online.id_token)["sid"]) };
}

async function expectEnded(house: House, { online, offline }: Awaited<ReturnType<typeof elsewhere>>): Promise<void> {
	expectRefused(await refresh(house, clients.portal, online.refresh_token), "invalid_grant");
	expect(await isActive(house, online.access_token)).toBe(false);
	expect((await online.browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("error")).toBe("login_required");
	expect((await refresh(house, clients.portal, offline.refresh_token)).statusCode).toBe(200);
}

async function expectLives(house: House, { online, offline }: Awaited<ReturnType<typeof elsewhere>>): Promise<void> {
	expect((await refresh(house, clients.portal, online.refresh_token)).statusCode).toBe(200);
	expect((await refresh(house, clients.portal, offline.refresh_token)).statusCode).toBe(200);
}

const ended = async (house: House) =>
	(await house.gatehouse.ground.store.events.list({ limit: 100, type: "session.ended" })).map(({ sessionId, data }) => [
		sessionId,
		data?.["by"],
	]);

test("J13 a session is ended from another browser: its online families die, an offline one lives, the others go on", async () => {
	await using house = await openHouse();
	const lost = await elsewhere(house);
	const kept = await elsewhere(house);
	const { browser } = await signedIn(house, clients.portal);
	const page = await browser.go(account);
	expect(page.text("sessions")).toContain("This browser");
	expect(page.html).not.toContain('id="end-session-3"');
	const index = [1, 2].find((n) => new RegExp(`id="end-session-${n}"[^>]*value="${lost.sid}"`).test(page.html));
	const after = await browser.click(page, `end-session-${index}`);
	expect(after.url.href).toBe(`${account}?notice=session-ended`);
	expect(after.text("notice")).toContain("Ended.");
	expect(after.html).not.toContain(lost.sid);
	await expectEnded(house, lost);
	await expectLives(house, kept);
	expect(await ended(house)).toEqual([[lost.sid, "account"]]);
	// From the page that was open before: it has ended, which is what was wanted.
	expect((await browser.click(page, `end-session-${index}`)).page).toBe("account");
	expect(await ended(house)).toHaveLength(1);
});

test("J13 all others are ended at once, each told once; this browser and other people go on", async () => {
	await using house = await openHouse();
	const others = [await elsewhere(house), await elsewhere(house)];
	const bobs = await elsewhere(house, "bob");
	const mine = await elsewhere(house);
	const { browser } = mine.online;
	const after = await browser.click(await browser.go(account), "end-other-sessions");
	expect(after.text("notice")).toContain("Ended.");
	expect(after.html).not.toMatch(/end-session-1|end-other-sessions/);
	expect(after.text("sessions")).toContain("In this browser, and nowhere else.");
	for (const one of others) await expectEnded(house, one);
	await expectLives(house, mine);
	await expectLives(house, bobs);
	expect((await ended(house)).toSorted()).toEqual(others.map(({ sid }) => [sid, "account"]).toSorted());
});

test("this browser's own session is ended by signing out, which asks first", async () => {
	await using house = await openHouse();
	const { browser, id_token } = await signedIn(house, clients.portal);
	const page = await browser.go(account);
	const end = String(payloadOf(id_token)["sid"]);
	const answer = await browser.send("POST", "/account/sessions", { ...browser.hidden(page), end }, { "sec-fetch-site": "same-origin" });
	expect([answer.statusCode, answer.headers.location]).toEqual([303, "/end-session"]);
	expect((await browser.go(account)).page).toBe("account");
});

test("a session shows device, browser, when it began and was used last, and its network: a /24, or a /48", async () => {
	await using house = await openHouse({ file: { trustedProxies: ["127.0.0.1"] } });
	const agents = {
		"203.0.113.7": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1",
		"2001:db8:12:34::7": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	};
	for (const [address, agent] of Object.entries(agents)) {
		const browser = house.browser();
		const login = await browser.go(account);
		const answer = await house.request({
			method: "POST",
			url: "/login",
			remoteAddress: "127.0.0.1",
			headers: {
				"content-type": "application/x-www-form-urlencoded",
				"x-forwarded-for": address,
				"user-agent": agent,
				cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
			},
			payload: encode({ ...browser.hidden(login), username: "alice", password }),
		});
		expect(answer.statusCode).toBe(303);
	}
	house.wait(3 * hour);
	const { browser } = await signedIn(house, clients.portal);
	const sessions = String((await browser.go(account)).text("sessions"));
	expect(sessions).toMatch(/Firefox on Linux.*Signed in 3 hours ago.*Last used 3 hours ago.*Network 2001:db8:12::\/48/);
	expect(sessions).toMatch(/Safari on iPhone.*Signed in 3 hours ago.*Network 203\.0\.113\.0\/24/);
	expect(sessions).not.toMatch(/203\.0\.113\.7|:34:/);
	const listed = await house.gatehouse.ground.store.sessions.list({ limit: 9, now: house.now() });
	expect(listed.map(({ network }) => network)).toEqual(["127.0.0.0/24", "2001:db8:12::/48", "203.0.113.0/24"]);
});

test("J13 beyond `sessions.max` the oldest ends, with its online families; at the limit nobody is signed out", async () => {
	await using house = await openHouse({ file: { sessions: { max: 2 } } });
	const oldest = await elsewhere(house);
	const second = await elsewhere(house);
	await elsewhere(house, "bob");
	await expectLives(house, oldest);
	expect(await ended(house)).toEqual([]);
	// The same person signing in anew in one of the two browsers goes on with its session: still two.
	const { browser } = second.online;
	await browser.signIn(await browser.go(requestOf(clients.portal, { prompt: "login" }).url), "alice", password);
	expect(await ended(house)).toEqual([]);
	expect((await refresh(house, clients.portal, oldest.online.refresh_token)).statusCode).toBe(200);

	const third = await elsewhere(house);
	await expectEnded(house, oldest);
	expect((await refresh(house, clients.portal, second.online.refresh_token)).statusCode).toBe(200);
	await expectLives(house, third);
	const [event] = await house.gatehouse.ground.store.events.list({ limit: 1, type: "session.ended" });
	expect(event).toMatchObject({ personId: payloadOf(oldest.online.id_token)["sub"], sessionId: oldest.sid, data: { by: "limit" } });
	expect(await ended(house)).toHaveLength(1);
	const page = await third.online.browser.go(account);
	expect(page.text("events")).toContain("Signed out, because you signed in elsewhere");
});

test("J13 ten sign-ins at once leave as many sessions as may be", async () => {
	await using house = await openHouse({ file: { sessions: { max: 3 } } });
	await Promise.all(Array.from({ length: 10 }, () => signedIn(house, clients.portal, {}, house.browser(), "bob")));
	expect(await house.gatehouse.ground.store.sessions.list({ limit: 99, now: house.now() })).toHaveLength(3);
	expect(await ended(house)).toHaveLength(7);
});

test("J13 however many sessions somebody began with the person's password, this browser is told from them, and all of them end at once", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const { store, tokens, random } = house.gatehouse.ground;
	const personId = (await store.people.findByName("alice"))?.person.id ?? "";
	for (let n = 0; n < 60; n++) {
		house.wait(1);
		const { secretHash } = tokens.sessionCookies.create();
		await store.sessions.begin({ id: random.id(house.now()), secretHash, personId, amr: ["pwd"] }, house.now(), () => []);
	}
	const page = await browser.go(account);
	expect(page.html.match(/This browser/g)).toHaveLength(1);
	expect(page.html.match(/id="end-session-/g)?.length).toBeGreaterThanOrEqual(50);
	const done = await browser.click(page, "end-other-sessions");
	expect([done.page, done.html.includes('id="end-session-')]).toEqual(["account", false]);
	expect(await store.sessions.list({ personId, limit: 99, now: house.now() })).toHaveLength(1);
});
