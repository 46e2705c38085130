import type { Issuer } from "@gatehouse/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { fakePages } from "../../../test/bff/fake-page.ts";
import { app, crm, orders, shop, shopIssuer } from "../../../test/bff/house.ts";
import type { AuthError } from "../auth-error.ts";
import { createAuth } from "../create-auth.ts";

let issuer: Issuer;
beforeAll(async () => {
	issuer = await shopIssuer();
});
afterEach(() => {
	issuer.mend();
	issuer.clock.reset();
	vi.useRealTimers();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});
afterAll(() => issuer.stop());

const codeOf = (promise: Promise<unknown>) =>
	promise.then(
		() => "fulfilled",
		(error: AuthError) => (error.name === "AuthError" ? error.code : error.name),
	);

/** A browser of Alice's with the app open. */
async function signedIn() {
	const house = shop(issuer);
	const browser = house.browser();
	await browser.signIn();
	const pages = fakePages(browser);
	const page = pages.open();
	await page.auth.ready();
	return { ...house, browser, pages, page };
}

describe("a page of a back end", () => {
	test("signs in by a navigation to it, and is there again with a session and no token", async () => {
		const browser = shop(issuer).browser();
		const pages = fakePages(browser);
		const page = pages.open("/orders?page=2#row-7");
		expect(page.auth.status).toBe("loading");
		expect(await page.auth.ready()).toEqual({ status: "signed-out" });
		const path = await page.leaves(() => page.auth.signIn({ loginHint: "alice", acrValues: ["a", "b"], maxAge: 300 }));
		expect(path).toBe("/auth/sign-in?returnTo=%2Forders%3Fpage%3D2%23row-7&loginHint=alice&acrValues=a+b&maxAge=300");
		await browser.signIn();

		const { auth, heard } = pages.open();
		const states = await Promise.all([auth.ready(), auth.ready(), auth.ready()]);
		expect(new Set(states).size).toBe(1);
		expect(states[0]).toMatchObject({ status: "signed-in", session: { user: { name: "Alice Example" } } });
		expect(Object.isFrozen(auth.session?.user)).toBe(true);
		expect(heard).toEqual(["signed-in"]);
		await expect(auth.token({ resource: orders })).rejects.toMatchObject({
			code: "invalid_option",
			message: "createAuth({ bff }) gives the page no token: call the API with auth.fetch().",
		});
	});

	test("calls an API by its own address, by the path of the app, or by a Request; never another host", async () => {
		const { page, seen, pages } = await signedIn();
		const { auth } = page;
		for (const to of [`${orders}/1041?x=1`, new URL(`${orders}/1041?x=1`), "/api/orders/1041?x=1", new Request(`${orders}/1041?x=1`)])
			expect((await auth.fetch(to)).status).toBe(200);
		await auth.fetch(`${orders}/new`, { method: "POST", body: "{}", headers: { "content-length": "2" } });
		await auth.fetch(`${crm}/7`);
		expect(seen.map(({ url }) => new URL(url).pathname)).toEqual(["/1041", "/1041", "/1041", "/1041", "/new", "/v3/7"]);
		const before = pages.calls.length;
		for (const foreign of ["https://evil.test/", "https://orders.acme.test.evil.test/", "http://orders.acme.test/"])
			expect(await codeOf(auth.fetch(foreign))).toBe("route_not_allowed");
		expect(pages.calls.length).toBe(before);
	});

	test("that nobody is signed in at calls nothing", async () => {
		const pages = fakePages(shop(issuer).browser());
		const { auth } = pages.open();
		expect(await codeOf(auth.fetch(`${orders}/1`))).toBe("not_signed_in");
		expect(pages.calls).toEqual(["/auth/session"]);
	});

	test("rule 5: learns from a call that its session has ended, and why", async () => {
		const { page } = await signedIn();
		await issuer.endSessions("alice");
		expect(await codeOf(page.auth.fetch(`${orders}/1`))).toBe("session_expired");
		expect(page.auth.state).toMatchObject({ status: "signed-out", reason: "expired", error: { code: "session_expired" } });
		expect(page.heard).toEqual(["signed-in", "expired", "signed-out"]);
	});

	test("learns from a call that somebody has signed out elsewhere", async () => {
		const { page, browser } = await signedIn();
		await browser.call("/auth/sign-out", { method: "POST", body: new URLSearchParams() });
		expect(await codeOf(page.auth.fetch(`${orders}/1`))).toBe("not_signed_in");
		expect(page.auth.state).toMatchObject({ status: "signed-out", reason: "expired" });
	});

	test("hears that the person declined", async () => {
		const browser = shop(issuer).browser();
		const there = new URL((await browser.visit("/auth/sign-in?prompt=consent")).headers.get("location")!);
		const answer = { error: "access_denied", state: there.searchParams.get("state")!, iss: issuer.url };
		await browser.visit(`/auth/callback?${new URLSearchParams(answer)}`, "cross-site");
		const { auth } = fakePages(browser).open();
		expect(await auth.ready()).toMatchObject({ status: "signed-out", reason: "access_denied", error: { code: "access_denied" } });
	});
});

describe("a back end that cannot be reached", () => {
	test.each<[string, () => Partial<ReturnType<typeof fakePages>["network"]>]>([
		["no network", () => ({ down: true })],
		["a proxy's page", () => ({ instead: () => new Response("<h1>Welcome to our Wi-Fi</h1>") })],
		["an error of its own", () => ({ instead: () => new Response("Bad Gateway", { status: 502 }) })],
	])("%s: is `unreachable`, never `signed-out`, with the session that was known, and heals by itself", async (_, trouble) => {
		const { page, pages } = await signedIn();
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		Object.assign(pages.network, trouble());
		page.tell("pageshow", { persisted: true });
		await vi.waitFor(() => expect(page.auth.status).toBe("unreachable"));
		expect(page.auth.session?.user.name).toBe("Alice Example");
		pages.network.down = false;
		delete pages.network.instead;
		await vi.advanceTimersByTimeAsync(2000);
		vi.useRealTimers();
		await vi.waitFor(() => expect(page.auth.status).toBe("signed-in"));
	});

	test("404 says what is missing: its routes in the server, or the right path in the page", async () => {
		const pages = fakePages(shop(issuer).browser());
		pages.network.instead = () => new Response("Cannot GET /auth/session", { status: 404 });
		const { auth } = pages.open();
		const { error } = await auth.ready();
		expect(error).toMatchObject({
			code: "issuer_unreachable",
			message: expect.stringMatching(/\(404 from \S*\/auth\/session: is bff\.express\(\) in the server/),
		});
		delete pages.network.instead;
		await vi.waitFor(async () => expect((await auth.ready()).status).toBe("signed-out"));
	});

	test("at the first look: no session is known, and `ready()` tries again; a sign-in does not lead to an error page", async () => {
		const pages = fakePages(shop(issuer).browser());
		pages.network.down = true;
		const { auth, went } = pages.open();
		expect(await auth.ready()).toMatchObject({ status: "unreachable", error: { code: "issuer_unreachable" } });
		expect(await codeOf(auth.signIn())).toBe("issuer_unreachable");
		expect(await codeOf(auth.signOut())).toBe("issuer_unreachable");
		expect(await codeOf(auth.fetch(`${orders}/1`))).toBe("issuer_unreachable");
		expect(went).toEqual([]);
		pages.network.down = false;
		expect(await auth.ready()).toEqual({ status: "signed-out" });
	});

	test("an issuer that is away is told by the call that needs it; an API that is away is its own matter", async () => {
		const { page, pages } = await signedIn();
		issuer.offline();
		expect(await codeOf(page.auth.fetch(`${orders}/1`))).toBe("issuer_unreachable");
		expect(page.auth.state).toMatchObject({ status: "unreachable", session: { user: { name: "Alice Example" } } });
		issuer.online();
		expect((await page.auth.fetch(`${orders}/1`)).status).toBe(200);
		expect(page.auth.status).toBe("signed-in");
		pages.network.instead = () => Response.json({}, { status: 502, headers: { "gatehouse-error": "upstream_unreachable" } });
		expect(await codeOf(page.auth.fetch(`${orders}/1`))).toBe("upstream_unreachable");
		expect(page.auth.status).toBe("signed-in");
	});

	test("a call that the app itself breaks off says nothing about it", async () => {
		const { page } = await signedIn();
		expect(await codeOf(page.auth.fetch(`${orders}/1`, { signal: AbortSignal.abort() }))).toBe("AbortError");
		expect(page.auth.status).toBe("signed-in");
	});
});

describe("several tabs, one session", () => {
	test("signing out in one signs out all, and leads to the issuer", async () => {
		const { page, pages } = await signedIn();
		const other = pages.open();
		await other.auth.ready();
		expect(await other.leaves(() => other.auth.signOut())).toBe("/auth/signed-out");
		await vi.waitFor(() => expect(page.auth.status).toBe("signed-out"));
		expect([other.auth.state, other.heard]).toEqual([{ status: "signed-out", reason: "signed_out" }, ["signed-in", "signed-out"]]);
	});

	test("signing out of this app alone stays on the page", async () => {
		const { page, browser } = await signedIn();
		await page.auth.signOut({ everywhere: false });
		expect([page.went, (await browser.session()).session]).toEqual([[], undefined]);
	});

	test("signing in as somebody else in one is signing out and in in the others", async () => {
		const { page, pages, browser } = await signedIn();
		const other = pages.open();
		await other.auth.ready();
		await other.leaves(() => other.auth.signIn({ prompt: "login" }));
		await browser.signIn("bob", "/auth/sign-in?prompt=login");
		const back = pages.open();
		back.stored.set("gatehouse:/auth", other.stored.get("gatehouse:/auth")!);
		await back.auth.ready();
		await vi.waitFor(() => expect(page.auth.session?.user.sub).toBe(issuer.person("bob").sub));
		expect(page.heard).toEqual(["signed-in", "signed-out", "signed-in"]);
	});

	test("a page from the back-forward cache looks again; what it waited for goes on", async () => {
		const { page, browser } = await signedIn();
		const leaving = page.auth.signIn();
		await vi.waitFor(() => expect(page.went).toHaveLength(1));
		await browser.call("/auth/sign-out", { method: "POST", body: new URLSearchParams() });
		page.tell("pagehide");
		page.tell("pageshow", { persisted: true });
		await leaving;
		await vi.waitFor(() => expect(page.auth.status).toBe("signed-out"));
	});
});

describe("options", () => {
	test.each([
		[{ bff: "auth" }, 'createAuth() option `bff`: a path such as /auth is expected, not "auth".'],
		[{ bff: "/auth/" }, "a path such as /auth is expected"],
		[{ bff: "https://evil.test/auth" }, "a path such as /auth is expected"],
		[{ bff: "//evil.test" }, "a path such as /auth is expected"],
		[{ bff: "/auth", issuer: "https://auth.acme.test" }, "createAuth() has no option `issuer`. It takes bff."],
	])("%j is refused at once", (options, message) => {
		expect(() => createAuth(options as never)).toThrow(message);
	});

	test.each(["https://evil.test/", "//evil.test", "javascript:alert(1)", `http://${new URL(app).host}/`])(
		"`returnTo` %j is no path of this app",
		async (returnTo) => {
			const { page } = await signedIn();
			expect(await codeOf(page.auth.signIn({ returnTo }))).toBe("invalid_option");
			expect(await codeOf(page.auth.signIn({ promt: "login" } as never))).toBe("invalid_option");
			expect(page.went).toEqual([]);
		},
	);

	test("on a server there is no window, and nothing is asked", async () => {
		expect(await createAuth({ bff: "/auth" }).ready()).toEqual({ status: "loading" });
	});
});
