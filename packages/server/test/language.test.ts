import { describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, codeOf, requestOf, signedIn } from "./flow.ts";
import { clients, issuer, openHouse } from "./house.ts";

const hour = 3_600_000;
const langOf = ({ html }: Pick<Shown, "html">) => /<html lang="(\w+)" dir="ltr"/.exec(html)?.[1];

/** Where the footer leads for another language. */
function linkTo(lang: string, { html, url }: Shown): string {
	const href = new RegExp(`<a href="([^"]*)" lang="${lang}" hreflang="${lang}">`).exec(html)?.[1];
	if (href === undefined) throw new Error(`no link to ${lang}`);
	return new URL(href.replaceAll("&amp;", "&"), url).href;
}

const inGerman = (browser: Browser, shown: Shown) => browser.go(linkTo("de", shown));

test("a page speaks what the app asks for, then what the browser prefers, then English", async () => {
	await using house = await openHouse();
	const asks = async (uiLocales: string | undefined, acceptLanguage?: string) => {
		const browser = house.browser();
		const headers: Record<string, string> = acceptLanguage === undefined ? {} : { "accept-language": acceptLanguage };
		const { location } = (await browser.send("GET", requestOf(clients.portal, { ui_locales: uiLocales }).url, undefined, headers)).headers;
		return langOf({ html: (await browser.send("GET", String(location), undefined, headers)).body });
	};
	expect(await asks("fr de en", "en")).toBe("de");
	expect(await asks("en", "de")).toBe("en");
	expect(await asks(undefined, "de-AT, en;q=0.5")).toBe("de");
	expect(await asks("fr", "de")).toBe("de");
	expect(await asks(undefined)).toBe("en");
});

test("the footer's link changes the waiting request, and every page that follows keeps its language", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.analytics, { prompt: "select_account" });
	const english = await browser.go(request.url);
	expect([english.page, langOf(english)]).toEqual(["login", "en"]);

	const answer = await browser.send("GET", linkTo("de", english));
	expect(answer.statusCode).toBe(303);
	expect(answer.headers.location).toMatch(/^\/login\?continue=[\w-]+$/);
	const login = await inGerman(browser, english);
	expect([login.page, langOf(login)]).toEqual(["login", "de"]);
	expect(login.html).toContain("Passwort");

	const refused = await browser.signIn(login, "alice", "wrong");
	expect([refused.status, refused.page, langOf(refused)]).toEqual([400, "login", "de"]);
	expect(refused.text("login-error")).toContain("Das passt nicht zusammen.");
	expect(langOf(await browser.go(linkTo("en", refused)))).toBe("en");

	let shown = await browser.signIn(refused, "alice", "correct horse battery staple");
	if (shown.page === "select-account") {
		expect(langOf(shown)).toBe("de");
		shown = await browser.click(shown, "account-1");
	}
	expect([shown.page, langOf(shown)]).toEqual(["consent", "de"]);
	const allowed = await browser.click(shown, "consent-allow");
	expect(codeOf(allowed)).toMatch(/^[\w-]+$/);
	expect(allowed.url.searchParams.get("state")).toBe(request.fields["state"]);
});

test("what was settled stays settled: changing the language on the consent page asks for no second sign-in", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.analytics, { prompt: "login", max_age: "0" });
	const consent = await authorize(browser, request);
	expect([consent.page, langOf(consent)]).toEqual(["consent", "en"]);
	const changed = await inGerman(browser, consent);
	expect([changed.page, langOf(changed)]).toEqual(["consent", "de"]);
	const back = await browser.go(linkTo("en", changed));
	expect([back.page, langOf(back)]).toEqual(["consent", "en"]);
	expect(codeOf(await browser.click(back, "consent-allow"))).toMatch(/^[\w-]+$/);
});

describe("PG-01 the link gives nobody more than the page itself", () => {
	test("another browser is started again, in the language that it chose", async () => {
		await using house = await openHouse();
		const shown = await house.browser().go(requestOf(clients.portal).url);
		const other = house.browser();
		const answer = await other.send("GET", linkTo("de", shown));
		expect(answer.statusCode).toBe(303);
		expect(answer.headers.location).toMatch(/^\/authorize\?continue=/);
		const restarted = await other.go(linkTo("de", shown));
		expect([restarted.page, langOf(restarted)]).toEqual(["login", "de"]);
	});

	test("a request grows no younger by it: after its hour it starts again", async () => {
		await using house = await openHouse();
		const browser = house.browser();
		const consent = await authorize(browser, requestOf(clients.analytics, { prompt: "login" }));
		house.wait(hour - 60_000);
		const changed = await inGerman(browser, consent);
		expect(changed.page).toBe("consent");
		house.wait(120_000);
		const late = await browser.send("GET", changed.url.href);
		expect(late.headers.location).toMatch(/^\/authorize\?continue=/);
		const restarted = await browser.go(linkTo("en", changed));
		expect([restarted.page, langOf(restarted)]).toEqual(["login", "en"]);
	});

	test("a language that is not spoken, or a text that is none, changes nothing", async () => {
		await using house = await openHouse();
		const browser = house.browser();
		const shown = await browser.go(requestOf(clients.portal, { ui_locales: "de" }).url);
		for (const odd of ["fr", "de en", "DE", "%3Cscript%3E", "en%0d%0aset-cookie:a=b"]) {
			const answer = await browser.send("GET", `${shown.url.href}&ui_locales=${odd}`);
			expect([answer.statusCode, langOf({ html: answer.body })], odd).toEqual([200, "de"]);
		}
	});

	test("a request as long as it may be keeps the language it came with", async () => {
		await using house = await openHouse();
		const browser = house.browser();
		const { url } = requestOf(clients.portal);
		const full = `${url}&padding=${"a".repeat(8_192 - "&padding=".length - new URL(url).search.slice(1).length)}`;
		const shown = await browser.go(full);
		expect(shown.page).toBe("login");
		const same = await inGerman(browser, shown);
		expect([same.page, langOf(same)]).toEqual(["login", "en"]);
	});
});

test("an error page speaks the language of its request, also after a POST", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const unknown = await browser.go(`${issuer}/authorize?client_id=nobody&ui_locales=de`);
	expect([unknown.page, langOf(unknown)]).toEqual(["error", "de"]);
	expect(langOf(await browser.go(linkTo("en", unknown)))).toBe("en");
	expect((await browser.go(linkTo("en", unknown))).text("error-code")).toBe(unknown.text("error-code"));

	const login = await browser.go(requestOf(clients.portal, { ui_locales: "de" }).url);
	const foreign = await browser.click(login, "login-submit", {}, { "sec-fetch-site": "cross-site" });
	expect([foreign.status, foreign.page, langOf(foreign)]).toEqual([403, "error", "de"]);
	expect(foreign.html).not.toContain("hreflang");

	const accept = { accept: "text/html", "accept-language": "de" };
	const nowhere = await house.request({ url: "/nothing-here", headers: accept });
	expect([nowhere.statusCode, langOf({ html: nowhere.body })]).toEqual([404, "de"]);
	const broken = await house.request({ url: "/login?continue=%zz&ui_locales=de", headers: accept });
	expect([broken.statusCode, langOf({ html: broken.body })]).toEqual([400, "de"]);
});

test("PG-03 the link of an error page leads to its own address, whatever that looks like", async () => {
	await using house = await openHouse();
	for (const url of ["//evil.example/x?a=b", "/nothing//evil.example?a=%22%3E%3Cscript%3E", '/x?a="><script>alert(1)</script>']) {
		const { body } = await house.request({ url, headers: { accept: "text/html" } });
		const [, href = ""] = /<a href="([^"]*)" lang="de"/.exec(body) ?? [];
		expect(href).toBe("?ui_locales=de");
		expect(body).not.toContain("<script>alert");
	}
});

test("signing out keeps its language to the end (RP-Initiated Logout §2)", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const asked = await browser.go(`${issuer}/end-session?ui_locales=de`);
	expect([asked.page, langOf(asked)]).toEqual(["logout", "de"]);
	const english = await browser.go(linkTo("en", asked));
	expect([english.page, langOf(english)]).toEqual(["logout", "en"]);
	const german = await inGerman(browser, english);
	const stayed = await browser.click(german, "logout-cancel");
	expect([stayed.url.pathname, langOf(stayed)]).toEqual(["/signed-out", "de"]);
	const out = await browser.click(await browser.go(`${issuer}/end-session?ui_locales=de`), "logout-confirm");
	expect([out.page, langOf(out)]).toEqual(["signed-out", "de"]);
	expect(langOf(await browser.go(linkTo("en", out)))).toBe("en");
});

test("a response by form post speaks the request's language, and has no link away from it", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const shown = await browser.go(requestOf(clients.portal, { response_mode: "form_post", ui_locales: "de" }).url);
	expect([shown.page, langOf(shown)]).toEqual(["form-post", "de"]);
	expect(shown.html).not.toContain("hreflang");
});
