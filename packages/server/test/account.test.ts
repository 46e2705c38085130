import { expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, codeOf, isActive, payloadOf, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { expectErrorPage, storeState } from "./outcome.ts";
import { expectRefused } from "./refused.ts";

const account = `${issuer}/account`;
const hour = 3_600_000;

/** A browser in which a person has signed in to their account. */
async function atHome(house: House, username = "alice"): Promise<{ readonly browser: Browser; readonly page: Shown }> {
	const browser = house.browser();
	const page = await browser.signIn(await browser.go(account), username, password);
	expect({ page: page.page, path: page.url.pathname }).toEqual({ page: "account", path: "/account" });
	return { browser, page };
}

const eventTypes = async (house: House) => (await house.gatehouse.ground.store.events.list({ limit: 100 })).map(({ type }) => type);

test("without a session the account waits for a sign-in that names no app, and goes on to the account", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const login = await browser.go(account);
	expect({ page: login.page, path: login.url.pathname }).toEqual({ page: "login", path: "/login" });
	expect(login.html).toContain("Sign in to your account");
	const wrong = await browser.signIn(login, "alice", "wrong");
	expect({ page: wrong.page, status: wrong.status }).toEqual({ page: "login", status: 400 });
	const page = await browser.signIn(wrong, "alice", password);
	expect({ page: page.page, url: page.url.href, status: page.status }).toEqual({ page: "account", url: account, status: 200 });
	expect(page.html).toContain("alice@company.test");
	// The session is there: it is not asked for again, here or by an app.
	expect((await browser.go(account)).page).toBe("account");
	expect(codeOf(await browser.go(requestOf(clients.portal).url))).toBeTruthy();
});

test("the account is asked for in a language, which goes along to the sign-in and back", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const login = await browser.go(`${account}?ui_locales=de&anything=else`);
	expect(login.html).toContain('lang="de"');
	const page = await browser.signIn(login, "alice", password);
	expect(page.url.href).toBe(`${account}?ui_locales=de`);
	expect(page.html).toContain("Ihr Konto");
	await signedIn(house, clients.portal, {}, browser);
	const taken = await browser.click(await browser.go(page.url.href), "revoke-portal");
	expect(taken.url.href).toBe(`${account}?ui_locales=de&notice=taken-back`);
	expect(taken.text("notice")).toContain("Zurückgenommen.");
});

test("a stale tab of the sign-in goes on to the account when the person has signed in meanwhile", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const first = await browser.go(account);
	const second = await browser.go(account);
	await browser.signIn(second, "alice", password);
	expect((await browser.go(first.url.href)).page).toBe("account");
	// Its form too: nothing is evaluated, nobody is signed in anew.
	const before = await storeState(house);
	const late = await browser.click(first, "login-submit", { username: "bob", password });
	expect({ page: late.page, who: late.html.includes("alice@company.test") }).toEqual({ page: "account", who: true });
	expect(await storeState(house)).toEqual(before);
});

test("LG-11 the sign-in of one browser is started again once in another, and where cookies are off the page says so", async () => {
	await using house = await openHouse();
	const theirs = await house.browser().go(account);
	const other = house.browser();
	const again = await other.go(theirs.url.href);
	expect({ page: again.page, path: again.url.pathname }).toEqual({ page: "login", path: "/login" });
	expect((await other.signIn(again, "alice", password)).page).toBe("account");

	const forgetful = house.browser();
	const step = async (url: string) => {
		forgetful.cookies.clear();
		return forgetful.send("GET", url);
	};
	let answer = await step(account);
	for (let hop = 0; hop < 6 && answer.headers.location !== undefined; hop++) answer = await step(String(answer.headers.location));
	expect(answer.statusCode).toBe(400);
	expect(answer.body).toContain("cookies_off");
});

test("a sealed request of the account is none of an app's: no page asks for an app on its behalf, and no code comes of it", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const login = await browser.go(account);
	const text = new URLSearchParams(login.url.search).get("continue") ?? "";
	for (const path of ["/consent", "/select-account", "/continue"]) {
		const shown = await house.browser().go(`${issuer}${path}?continue=${text}`);
		expect(shown.page, path).toBe("login");
		expect((await browser.go(`${issuer}${path}?continue=${text}`)).page, path).toBe("login");
	}
	expectErrorPage(await browser.go(`${issuer}/authorize?continue=${text}`));
	// The other way round: what an app asks leads to the app alone.
	const asked = await browser.go(requestOf(clients.portal).url);
	const shown = await browser.go(`${account}?continue=${new URLSearchParams(asked.url.search).get("continue")}`);
	expect((await browser.signIn(shown, "alice", password)).page).toBe("account");
});

test("another account takes the place of the one that is signed in, whose session ends", async () => {
	await using house = await openHouse();
	const { browser, page } = await atHome(house);
	const link = /href="(\/login\?continue=[^"]+)"[^>]*>Use another account/.exec(page.html)?.[1] ?? "";
	const login = await browser.go(`${issuer}${link.replaceAll("&amp;", "&")}`);
	expect(login.page).toBe("login");
	const bobs = await browser.signIn(login, "bob", password);
	expect(bobs.html).toContain("bob@company.test");
	const [ended] = await house.gatehouse.ground.store.events.list({ limit: 1, type: "session.ended" });
	const alice = await house.gatehouse.ground.store.people.findByName("alice");
	expect(ended).toMatchObject({ personId: alice?.person.id, data: { by: "sign-in" } });
	expect((await eventTypes(house)).filter((type) => type === "session.ended")).toHaveLength(1);
});

test("J8 an app is taken back: its code, its refresh and its access token are refused at once, and the others go on", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const mine = await signedIn(house, clients.analytics, { scope: "openid profile offline_access crm.read" }, browser);
	const portal = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
	const bobs = await signedIn(house, clients.analytics, { scope: "openid crm.read" }, house.browser(), "bob");
	const request = requestOf(clients.analytics, { scope: "openid crm.read" });
	const code = codeOf(await authorize(browser, request));

	const page = await browser.go(account);
	expect(page.text("apps")).toContain("See your name and your profile");
	expect(page.text("apps")).toContain("CRM");
	expect(page.text("apps")).toContain("See your customers");
	expect(page.text("apps")).toContain("Not reviewed by Company");
	expect(page.text("apps")).toContain("Belongs to Company");
	expect(page.text("apps")).toContain("for up to 10 more minutes");
	const taken = await browser.click(page, "revoke-analytics");
	expect(taken.url.href).toBe(`${account}?notice=taken-back`);
	expect(taken.text("notice")).toContain("Taken back.");
	expect(taken.html).not.toContain("revoke-analytics");

	expectRefused(await refresh(house, clients.analytics, mine.refresh_token), "invalid_grant");
	expectRefused(await redeem(house, request, code), "invalid_grant");
	expect(await isActive(house, mine.access_token)).toBe(false);
	const userinfo = (token: string) => house.request({ url: "/userinfo", headers: { authorization: `Bearer ${token}` } });
	expect((await userinfo(mine.access_token)).statusCode).toBe(401);
	// The twins: another app of hers, and the same app of somebody else.
	expect(await isActive(house, portal.access_token)).toBe(true);
	expect((await userinfo(portal.access_token)).statusCode).toBe(200);
	expect((await refresh(house, clients.analytics, bobs.refresh_token)).statusCode).toBe(200);
	// She is asked again, without another password.
	expect((await browser.go(requestOf(clients.analytics, { scope: "openid crm.read" }).url)).page).toBe("consent");
	expect((await eventTypes(house)).filter((type) => type === "consent.withdrawn")).toHaveLength(1);
});

test("J8 an app of the company's own is taken back too, and has its access again after the next sign-in with it", async () => {
	await using house = await openHouse();
	const before = await signedIn(house, clients.portal, { scope: "openid offline_access" });
	const { browser } = before;
	const page = await browser.go(account);
	expect(page.text("apps")).toContain("gets its access back when you next sign in to it");
	await browser.click(page, "revoke-portal");
	expectRefused(await refresh(house, clients.portal, before.refresh_token), "invalid_grant");
	const after = await signedIn(house, clients.portal, { scope: "openid offline_access" }, browser);
	expect((await refresh(house, clients.portal, after.refresh_token)).statusCode).toBe(200);
	expectRefused(await refresh(house, clients.portal, before.refresh_token), "invalid_grant");
});

test("an app taken back twice, from a page that was open before, is taken back once and no dead end", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.analytics);
	const page = await browser.go(account);
	await browser.click(page, "revoke-analytics");
	const again = await browser.click(page, "revoke-analytics");
	expect({ page: again.page, status: again.status }).toEqual({ page: "account", status: 200 });
	expect((await eventTypes(house)).filter((type) => type === "consent.withdrawn")).toHaveLength(1);
});

test.each([
	["an app that nobody knows", "/account/apps", { revoke: "nobody" }],
	["an app that another person allowed", "/account/apps", { revoke: "gadget" }],
	["no app", "/account/apps", {}],
	["a session that nobody knows", "/account/sessions", { end: "018d0000-0000-7000-8000-000000000000" }],
	["no session", "/account/sessions", { end: "" }],
])("%s is 404, and nothing changes", async (_what, path, fields) => {
	await using house = await openHouse();
	await signedIn(house, clients.gadget, {}, house.browser(), "bob");
	const { browser, page } = await atHome(house);
	const before = await storeState(house);
	const answer = await browser.send("POST", path, { ...browser.hidden(page), ...fields }, { "sec-fetch-site": "same-origin" });
	expect(answer.statusCode).toBe(404);
	expect(answer.body).toContain('data-page="error"');
	expect(await storeState(house)).toEqual(before);
});

test("another person's session is 404 and lives", async () => {
	await using house = await openHouse();
	const bobs = await signedIn(house, clients.portal, {}, house.browser(), "bob");
	const { browser, page } = await atHome(house);
	const end = String(payloadOf(bobs.id_token)["sid"]);
	const before = await storeState(house);
	const answer = await browser.send("POST", "/account/sessions", { ...browser.hidden(page), end }, { "sec-fetch-site": "same-origin" });
	expect(answer.statusCode).toBe(404);
	expect(await storeState(house)).toEqual(before);
	expect((await refresh(house, clients.portal, bobs.refresh_token)).statusCode).toBe(200);
});

const forms: readonly (readonly [path: string, fields: Readonly<Record<string, string>>])[] = [
	["/account/apps", { revoke: "portal" }],
	["/account/sessions", { others: "all" }],
	["/account/password", { current: password, new: "another good battery staple" }],
];

test.each(forms)(
	"LG-11 %s: a form of another site is 403, one that fits no more shows the page again, the second time 403",
	async (path, fields) => {
		await using house = await openHouse();
		await signedIn(house, clients.portal);
		const { browser } = await signedIn(house, clients.portal);
		const page = await browser.go(account);
		const before = await storeState(house);
		for (const site of ["cross-site", "same-site", "none"]) {
			const answer = await browser.send("POST", path, { ...browser.hidden(page), ...fields }, { "sec-fetch-site": site });
			expect(answer.statusCode, site).toBe(403);
		}
		const theirs = await signedIn(house, clients.portal, {}, house.browser(), "bob");
		const foreign = theirs.browser.hidden(await theirs.browser.go(account));
		const without = await storeState(house);
		for (const form of ["", "A".repeat(43), foreign["form"] ?? ""]) {
			const answer = await browser.send("POST", path, { ...fields, form });
			expect([answer.statusCode, answer.headers.location]).toEqual([303, "/account?notice=stale"]);
			expect(answer.headers["set-cookie"]).toBeUndefined();
		}
		const shown = await browser.go(`${account}?notice=stale`);
		expect(shown.text("notice")).toContain("nothing was done");
		const second = await browser.send("POST", path, { ...browser.hidden(shown), ...fields, form: "" });
		expect(second.statusCode).toBe(403);
		expect(second.body).toContain('href="/account"');
		expect(await storeState(house)).toEqual(without);
		expect(before).not.toEqual(without);
		// The twin: the page that was shown again works.
		const done = await browser.send("POST", path, { ...browser.hidden(shown), ...fields }, { "sec-fetch-site": "same-origin" });
		expect([done.statusCode, done.headers.location]).toEqual([303, expect.not.stringContaining("stale")]);
	},
);

test.each(forms)(
	"a form of %s from a tab of another person, or after signing out, does nothing and is no dead end",
	async (path, fields) => {
		await using house = await openHouse();
		const { browser } = await signedIn(house, clients.portal);
		const page = await browser.go(account);
		const send = () => browser.send("POST", path, { ...browser.hidden(page), ...fields }, { "sec-fetch-site": "same-origin" });
		await browser.click(await browser.go(`${issuer}/end-session`), "logout-confirm");
		const out = await storeState(house);
		const signedOut = await send();
		expect([signedOut.statusCode, signedOut.headers.location]).toEqual([303, "/account?notice=stale"]);
		const login = await browser.go(`${account}?notice=stale`);
		expect(login.page).toBe("login");
		expect(await storeState(house)).toEqual(out);
		// Signed in again, the person hears that what they pressed was not done.
		const back = await browser.signIn(login, "alice", password);
		expect([back.page, back.text("notice")]).toEqual(["account", expect.stringContaining("nothing was done")]);
		await browser.click(await browser.go(`${issuer}/end-session`), "logout-confirm");
		await browser.signIn(await browser.go(account), "bob", password);
		const bobs = await storeState(house);
		expect((await send()).headers.location).toBe("/account?notice=stale");
		expect(await storeState(house)).toEqual(bobs);
	},
);

test("an address that a form goes to leads to the page when it is loaded anew; other methods are refused", async () => {
	await using house = await openHouse();
	const { browser } = await atHome(house);
	for (const [path] of forms) {
		expect((await browser.go(`${issuer}${path}?ui_locales=de`)).url.href).toBe(`${account}?ui_locales=de`);
		expect((await house.request({ method: "PUT", url: path })).statusCode).toBe(405);
	}
	expect((await house.request({ method: "POST", url: "/account" })).statusCode).toBe(405);
});

test("AD-03 what a form may not set is ignored, and an unknown notice says nothing", async () => {
	await using house = await openHouse();
	const { browser, page } = await atHome(house);
	const more = { admin: "true", email_verified: "true", username: "root", groups: "admins", personId: "bob", end: "x" };
	const fields = { ...browser.hidden(page), others: "all", ...more };
	expect((await browser.send("POST", "/account/sessions", fields, { "sec-fetch-site": "same-origin" })).statusCode).toBe(303);
	const alice = (await house.gatehouse.ground.store.people.findByName("alice"))?.person;
	expect(alice).toMatchObject({ username: "alice", admin: false, groups: ["sales", "staff"] });
	expect((await browser.go(`${account}?notice=<b>paid</b>`)).html).not.toMatch(/paid|id="notice"/);
	const told = async (site?: string) => {
		const answer = await browser.send("GET", "/account?notice=password-changed", undefined, site ? { "sec-fetch-site": site } : {});
		return /id="notice"/.test(answer.body);
	};
	// A link from elsewhere, and a bookmark, frighten nobody; the page's own form is answered.
	expect([await told("cross-site"), await told("same-site"), await told("none"), await told("same-origin"), await told()]).toEqual([
		...[false, false, false],
		...[true, true],
	]);
});

test("the bare address leads to the account", async () => {
	await using house = await openHouse();
	const answer = await house.request({ url: "/" });
	expect([answer.statusCode, answer.headers.location]).toEqual([303, "/account"]);
	expect((await house.request({ method: "POST", url: "/" })).statusCode).toBe(405);
});

test("PG-09 the page is kept by nobody, carries the headers of its own style and script, and Sign out asks first", async () => {
	await using house = await openHouse();
	const { browser, page } = await atHome(house);
	expect(page.headers).toMatchObject({
		"cache-control": "no-store",
		"referrer-policy": "no-referrer",
		"content-type": "text/html; charset=utf-8",
	});
	expect(page.html).toContain('href="/end-session"');
	const asked = await browser.go(`${issuer}/end-session`);
	await browser.click(asked, "logout-confirm");
	expect((await browser.go(account)).page).toBe("login");
});

test("LG-13 a session that idled away or ended shows no account; looking at it is use, and keeps it from idling", async () => {
	await using house = await openHouse();
	const { browser } = await atHome(house);
	for (let i = 0; i < 3; i++) {
		house.wait(5 * hour);
		expect((await browser.go(account)).page).toBe("account");
	}
	house.wait(8 * hour);
	expect((await browser.go(account)).page).toBe("login");
});

test("PG-05 a language that would split a header, or is half a letter, goes along escaped, and the page is shown all the same", async () => {
	await using house = await openHouse();
	const { browser, page } = await atHome(house);
	for (const [odd, escaped] of [
		["de\r\nset-cookie: a=b", "de%0D%0Aset-cookie%3A%20a%3Db"],
		["de\u2028en&notice=stale#x", "de%E2%80%A8en%26notice%3Dstale%23x"],
		[`${"d".repeat(99)}\u{1f600}`, `${"d".repeat(99)}%EF%BF%BD`],
		["//evil.example", "%2F%2Fevil.example"],
	] as const) {
		const asked = { ...browser.hidden(page), ui_locales: odd, others: "all" };
		for (const answer of [
			await browser.send("GET", `/account/apps?ui_locales=${encodeURIComponent(odd)}`),
			await browser.send("POST", "/account/sessions", { ...asked, form: "" }),
			await browser.send("POST", "/account/sessions", asked, { "sec-fetch-site": "same-origin" }),
		]) {
			const [to = "", notice] = String(answer.headers.location).split("&", 2);
			expect([answer.statusCode, to]).toEqual([303, `/account?ui_locales=${escaped}`]);
			expect([undefined, "notice=stale", "notice=others-ended"]).toContain(notice);
			expect(answer.headers["set-cookie"]).toBeUndefined();
			expect((await browser.go(`${issuer}${answer.headers.location}`)).page).toBe("account");
		}
	}
});
