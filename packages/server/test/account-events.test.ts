import { expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { authorize, codeOf, payloadOf, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { openReceiver } from "./receiver.ts";

const account = `${issuer}/account`;
const minute = 60_000;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** What the page says happened, newest first. */
async function happened(browser: Browser): Promise<readonly string[]> {
	const { html } = await browser.go(account);
	const list = html.slice(html.indexOf('id="events"'));
	return [...list.matchAll(/<li class="event[^>]*>(.*?)<\/li>/gs)].map(([, row = ""]) =>
		row
			.replaceAll(/<[^>]*>/g, " ")
			.replaceAll(/\s+/g, " ")
			.trim(),
	);
}

/** A wrong password at the sign-in of a browser that says what it is. */
async function wrong(house: House, username: string): Promise<number> {
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	const answer = await browser.send("POST", "/login", { ...browser.hidden(shown), username, password: "wrong" }, { "user-agent": firefox });
	return answer.statusCode;
}

test("a person finds their own events: sign-ins with the app, apps allowed and taken back, the password, sessions that ended, failures", async () => {
	await using house = await openHouse();
	const step = async (work: () => Promise<unknown>) => {
		await work();
		house.wait(minute);
	};
	const other = house.browser();
	const browser = house.browser();
	await step(() => wrong(house, "alice@company.test"));
	await step(() => signedIn(house, clients.portal, {}, other));
	await step(() => signedIn(house, clients.analytics, {}, browser));
	await step(async () => browser.click(await browser.go(account), "revoke-analytics"));
	await step(async () => browser.click(await browser.go(account), "end-session-1"));
	await step(async () => browser.signIn(await browser.go(requestOf(clients.shop, { prompt: "login" }).url), "alice", password));
	await step(async () =>
		browser.click(await browser.go(account), "password-submit", {
			"current-password": "wrong",
			"new-password": "another good battery staple",
		}),
	);
	await step(async () =>
		browser.click(await browser.go(account), "password-submit", {
			"current-password": password,
			"new-password": "another good battery staple",
		}),
	);
	expect((await happened(browser)).map((line) => line.replace(" A browser that does not say its name", ""))).toEqual([
		"You changed the password just now",
		"Wrong current password, not changed 2 minutes ago",
		"Signed in again to Shop 3 minutes ago",
		"You ended a session Not told: Portal 4 minutes ago",
		"You took access back from Analytics 5 minutes ago",
		"You gave Analytics access 6 minutes ago",
		"Signed in to Analytics 6 minutes ago",
		"Signed in to Portal 7 minutes ago",
		"Wrong password, refused Firefox on Linux 8 minutes ago",
	]);
});

test("beside a session that ended stands which apps were told of it, and which were not", async () => {
	await using receiver = await openReceiver();
	const portal = { ...clients.portal, backchannel_logout_uri: receiver.uri };
	const others = Object.values(clients).filter(({ client_id }) => client_id !== "portal");
	await using house = await openHouse({ file: { clients: [portal, ...others], outbound: { allow: ["127.0.0.1"] } } });
	const other = house.browser();
	await signedIn(house, clients.portal, {}, other);
	await signedIn(house, clients.shop, {}, other);
	const { browser } = await signedIn(house, clients.portal);
	await browser.click(await browser.go(account), "end-session-1");
	await house.gatehouse.logouts.idle();
	const [ended = ""] = await happened(browser);
	expect(ended.replace(" A browser that does not say its name", "")).toBe("You ended a session Told: Portal Not told: Shop just now");
});

test("what others did about the account is told as theirs: an operator, a replay that ended an app's access, an app that gave it back", async () => {
	await using house = await openHouse();
	const { store, newEvent, tokens } = house.gatehouse.ground;
	const { browser, id_token } = await signedIn(house, clients.portal);
	const personId = String(payloadOf(id_token)["sub"]);
	const operator = { personId, actor: "operator" } as const;

	const request = requestOf(clients.portal);
	const code = codeOf(await authorize(browser, request));
	await redeem(house, request, code);
	house.wait(minute);
	await redeem(house, request, code);
	house.wait(minute);
	const given = await signedIn(house, clients.analytics, { scope: "openid offline_access" }, browser);
	const { client_id, client_secret } = clients.analytics;
	await house.post("/revoke", { client_id, client_secret, token: given.refresh_token });
	house.wait(minute);
	await store.consents.withdraw(personId, "analytics", house.now(), [
		newEvent(house.now(), { type: "consent.withdrawn", clientId: "analytics", ...operator }),
	]);
	house.wait(minute);
	const elsewhere = await signedIn(house, clients.portal);
	const sessionId = String(payloadOf(elsewhere.id_token)["sid"]);
	await store.sessions.end(sessionId, house.now(), [newEvent(house.now(), { type: "session.ended", sessionId, ...operator })]);
	expect((await happened(browser)).map((line) => line.replace(/ A browser.*| (?:just now|\d+ minutes? ago)$/, ""))).toEqual([
		"Company ended a session",
		"Signed in to Portal",
		"Company took access back from Analytics",
		"Analytics gave its access back",
		"You gave Analytics access",
		"Ended the access of Portal , because it may have been stolen",
		"Signed in to Portal",
	]);
	// A password that an operator sets ends everything; the next sign-in tells of it.
	const next = await tokens.passwords.hash("another good battery staple");
	const ended = (id: string) => newEvent(house.now(), { type: "session.ended", sessionId: id, ...operator });
	await store.people.setPassword(
		personId,
		next,
		{ endEverything: true },
		house.now(),
		[newEvent(house.now(), { type: "person.password_changed", ...operator })],
		ended,
	);
	house.wait(minute);
	await browser.signIn(await browser.go(account), "alice", "another good battery staple");
	expect((await happened(browser)).slice(0, 3).map((line) => line.replace(/ A browser.*| (?:just now|\d+ minutes? ago)$/, ""))).toEqual([
		"Signed in to your account",
		"Company ended a session",
		"Company set a new password",
	]);
});

test("events are the person's own: nobody sees another's, and a wrong password for one is told to that one alone", async () => {
	await using house = await openHouse();
	await wrong(house, "bob");
	await wrong(house, "nobody-here");
	const { browser } = await signedIn(house, clients.analytics);
	expect(await happened(browser)).toHaveLength(2);
	expect((await happened(browser)).join()).not.toContain("Wrong");
	const bobs = (await signedIn(house, clients.portal, {}, house.browser(), "bob")).browser;
	expect(await happened(bobs)).toHaveLength(2);
	expect((await happened(bobs))[1]).toContain("Wrong password, refused");
});

test("D8 LG-01 whatever strangers type, ten refusals are kept of a person, and ten of all names that are nobody's", async () => {
	await using house = await openHouse();
	const { guesses, events } = house.gatehouse.ground.store;
	const before = (await events.list({ limit: 100 })).length;
	for (let round = 0; round < 3; round++) {
		for (let i = 0; i < 6; i++) expect(await wrong(house, "alice")).toBe(400);
		for (let i = 0; i < 6; i++) expect(await wrong(house, `nobody ${i}`)).toBe(400);
		house.wait(60 * minute);
	}
	const { browser, id_token } = await signedIn(house, clients.portal);
	const kept = await guesses.refused(String(payloadOf(id_token)["sub"]));
	expect(kept.map(({ at }) => Math.round((house.now() - at) / minute))).toEqual([...Array(6).fill(60), ...Array(4).fill(120)]);
	expect(await guesses.refused("")).toHaveLength(10);
	expect(JSON.stringify(kept)).not.toMatch(/wrong|alice/);
	expect((await happened(browser)).filter((line) => line.includes("Wrong password"))).toHaveLength(10);
	// Refused sign-ins are no events: of those nobody can make any but who signs in.
	expect((await events.list({ limit: 100 })).slice(0, -before || undefined).map(({ type }) => type)).toEqual([
		"code.redeemed",
		"session.started",
	]);
});

test("I22 a code that is redeemed and a token that is refreshed say nothing on the page, and cost no more events than before", async () => {
	await using house = await openHouse();
	const { browser, refresh_token } = await signedIn(house, clients.portal);
	await refresh(house, clients.portal, refresh_token);
	expect(await happened(browser)).toHaveLength(1);
	const types = (await house.gatehouse.ground.store.events.list({ limit: 10 })).map(({ type }) => type);
	expect(
		types.filter((type) => !["file.applied", "person.added", "client.added", "key.added", "resource.added"].includes(type)).toSorted(),
	).toEqual(["code.redeemed", "session.started"]);
});

test("PG-03 AD-13 a browser that calls itself a script is words on the page", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const login = await browser.go(account);
	const agent = "<script>alert(1)</script>\u001b[2J Firefox/1<b>";
	await browser.send("POST", "/login", { ...browser.hidden(login), username: "alice", password }, { "user-agent": agent });
	const page = await browser.go(account);
	expect(page.text("sessions")).toContain("Firefox");
	expect(page.html).not.toContain("alert(1)");
	expect(page.html).not.toContain("\u001b");
});
