import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { StoreUnavailable } from "../src/store/store.ts";
import type { Browser, Shown } from "./browser.ts";
import { authorize, codeOf, isActive, payloadOf, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { storeState } from "./outcome.ts";
import { expectRefused } from "./refused.ts";

const account = `${issuer}/account`;
const next = "another good battery staple";
const session = "__Host-gatehouse";
const device = "__Host-gatehouse-device";

/** Fills the form in and sends it. */
async function change(browser: Browser, current: string, fresh = next, page?: Shown): Promise<Shown> {
	return browser.click(page ?? (await browser.go(account)), "password-submit", { "current-password": current, "new-password": fresh });
}

const canSignIn = async (house: House, username: string, text: string) =>
	(await (async (browser: Browser) => browser.signIn(await browser.go(account), username, text))(house.browser())).page === "account";

test("RF-07 LG-12 a changed password ends every other session and its online families; this session goes on under a new secret, and what was allowed offline lives", async () => {
	await using house = await openHouse();
	const other = house.browser();
	const online = await signedIn(house, clients.portal, { scope: "openid crm.read" }, other);
	const offline = await signedIn(house, clients.portal, { scope: "openid offline_access" }, other);
	const mine = await signedIn(house, clients.portal, { scope: "openid" });
	const { browser } = mine;
	const before = new Map(browser.cookies);
	const done = await change(browser, password);
	expect(done.url.href).toBe(`${account}?notice=password-changed`);
	expect(done.text("notice")).toContain("Your password is changed.");

	expectRefused(await refresh(house, clients.portal, online.refresh_token), "invalid_grant");
	expect(await isActive(house, online.access_token)).toBe(false);
	expect((await other.go(account)).page).toBe("login");
	expect((await refresh(house, clients.portal, offline.refresh_token)).statusCode).toBe(200);
	expect((await refresh(house, clients.portal, mine.refresh_token)).statusCode).toBe(200);

	// The same session, another secret: whoever holds the old cookie is out. The device is known by the new password.
	expect(browser.cookies.get(session)).not.toBe(before.get(session));
	expect(browser.cookies.get(device)).not.toBe(before.get(device));
	const again = await signedIn(house, clients.portal, {}, browser);
	expect(payloadOf(again.id_token)["sid"]).toBe(payloadOf(mine.id_token)["sid"]);
	const stolen = house.browser();
	for (const [name, value] of before) stolen.cookies.set(name, value);
	expect((await stolen.go(account)).page).toBe("login");

	expect(await canSignIn(house, "alice", password)).toBe(false);
	expect(await canSignIn(house, "alice", next)).toBe(true);
	const events = await house.gatehouse.ground.store.events.list({ limit: 100 });
	const sid = payloadOf(mine.id_token)["sid"];
	expect(events.filter(({ type }) => type === "person.password_changed")).toMatchObject([{ sessionId: sid }]);
	expect(events.filter(({ type }) => type === "session.ended")).toMatchObject([
		{ sessionId: payloadOf(online.id_token)["sid"], data: { by: "password" } },
	]);
});

test.each([
	["is too short", "7 chars", "too short"],
	["is too long", "x".repeat(1025), "too long"],
	["is too long in bytes", "ü".repeat(513), "too long"],
	["is the name of the account", "alice.example", "your name"],
	["is the address of the account in another case", "ALICE@company.test", "your name"],
	["is one of those that guessers try first", "Password1", "guessers try first"],
	["is the current one", password, "same as the current"],
])(
	"LG-08 LG-09 a new password that %s is 400 with the reason; the current one is not looked at, and nothing changes",
	async (_what, fresh, reason) => {
		await using house = await openHouse({
			file: { users: [{ username: "alice.example", password, email: "alice@company.test" }] },
		});
		const browser = house.browser();
		const page = await browser.signIn(await browser.go(account), "alice.example", password);
		const before = await storeState(house);
		for (let i = 0; i < 12; i++) {
			const refused = await change(browser, i === 0 ? password : fresh === password ? password : "wrong", fresh, page);
			expect({ status: refused.status, page: refused.page }).toEqual({ status: 400, page: "account" });
			expect(refused.text("password-error")).toContain(reason);
			expect(refused.html).not.toMatch(/name="(?:current|new)"[^>]*value=/);
		}
		expect(await storeState(house)).toEqual(before);
		// The twins: 64 characters, the spelling of another keyboard, and no guess was counted.
		expect((await change(browser, password, `${"é".repeat(64)}`)).text("notice")).toContain("changed");
		expect(await canSignIn(house, "alice.example", "e\u0301".repeat(64))).toBe(true);
	},
);

test("LG-08 a password of a megabyte is 413, and nothing is looked at", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const fields = { ...browser.hidden(await browser.go(account)), current: "x".repeat(1_000_000), new: next };
	expect((await browser.send("POST", "/account/password", fields, { "sec-fetch-site": "same-origin" })).statusCode).toBe(413);
	const long = await change(browser, "x".repeat(2_000));
	expect([long.status, String(long.text("password-error"))]).toEqual([400, expect.stringContaining("not your current password")]);
});

test("LG-04 a wrong current password is 400 with the page, held back more and more, and after ten the right one is 429 unheard", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const page = await browser.go(account);
	for (let i = 0; i < 10; i++) {
		const refused = await change(browser, `wrong ${i}`, next, page);
		expect({ status: refused.status, page: refused.page }).toEqual({ status: 400, page: "account" });
		expect(refused.text("password-error")).toContain("not your current password");
	}
	expect(house.slept).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
	const full = await change(browser, password, next, page);
	expect({ status: full.status, page: full.page }).toEqual({ status: 429, page: "account" });
	expect(Number(full.headers["retry-after"])).toBeGreaterThan(3_000);
	expect(full.text("password-error")).toContain("Too many tries.");
	house.wait(3_600_000);
	expect((await change(browser, password, next, page)).text("notice")).toContain("changed");
});

test("I14 one budget for an account, whichever door: guesses at sign-in count on the account page, and the other way round", async () => {
	await using house = await openHouse();
	// Whoever took the session has not the device.
	const thief = (await signedIn(house, clients.portal)).browser;
	thief.cookies.delete(device);
	const page = await thief.go(account);
	const guess = async (name: string, text: string) =>
		(await (async (b: Browser) => b.signIn(await b.go(account), name, text))(house.browser())).status;
	for (let i = 0; i < 5; i++) expect(await guess("alice@company.test", `wrong ${i}`)).toBe(400);
	for (let i = 0; i < 5; i++) expect((await change(thief, `wrong ${i}`, next, page)).status).toBe(400);
	expect((await change(thief, password, next, page)).status).toBe(429);
	// Five of ten places of either name are left to be taken, and none to be evaluated: the right password is not heard.
	for (const name of ["alice", "alice@company.test"]) {
		for (let i = 0; i < 5; i++) expect(await guess(name, password)).toBe(400);
		expect(await guess(name, password)).toBe(429);
	}
	// The twin: a device that she is known on has its own budget.
	expect(await guess("bob", password)).toBe(200);
});

test("I14 LG-04 forty guesses at once at both doors: never more than ten are evaluated", async () => {
	await using house = await openHouse();
	const thief = (await signedIn(house, clients.portal)).browser;
	thief.cookies.delete(device);
	const page = await thief.go(account);
	const fields = { ...thief.hidden(page), current: "wrong", new: next };
	const atHome = Array.from({ length: 20 }, () => thief.send("POST", "/account/password", fields, { "sec-fetch-site": "same-origin" }));
	const stranger = house.browser();
	const login = stranger.hidden(await stranger.go(account));
	const outside = Array.from({ length: 20 }, () => stranger.send("POST", "/login", { ...login, username: "alice", password: "wrong" }));
	const answers = (await Promise.all([...atHome, ...outside])).map(({ statusCode }) => statusCode);
	expect(answers.filter((status) => status === 400)).toHaveLength(10);
	expect(answers.filter((status) => status === 429)).toHaveLength(30);
});

test("of two changes at once from one page, one is made", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const page = await browser.go(account);
	const fields = { ...browser.hidden(page), current: password };
	const both = ["first good battery staple", "second good battery staple"].map((fresh) =>
		browser.send("POST", "/account/password", { ...fields, new: fresh }, { "sec-fetch-site": "same-origin" }),
	);
	const answers = (await Promise.all(both)).map(({ headers }) => headers.location);
	expect(answers.toSorted()).toEqual(
		["/account?notice=password-changed", expect.stringMatching(/^\/account(?:\?notice=stale)?$/)].toSorted(),
	);
	const events = await house.gatehouse.ground.store.events.list({ limit: 10, type: "person.password_changed" });
	expect(events).toHaveLength(1);
});

test("a password that the file declares is changed by its owner, holds over a start, and gives way when the file's changes", async () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-account-"));
	const store = `sqlite:${join(folder, "gatehouse.db")}`;
	const masterKey = randomBytes(32).toString("base64url");
	const open = (declared: string) => openHouse({ store, file: { masterKey, users: [{ username: "alice", password: declared }] } });
	try {
		{
			await using house = await open(password);
			const { browser } = await signedIn(house, clients.portal);
			expect((await change(browser, password)).text("notice")).toContain("changed");
		}
		{
			await using house = await open(password);
			expect(await canSignIn(house, "alice", password)).toBe(false);
			expect(await canSignIn(house, "alice", next)).toBe(true);
		}
		{
			await using house = await open("a third good battery staple");
			expect(await canSignIn(house, "alice", next)).toBe(false);
			expect(await canSignIn(house, "alice", "a third good battery staple")).toBe(true);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("a store that cannot answer changes nothing, says so on the page, and counts no guess", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const { people } = house.gatehouse.ground.store;
	vi.spyOn(people, "setPassword").mockRejectedValueOnce(new StoreUnavailable("away"));
	const busy = await change(browser, password);
	expect({ status: busy.status, page: busy.page, retry: busy.headers["retry-after"] }).toEqual({
		status: 503,
		page: "account",
		retry: "2",
	});
	expect(busy.text("password-error")).toContain("Nothing was changed.");
	expect((await browser.go(account)).page).toBe("account");
	expect((await change(browser, password)).text("notice")).toContain("changed");
});

test("whoever has no password finds a sentence instead of the form, and a form of theirs does nothing", async () => {
	await using house = await openHouse({ file: { users: [{ username: "carol", name: "Carol" }] } });
	const { store, tokens, random } = house.gatehouse.ground;
	const carol = (await store.people.findByName("carol"))?.person;
	const { secretHash, cookieFor } = tokens.sessionCookies.create();
	const id = random.id(house.now());
	await store.sessions.begin({ id, secretHash, personId: String(carol?.id), amr: ["pwd"] }, house.now(), () => []);
	const browser = house.browser();
	browser.cookies.set(session, cookieFor(id));
	const page = await browser.go(account);
	expect(page.text("password")).toContain("You have no password here.");
	expect(page.html).not.toContain("password-submit");
	const fields = { ...browser.hidden(page), current: password, new: next };
	const answer = await browser.send("POST", "/account/password", fields, { "sec-fetch-site": "same-origin" });
	expect([answer.statusCode, answer.headers.location]).toEqual([303, "/account?notice=stale"]);
	expect((await store.people.find(String(carol?.id)))?.hasPassword).toBe(false);
});

test("after a change an app is let in by the new password alone", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	await change(browser, password);
	const fresh = house.browser();
	const shown = await authorize(fresh, requestOf(clients.portal));
	expect(shown.status).toBe(400);
	expect(codeOf(await fresh.signIn(shown, "alice", next))).toBeTruthy();
});
