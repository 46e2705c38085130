import { expect, test, vi } from "vitest";
import { StoreUnavailable } from "../src/store/store.ts";
import type { Shown } from "./browser.ts";
import { authorize, codeOf, requestOf, signedIn } from "./flow.ts";
import { clients, issuer, openHouse } from "./house.ts";

/** Where the main button of an error page leads. */
function wayOn({ html, url }: Shown): string | undefined {
	const href = /<a class="button main" href="([^"]*)"/.exec(html)?.[1];
	return href === undefined ? undefined : new URL(href.replaceAll("&amp;", "&"), url).href;
}

test("PG-01 a form that another site sent does nothing; the way on starts the request again, and it comes to its end", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.portal, { ui_locales: "de" });
	const login = await browser.go(request.url);
	const refused = await browser.click(login, "login-submit", { username: "alice", password: "x" }, { "sec-fetch-site": "cross-site" });
	expect([refused.status, refused.page, refused.text("error-code")]).toEqual([403, "error", "forbidden"]);
	const again = await browser.go(wayOn(refused) ?? "");
	expect([again.page, /<html lang="(\w+)"/.exec(again.html)?.[1]]).toEqual(["login", "de"]);
	const done = await browser.signIn(again, "alice", "correct horse battery staple");
	expect(codeOf(done)).toMatch(/^[\w-]+$/);
	expect(done.url.searchParams.get("state")).toBe(request.fields["state"]);
});

test("a browser that keeps no cookies can try again once it does", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const lost = await browser.go(requestOf(clients.portal).url);
	browser.cookies.clear();
	const restarted = await browser.send("GET", lost.url.href);
	browser.cookies.clear();
	const started = await browser.send("GET", String(restarted.headers.location));
	browser.cookies.clear();
	const refused = await browser.go(new URL(String(started.headers.location), issuer).href);
	expect([refused.page, refused.text("error-code")]).toEqual(["error", "cookies_off"]);
	expect((await browser.go(wayOn(refused) ?? "")).page).toBe("login");
});

test("what is settled is not carried along: the way on from another person's page asks again", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const consent = await browser.go(requestOf(clients.analytics, { prompt: "login" }).url);
	const asked = await browser.signIn(consent, "alice", "correct horse battery staple");
	expect(asked.page).toBe("consent");
	const refused = await browser.click(asked, "consent-allow", {}, { "sec-fetch-site": "cross-site" });
	expect(refused.status).toBe(403);
	const stranger = house.browser();
	const shown = await stranger.go(wayOn(refused) ?? "");
	expect(shown.page).toBe("login");
	expect((await browser.go(wayOn(refused) ?? "")).page).toBe("login");
});

test("an address that nobody has leads to the account, and a link that is broken leads nowhere", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	expect(wayOn(await browser.go(`${issuer}/nothing-here?a=b`))).toBe(`${issuer}/account`);
	expect(wayOn(await browser.go(`${issuer}/authorize?client_id=nobody`))).toBeUndefined();
	expect(wayOn(await browser.go(`${issuer}/login?continue=forged`))).toBeUndefined();
	const forged = await browser.send("POST", "/login", { continue: "forged", form: "forged" });
	expect(forged.statusCode).toBe(403);
	expect(forged.body).not.toContain('class="button main"');
});

test("a page of a tab that was left open is no dead end: who has signed in meanwhile goes on", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.portal);
	const [first, second] = [await browser.go(request.url), await browser.go(requestOf(clients.shop).url)];
	await browser.signIn(second, "alice", "correct horse battery staple");
	expect(codeOf(await browser.go(first.url.href))).toMatch(/^[\w-]+$/);
	expect(codeOf(await browser.signIn(first, "alice", "correct horse battery staple"))).toMatch(/^[\w-]+$/);
	expect((await authorize(browser, requestOf(clients.analytics))).page).toBe("consent");
});

test("the chooser says how long ago the person signed in", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const choose = (lang: string) => browser.go(requestOf(clients.portal, { prompt: "select_account", ui_locales: lang }).url);
	expect((await choose("en")).text("account-1")).toMatch(/Signed in$/);
	house.wait(2 * 3_600_000 + 60_000);
	expect((await choose("en")).text("account-1")).toMatch(/Signed in 2 hours ago$/);
	expect((await choose("de")).text("account-1")).toMatch(/Angemeldet vor 2 Stunden$/);
});

test("a store that is away for a moment: trying again, in either language, makes the same request, and the page repeats nothing of it", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const request = requestOf(clients.portal, { login_hint: "a-hint-to-be-found" });
	const away = () => vi.spyOn(house.gatehouse.ground.store.sessions, "find").mockRejectedValueOnce(new StoreUnavailable("away"));
	away();
	const refused = await browser.go(request.url);
	expect([refused.status, refused.page, refused.text("error-code")]).toEqual([503, "error", "temporarily_unavailable"]);
	for (const sent of ["a-hint-to-be-found", "portal.company.test", String(request.fields["state"])])
		expect(refused.html).not.toContain(sent);
	const again = wayOn(refused) ?? "";
	const done = await browser.go(again);
	expect(codeOf(done)).toMatch(/^[\w-]+$/);
	expect(done.url.searchParams.get("state")).toBe(request.fields["state"]);
	expect(codeOf(await browser.go(`${again}&ui_locales=de`))).toMatch(/^[\w-]+$/);
	away();
	const twice = await browser.go(again);
	expect([twice.status, wayOn(twice)]).toEqual([503, again]);
});

test("a question mark within the request, as a redirect URI may have it unescaped, is not where it is cut (RFC 3986 §3.4)", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const request = requestOf(clients.portal, { redirect_uri: "https://portal.company.test/cb?tenant=1" });
	const [path = "", query = ""] = request.url.split("?", 2);
	const odd = `${path}?${query.replace("%3Ftenant", "?tenant")}`;
	expect(odd).toContain("cb?tenant");
	vi.spyOn(house.gatehouse.ground.store.sessions, "find").mockRejectedValueOnce(new StoreUnavailable("away"));
	const refused = await browser.go(odd);
	expect([refused.status, refused.text("error-code")]).toEqual([503, "temporarily_unavailable"]);
	const done = await browser.go(wayOn(refused) ?? "");
	expect(codeOf(done)).toMatch(/^[\w-]+$/);
	expect([done.url.searchParams.get("tenant"), done.url.searchParams.get("state")]).toEqual(["1", request.fields["state"]]);
});
