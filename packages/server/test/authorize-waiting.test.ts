import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, type Shown } from "./browser.ts";
import { authorize, codeOf, redeem, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";

const minute = 60_000;
const hour = 60 * minute;
const pages = ["/login", "/select-account", "/consent", "/continue"];

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

/** The sealed request in the address of a page, or of a redirect. */
function sealOf(at: Shown | { readonly headers: { readonly location?: string } }): string {
	const address = "url" in at && at.url.searchParams.has("continue") ? at.url : new URL(String(at.headers["location"]), issuer);
	return address.searchParams.get("continue") ?? "";
}

const authorizeWith = (seal: string) => `${issuer}/authorize?continue=${seal}`;

describe("TK-19 a sealed value serves its own purpose, its own issuer and its own key", () => {
	test("TK-19 a code, an answer and a form's proof are no request to continue; a request is no code", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal);
		const login = await browser.go(request.url);
		const waiting = sealOf(login);
		const { form = "" } = browser.hidden(login);
		const answer = await browser.send("POST", "/login", { ...browser.hidden(login), username: "alice", password });
		const answered = sealOf({ headers: { location: answer.headers.location ?? "" } });
		const posted = await browser.send("POST", `${issuer}/authorize`, request.fields);
		const post = sealOf({ headers: { location: posted.headers.location ?? "" } });
		const ended = await browser.send("POST", `${issuer}/end-session`, request.fields);
		const endSession = sealOf({ headers: { location: ended.headers.location ?? "" } });
		const code = codeOf(await browser.go(answer.headers.location ?? ""));
		const session = browser.cookies.get("__Host-gatehouse") ?? "";
		const before = await storeState(house);

		for (const value of [code, form, session, endSession]) expectErrorPage(await browser.go(authorizeWith(value)));
		for (const value of [code, form, session, endSession, answered, post])
			for (const page of pages) expectErrorPage(await browser.go(`${issuer}${page}?continue=${value}`));
		for (const value of [waiting, answered, post, endSession, form, session]) {
			const token = await redeem(house, request, value);
			expect({ status: token.statusCode, error: token.json().error }).toEqual({ status: 400, error: "invalid_grant" });
		}
		for (const value of [waiting, answered, post, code]) {
			const own = { continue: waiting, form: value, username: "alice", password };
			const restarted = await browser.send("POST", "/login", own);
			expect(restarted.headers.location).toMatch(/^\/authorize\?continue=/);
			const foreign = await browser.send("POST", "/login", { ...own, continue: value === waiting ? code : value });
			expect(foreign.statusCode).toBe(403);
		}
		expect(await storeState(house)).toEqual(before);

		const token = await redeem(house, request, code);
		expect(token.statusCode, token.body).toBe(200);
	});

	test("TK-19 the form of one page is not the form of another", async () => {
		const { browser } = await signedIn(house, clients.portal);
		const select = await browser.go(requestOf(clients.analytics, { prompt: "select_account consent", scope: "openid email" }).url);
		const login = await browser.go(requestOf(clients.portal, { prompt: "login" }).url);
		const request = requestOf(clients.analytics, { prompt: "consent", scope: "openid email" });
		const consent = await browser.go(request.url);
		expect([select.page, login.page, consent.page]).toEqual(["select-account", "login", "consent"]);
		const before = await storeState(house);
		const { form } = browser.hidden(select);
		for (const [path, shown] of [
			["/login", login],
			["/consent", consent],
		] as const) {
			const fields = { ...browser.hidden(shown), form, username: "alice", password, answer: "allow", scope: "email" };
			const answer = await browser.send("POST", path, fields);
			expect(answer.statusCode).toBe(303);
			expect(answer.headers.location).toMatch(/^\/authorize\?continue=/);
		}
		expect(await storeState(house)).toEqual(before);
		expectCode(await browser.click(consent, "consent-allow"), request);
	});

	test("TK-19 another issuer with the same key, and the same issuer with another key, know nothing of it", async () => {
		const key = Buffer.alloc(32, 7).toString("base64url");
		const older = Buffer.alloc(32, 8).toString("base64url");
		await using one = await openHouse({ file: { masterKey: key } });
		await using otherIssuer = await openHouse({ file: { masterKey: key, issuer: "https://auth.other.test" } });
		await using otherKey = await openHouse({ file: { masterKey: older } });
		await using listed = await openHouse({ file: { masterKey: [older, key] } });
		const request = requestOf(clients.portal);
		const location = (await one.request({ url: request.url.slice(issuer.length) })).headers.location ?? "";
		const restart = `/authorize?continue=${new URL(location, issuer).searchParams.get("continue")}`;
		const statuses = [];
		for (const elsewhere of [otherIssuer, otherKey, listed, one]) {
			const before = await storeState(elsewhere);
			const page = await elsewhere.request({ url: location });
			const answer = await elsewhere.request({ url: restart });
			statuses.push([page.statusCode, answer.statusCode]);
			expect(await storeState(elsewhere)).toEqual(before);
		}
		expect(statuses).toEqual([
			[400, 400],
			[400, 400],
			[303, 303],
			[303, 303],
		]);
	});

	test.each([
		["cut", (seal: string) => seal.slice(0, -1)],
		["longer", (seal: string) => `${seal}A`],
		["padded", (seal: string) => `${seal}=`],
		["with a blank", (seal: string) => `${seal.slice(0, 20)}%20${seal.slice(20)}`],
		["with a line break", (seal: string) => `${seal}%0A`],
		["in the other alphabet", (seal: string) => seal.replaceAll("-", "%2B").replaceAll("_", "/").concat("/")],
		["with a letter changed", (seal: string) => seal.slice(0, 60) + (seal[60] === "A" ? "B" : "A") + seal.slice(61)],
		["in capitals", (seal: string) => seal.toUpperCase()],
		["empty", () => ""],
		["of 40 KB", () => "A".repeat(40_000)],
	])("TK-19 a seal that is %s is none", async (_what, change) => {
		const browser = house.browser();
		const request = requestOf(clients.portal);
		const shown = await browser.go(request.url);
		const seal = sealOf(shown);
		expectErrorPage(await browser.go(authorizeWith(change(seal))));
		for (const page of pages) expectErrorPage(await browser.go(`${issuer}${page}?continue=${change(seal)}`));
		expectErrorPage(await browser.go(`${issuer}/login`));
		expectCode(await browser.signIn(shown, "alice", password), request);
	});
});

describe("what was settled counts once, here and now", () => {
	/** Signs in anew for `prompt=login`, and answers the address that carries it back. */
	async function settled(browser: Browser, request: { readonly url: string }): Promise<string> {
		const login = await browser.go(request.url);
		const answer = await browser.send("POST", "/login", { ...browser.hidden(login), username: "alice", password });
		return answer.headers.location ?? "";
	}

	test("it counts for two minutes, in which a reload gives another code and no question", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal, { prompt: "login" });
		const back = await settled(browser, request);
		const first = expectCode(await browser.go(back), request);
		house.wait(2 * minute - 1);
		const second = expectCode(await browser.go(back), request);
		expect(second).not.toBe(first);
		house.wait(1);
		const again = await browser.go(back);
		expect(again.page).toBe("login");
		expectCode(await browser.signIn(again, "alice", password), request);
	});

	test("it counts for nobody else: another browser, the same browser signed out, another person in it", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal, { prompt: "login" });
		const back = await settled(browser, request);
		expect((await house.browser().go(back)).page).toBe("login");
		const { browser: stranger } = await signedIn(house, clients.shop, {}, house.browser(), "bob");
		expect((await stranger.go(back)).page).toBe("login");
		// The mark alone is not enough, and neither is the session alone.
		for (const kept of ["__Host-gatehouse-browser", "__Host-gatehouse"]) {
			const half = house.browser();
			half.cookies.set(kept, browser.cookies.get(kept) ?? "");
			expect((await half.go(back)).page, kept).toBe("login");
		}
		await signedIn(house, clients.shop, { prompt: "login" }, browser, "bob");
		expect((await browser.go(back)).page).toBe("login");
	});

	test("the request inside a page's address carries nothing that was settled", async () => {
		const browser = house.browser();
		const request = requestOf(clients.gadget, { prompt: "login consent", scope: "openid email" });
		const consent = await authorize(browser, request);
		expect(consent.page).toBe("consent");
		const again = await browser.go(authorizeWith(sealOf(consent)));
		expect(again.page).toBe("login");
		expectCode(await browser.click(consent, "consent-allow"), request);
	});

	test("a consent page that is read slowly asks for no second sign-in", async () => {
		const browser = house.browser();
		const request = requestOf(clients.gadget, { prompt: "login", max_age: "60", scope: "openid email" });
		const consent = await authorize(browser, request);
		house.wait(59 * minute);
		expectCode(await browser.click(consent, "consent-allow"), request);
	});
});

describe("a stale or doubly opened tab is never a dead end", () => {
	test.each(["login", "select-account", "consent", "continue"])(
		"the page /%s after an hour: its form starts the request again",
		async (name) => {
			const browser = house.browser();
			await signedIn(house, clients.portal, {}, browser);
			const request = {
				login: requestOf(clients.portal, { prompt: "login" }),
				"select-account": requestOf(clients.portal, { prompt: "select_account" }),
				consent: requestOf(clients.gadget, { scope: "openid email" }),
				continue: requestOf(clients.mobile),
			}[name];
			const button = { login: "login-submit", "select-account": "account-1", consent: "consent-allow", continue: "continue-submit" }[name];
			if (!request || button === undefined) throw new Error(name);
			const typed = name === "login" ? { username: "alice", password } : {};
			const shown = await browser.go(request.url);
			expect(shown.page).toBe(name);
			house.wait(hour - 1);
			const late = await browser.go(request.url);
			const before = await storeState(house);
			house.wait(1);
			// Nothing is evaluated or recorded, a reload helps as well, and the fresh page works.
			const again = await browser.click(shown, button, typed);
			expect(again.page).toBe(name);
			const reloaded = await browser.go(shown.url.href);
			expect(reloaded.page).toBe(name);
			expect(reloaded.url.href).not.toBe(shown.url.href);
			expect(await storeState(house)).toEqual(before);
			expectCode(await browser.click(late, button, typed), request);
			expectCode(await browser.click(again, button, typed), request);
		},
	);

	test.each([
		["an app", () => requestOf(clients.portal, { ui_locales: "de" })],
		["the account page", () => undefined],
	])("a sign-in form for %s that comes an hour late is told so, once, and nothing of it is evaluated", async (_whom, make) => {
		await using own = await openHouse();
		const browser = own.browser();
		const request = make();
		const address = request?.url ?? `${issuer}/account?ui_locales=de`;
		const before = await storeState(own);
		const late = await browser.go(address);
		own.wait(hour);
		const told = await browser.signIn(late, "alice", "not the password");
		expect([told.page, told.status]).toEqual(["login", 200]);
		expect(told.text("login-error")).toBe("Diese Seite war veraltet. Ihr Passwort wurde nicht geprüft. Geben Sie es noch einmal ein.");
		expect(await storeState(own)).toEqual(before);
		// What follows says what is the matter then; a new request, and the same page after another hour, say nothing.
		expect((await browser.signIn(told, "alice", "not the password")).text("login-error")).toContain("Das passt nicht zusammen.");
		expect((await browser.go(address)).text("login-error")).toBeUndefined();
		own.wait(hour);
		const reloaded = await browser.go(told.url.href);
		expect([reloaded.page, reloaded.text("login-error")]).toEqual(["login", undefined]);
		const after = await browser.signIn(reloaded, "alice", password);
		if (request) expectCode(after, request);
		else expect(after.page).toBe("account");
	});

	test("a page that was left open until the day after tomorrow says to start again from the app", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal);
		const shown = await browser.go(request.url);
		house.wait(23 * hour);
		const nextDay = await browser.go(shown.url.href);
		expect(nextDay.page).toBe("login");
		house.wait(48 * hour);
		expectErrorPage(await browser.go(shown.url.href));
		expectErrorPage(await browser.signIn(shown, "alice", password), "forbidden", 403);
		expectCode(await authorize(browser, request), request);
	});

	test("age counts as no restart: a tab that was stale twice, then overtaken by another, goes on too", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal);
		let shown = await browser.go(request.url);
		for (let time = 0; time < 2; time++) {
			house.wait(hour);
			shown = await browser.signIn(shown, "alice", password);
			expect(shown.page).toBe("login");
		}
		await signedIn(house, clients.shop, {}, browser);
		expectCode(await browser.signIn(shown, "alice", password), request);
	});

	test("signed in in one tab, every other tab goes on without asking, by reload and by its form", async () => {
		const browser = house.browser();
		const requests = [requestOf(clients.portal), requestOf(clients.shop), requestOf(clients.legacy)] as const;
		const [one, two, three] = [await browser.go(requests[0].url), await browser.go(requests[1].url), await browser.go(requests[2].url)];
		expectCode(await browser.signIn(one, "alice", password), requests[0]);
		expectCode(await browser.go(two.url.href), requests[1]);
		expectCode(await browser.signIn(three, "nobody", "whatever was typed"), requests[2]);
		// Back and once more: the first form is stale too.
		expectCode(await browser.signIn(one, "alice", password), requests[0]);
	});

	test("signed out in one tab, the others ask for sign-in", async () => {
		const browser = house.browser();
		await signedIn(house, clients.portal, {}, browser);
		const request = requestOf(clients.gadget, { scope: "openid email" });
		const consent = await browser.go(request.url);
		browser.cookies.delete("__Host-gatehouse");
		for (const shown of [await browser.go(consent.url.href), await browser.click(consent, "consent-allow")]) {
			expect(shown.page).toBe("login");
			const after = await browser.signIn(shown, "alice", password);
			if (after.page === "consent") expectCode(await browser.click(after, "consent-allow"), request);
			browser.cookies.delete("__Host-gatehouse");
		}
	});

	test("the client is switched off, or its redirect URI taken away, while the page is open", async () => {
		await using own = await openHouse();
		const { store } = own.gatehouse.ground;
		const row = (await store.clients.all()).find(({ id }) => id === "gadget");
		if (!row) throw new Error("it is declared");
		const browser = own.browser();
		const request = requestOf(clients.gadget, { scope: "openid email" });
		const consent = await authorize(browser, request);
		const before = await storeState(own);
		for (const changed of [
			{ ...row, held: true },
			{ ...row, metadata: { ...row.metadata, redirect_uris: ["https://gadget.test/other"] } },
		]) {
			await store.clients.put({ ...changed, updatedAt: row.updatedAt }, []);
			await own.gatehouse.refresh();
			expectErrorPage(await browser.click(consent, "consent-allow"));
			expectErrorPage(await browser.go(consent.url.href));
		}
		await store.clients.put({ ...row, metadata: { ...row.metadata, scope: "openid" } }, []);
		await own.gatehouse.refresh();
		expectRefusal(await browser.click(consent, "consent-allow"), request, "invalid_scope");
		await store.clients.put(row, []);
		await own.gatehouse.refresh();
		expect(await storeState(own)).toEqual(before);
		expectCode(await browser.click(consent, "consent-allow"), request);
	});
});

describe("a browser that loses its mark is started again once, then told why", () => {
	/** A browser that keeps none of the cookies whose names are given. */
	class Forgetful extends Browser {
		readonly forgotten: readonly string[];
		constructor(forgotten: readonly string[]) {
			super(house.app, issuer);
			this.forgotten = forgotten;
		}
		override async send(...args: Parameters<Browser["send"]>): ReturnType<Browser["send"]> {
			const answer = await super.send(...args);
			for (const name of this.forgotten) this.cookies.delete(name);
			return answer;
		}
	}

	test("cookies off: one restart, then a page that says so", async () => {
		const browser = new Forgetful(["__Host-gatehouse-browser", "__Host-gatehouse", "__Host-gatehouse-device"]);
		const shown = await browser.go(requestOf(clients.portal).url);
		expectErrorPage(shown, "cookies_off");
		expect(shown.text("error-text")).toMatch(/Allow cookies for Company/);
		expect(shown.url.pathname).toBe("/login");
		const posted = await browser.send("POST", `${issuer}/authorize`, requestOf(clients.portal).fields);
		expectErrorPage(await browser.go(posted.headers.location ?? ""), "cookies_off");
		// What needs no page is answered all the same.
		const silent = requestOf(clients.portal, { prompt: "none" });
		expectRefusal(await browser.go(silent.url), silent, "login_required");
	});

	test("a mark that was lost on the way: started again, and it works", async () => {
		const browser = house.browser();
		const request = requestOf(clients.portal);
		const shown = await browser.go(request.url);
		browser.cookies.clear();
		const again = await browser.go(shown.url.href);
		expect(again.page).toBe("login");
		expectCode(await browser.signIn(again, "alice", password), request);
	});

	test("a link to our page that was sent to somebody else works for them as a new request", async () => {
		const request = requestOf(clients.portal);
		const shown = await house.browser().go(request.url);
		const other = house.browser();
		const theirs = await other.go(shown.url.href);
		expect(theirs.page).toBe("login");
		expectCode(await other.signIn(theirs, "bob", password), request);
	});

	test("a form without its mark: started again once with nothing evaluated, the second time 403", async () => {
		const browser = house.browser();
		const shown = await browser.go(requestOf(clients.portal).url);
		const before = await storeState(house);
		browser.cookies.clear();
		const answer = await browser.send("POST", "/login", { ...browser.hidden(shown), username: "alice", password });
		expect(answer.headers.location).toMatch(/^\/authorize\?continue=/);
		const again = await browser.go(answer.headers.location ?? "");
		browser.cookies.clear();
		const second = await browser.signIn(again, "alice", password);
		expectErrorPage(second, "forbidden", 403);
		expect(await storeState(house)).toEqual(before);
		const request = requestOf(clients.portal);
		expectCode(await authorize(browser, request), request);
	});

	test("a mark that no server gave is replaced", async () => {
		for (const mark of ["", "x", "A".repeat(23), `${"A".repeat(21)}!`, "A".repeat(4000)]) {
			const browser = house.browser();
			browser.cookies.set("__Host-gatehouse-browser", mark);
			const request = requestOf(clients.portal);
			expectCode(await authorize(browser, request), request);
			expect(browser.cookies.get("__Host-gatehouse-browser")).toMatch(/^[\w-]{22}$/);
		}
	});
});
