import { expect as atOnce, type BrowserContext, type Page, test } from "@playwright/test";
import type { Auth } from "../../packages/sdk/src/spa/index.ts";
import { alice, openSpaHouse, type SpaHouse } from "../spa-house.ts";

test.describe.configure({ timeout: 60_000 });
const expect = atOnce.configure({ timeout: 20_000 });

declare const auth: Auth;
declare const log: string[];

let house: SpaHouse;
test.beforeAll(async () => {
	house = await openSpaHouse();
});
test.afterAll(() => house[Symbol.asyncDispose]());

const status = (page: Page) => expect.poll(() => page.evaluate(() => auth.status).catch(() => "away"));

async function typePassword(page: Page): Promise<void> {
	await page.locator("#username").fill(alice.username);
	await page.locator("#password").fill(alice.password);
	await page.locator("#login-submit").click();
}

/** Opens the app at an address of it and signs in there. */
async function signIn(context: BrowserContext, path = "/"): Promise<Page> {
	const page = await context.newPage();
	await page.goto(house.app + path);
	await status(page).toBe("signed-out");
	await page.evaluate(() => void auth.signIn());
	await typePassword(page);
	await status(page).toBe("signed-in");
	return page;
}

/** What was sent to the token endpoint from now on, by any of the page and its workers. */
function tokenRequests(page: Page): URLSearchParams[] {
	const seen: URLSearchParams[] = [];
	page.on("request", (request) => {
		if (request.url() === `${house.issuer}/token` && request.method() === "POST") seen.push(new URLSearchParams(request.postData() ?? ""));
	});
	return seen;
}

test("J1: Alice signs in, comes back to where she was, and calls both APIs, each with a token of its own", async ({ context }) => {
	const page = await context.newPage();
	const sent = tokenRequests(page);
	const asked: URL[] = [];
	page.on("request", (request) => request.url().startsWith(`${house.issuer}/authorize?`) && asked.push(new URL(request.url())));
	await page.goto(`${house.app}/list?page=2#row-7`);
	await status(page).toBe("signed-out");
	await page.evaluate(() => void auth.signIn());
	await typePassword(page);
	await expect(page.locator("body")).toHaveText(alice.name);
	expect(page.url()).toBe(`${house.app}/list?page=2#row-7`);
	expect(await page.evaluate(() => auth.session?.user)).toMatchObject({
		name: alice.name,
		email: "alice@company.example",
		emailVerified: true,
	});
	expect(asked[0]?.searchParams.get("code_challenge_method")).toBe("S256");
	expect(page.workers()).toHaveLength(1);

	const answers = await page.evaluate(
		(urls) => Promise.all(urls.map(async (url) => (await auth.fetch(url)).json())),
		[`${house.crm}/customers`, `${house.orders}/orders`, `${house.crm}/customers`],
	);
	expect(answers.map(({ resource }) => resource)).toEqual([house.crm, house.orders, house.crm]);
	expect(sent.map((form) => [form.get("grant_type"), form.get("resource")])).toEqual([
		["authorization_code", house.issuer],
		["refresh_token", house.crm],
		["refresh_token", house.orders],
	]);
});

test("a reload regains the session by a redirect that shows nothing, at the same address, with the router's notes and no longer history", async ({
	context,
}) => {
	const page = await signIn(context, "/list?page=2#row-7");
	await page.evaluate(() => history.replaceState({ position: 3, scroll: { top: 120 } }, ""));
	const before = await page.evaluate(() => history.length);
	const sent = tokenRequests(page);
	await page.reload();
	await status(page).toBe("signed-in");
	expect(page.url()).toBe(`${house.app}/list?page=2#row-7`);
	expect(await page.evaluate(() => [history.length, history.state])).toEqual([before, { position: 3, scroll: { top: 120 } }]);
	expect(sent).toHaveLength(1);

	// Nobody who was never signed in here is sent away.
	const asked: string[] = [];
	const other = await (await context.browser()!.newContext()).newPage();
	other.on("request", (request) => asked.push(new URL(request.url()).origin));
	await other.goto(house.app);
	await status(other).toBe("signed-out");
	expect(asked.filter((origin) => origin === house.issuer)).toEqual([]);
	await other.context().close();
});

test("RP-02: an answer that was redeemed, or was meant for another browser, is never sent to the issuer; the same person goes on", async ({
	context,
}) => {
	const page = await context.newPage();
	const callbacks: string[] = [];
	page.on("request", (request) => request.url().startsWith(`${house.app}/callback?`) && callbacks.push(request.url()));
	await page.goto(`${house.app}/basket`);
	await page.evaluate(() => void auth.signIn());
	await typePassword(page);
	await status(page).toBe("signed-in");
	const sent = tokenRequests(page);
	const code = new URL(callbacks[0]!).searchParams.get("code");

	await page.goto(callbacks[0]!);
	await status(page).toBe("signed-in");
	expect(page.url()).toBe(`${house.app}/basket`);
	expect(sent.map((form) => form.get("code"))).toHaveLength(1);
	expect(sent.map((form) => form.get("code"))).not.toContain(code);

	const stranger = await (await context.browser()!.newContext()).newPage();
	const sentByStranger = tokenRequests(stranger);
	await stranger.goto(callbacks[0]!);
	await status(stranger).toBe("signed-out");
	expect(stranger.url()).toBe(`${house.app}/`);
	expect(await stranger.evaluate(() => auth.state)).toEqual({ status: "signed-out", reason: "login_required" });
	expect(sentByStranger).toEqual([]);
	await stranger.context().close();
});

test("J7: a lost answer and two tabs sign nobody out; a replayed token ends its family, and the next sign-in asks nothing", async ({
	context,
}) => {
	const page = await signIn(context);
	const second = await context.newPage();
	await second.goto(house.app);
	await status(second).toBe("signed-in");

	const refreshed: string[] = [];
	let lose = 1;
	await page.route(`${house.issuer}/token`, async (route) => {
		const body = route.request().postData();
		const headers = { origin: house.app, "content-type": "application/x-www-form-urlencoded" };
		const answer = await fetch(route.request().url(), { method: "POST", headers, body });
		const text = await answer.text();
		refreshed.push(JSON.parse(text).refresh_token);
		if (lose-- > 0) await route.abort();
		else await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: text });
	});
	const fresh = (tab: Page) =>
		tab.evaluate(
			(resource) =>
				auth.token({ resource, minTtl: 3600 }).then(
					({ scope }) => scope.join(" "),
					(error) => error.code,
				),
			house.crm,
		);
	expect(await fresh(page)).toBe("crm.read");
	// The issuer answered twice with the same successor.
	expect(refreshed).toHaveLength(2);
	expect(refreshed[0]).toBe(refreshed[1]);
	for (const tab of [second, page, second, page]) expect(await fresh(tab)).toBe("crm.read");

	const replay = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshed[0]!, client_id: "shop" });
	await fresh(page);
	expect((await fetch(`${house.issuer}/token`, { method: "POST", body: replay })).status).toBe(400);
	expect(await fresh(page)).toBe("session_expired");
	expect(await page.evaluate(() => [auth.status, ...log])).toEqual([
		"signed-out",
		"signed-in",
		"(signed-in)",
		"signed-out",
		"(expired)",
		"(signed-out)",
	]);
	expect(await fresh(second)).toBe("crm.read");
	await page.unroute(`${house.issuer}/token`);
	await page.evaluate(() => void auth.signIn());
	await status(page).toBe("signed-in");
});

test("I24: a tab that the system stops in mid-refresh holds no other up, and goes on when it is woken", async ({ context }) => {
	const stopped = await signIn(context);
	const other = await context.newPage();
	await other.goto(house.app);
	await status(other).toBe("signed-in");
	const fresh = (tab: Page) =>
		tab.evaluate((resource) => auth.token({ resource, minTtl: 3600 }).then(({ scope }) => scope.join(" ")), house.crm);

	const asked = Promise.withResolvers<void>();
	const answer = Promise.withResolvers<void>();
	await stopped.route(`${house.issuer}/token`, async (route) => {
		asked.resolve();
		await answer.promise;
		await route.continue();
	});
	const late = fresh(stopped);
	await asked.promise;
	const renderer = await rendererOf(stopped);
	process.kill(renderer, "SIGSTOP");
	try {
		expect(await fresh(other)).toBe("crm.read");
		expect(await fresh(other)).toBe("crm.read");
		await other.reload();
		await status(other).toBe("signed-in");
	} finally {
		process.kill(renderer, "SIGCONT");
	}
	answer.resolve();
	expect(await late).toBe("crm.read");
	expect(await fresh(stopped)).toBe("crm.read");
	expect(await stopped.evaluate(() => auth.status)).toBe("signed-in");
});

/** The process that draws this page: of all renderers the one that works when the page does. */
async function rendererOf(page: Page): Promise<number> {
	const browser = await page.context().browser()!.newBrowserCDPSession();
	const renderers = async () => {
		const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
		return new Map(processInfo.filter(({ type }) => type === "renderer").map(({ id, cpuTime }) => [id, cpuTime]));
	};
	const before = await renderers();
	await page.evaluate(() => {
		const until = performance.now() + 1000;
		while (performance.now() < until);
	});
	const spent = [...(await renderers())].map(([id, cpuTime]) => [id, cpuTime - (before.get(id) ?? 0)] as const);
	await browser.detach();
	return spent.toSorted(([, a], [, b]) => b - a)[0]![0];
}

test("a token that an API refuses is renewed once; offline is unreachable, and heals by itself", async ({ context }) => {
	const page = await signIn(context);
	const call = () => page.evaluate(async (url) => (await auth.fetch(url)).status, `${house.orders}/orders`);
	house.refuse = 1;
	expect(await call()).toBe(200);
	house.refuse = 2;
	expect(await call()).toBe(401);
	expect(await page.evaluate(() => auth.fetch("http://example.com/").catch(({ code }) => code))).toBe("insecure_url");

	await context.setOffline(true);
	const needed = () => page.evaluate((resource) => auth.token({ resource, minTtl: 3600 }).catch(({ code }) => code), house.crm);
	expect(await needed()).toBe("issuer_unreachable");
	expect(await page.evaluate(() => [auth.status, auth.session?.user.name])).toEqual(["unreachable", alice.name]);
	expect(await page.evaluate(() => auth.signIn().catch(({ code }) => code))).toBe("issuer_unreachable");
	await context.setOffline(false);
	await status(page).toBe("signed-in");
	expect(await page.evaluate(() => log.includes("signed-out"))).toBe(false);

	// A reload while the issuer cannot be reached stays on the page, and goes on when it is back.
	await context.route(`${house.issuer}/**`, (route) => route.abort());
	await page.reload();
	await status(page).toBe("unreachable");
	await context.unroute(`${house.issuer}/**`);
	// Nothing is told to the page: it finds out.
	await status(page).toBe("signed-in");
});

test("D3: a clock that is hours wrong blocks nobody and makes no loop", async ({ context }) => {
	for (const [offset, path] of [
		[-5, "/early"],
		[+9, "/late"],
	] as const) {
		const page = await context.newPage();
		await page.clock.install({ time: Date.now() + offset * 3_600_000 });
		await page.goto(house.app + path);
		if (offset < 0) {
			await page.evaluate(() => void auth.signIn());
			await typePassword(page);
		}
		await status(page).toBe("signed-in");
		const sent = tokenRequests(page);
		const call = () => page.evaluate(async (url) => (await auth.fetch(url)).status, `${house.orders}/orders`);
		expect([await call(), await call()]).toEqual([200, 200]);
		await page.clock.fastForward("08:00:00");
		expect(await call()).toBe(200);
		expect(sent).toHaveLength(1);
	}
});

test("sign-out: everywhere is the default and asks for the password again; here alone is all tabs of the app, and does not", async ({
	context,
}) => {
	const page = await signIn(context);
	const second = await context.newPage();
	await second.goto(house.app);
	await status(second).toBe("signed-in");

	await page.evaluate(() => auth.signOut({ everywhere: false }));
	await status(second).toBe("signed-out");
	expect(await second.evaluate(() => log.at(-1))).toBe("(signed-out)");
	await page.reload();
	await status(page).toBe("signed-out");
	await page.evaluate(() => void auth.signIn({ returnTo: "/account" }));
	await page.waitForURL(`${house.app}/account`);
	await status(page).toBe("signed-in");

	await page.evaluate(() => void auth.signOut());
	await page.waitForURL(`${house.app}/`);
	await status(page).toBe("signed-out");
	await page.evaluate(() => void auth.signIn());
	await typePassword(page);
	await status(page).toBe("signed-in");
});

/** Everything that a script which got into the page can list, as text. */
async function whatAScriptFinds(): Promise<string> {
	const databases = await indexedDB.databases();
	const caches = await globalThis.caches.keys();
	const seen = new Set<unknown>();
	const texts: string[] = [];
	const look = (value: unknown, depth: number) => {
		if (typeof value === "string") texts.push(value);
		if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value) || depth === 0) return;
		seen.add(value);
		for (const key of Reflect.ownKeys(value)) {
			try {
				look((value as Record<PropertyKey, unknown>)[key], depth - 1);
			} catch {} // a getter that wants another `this`
		}
	};
	look(globalThis, 6);
	return JSON.stringify([
		{ ...localStorage },
		{ ...sessionStorage },
		document.cookie,
		databases,
		caches,
		history.state,
		location.href,
		texts,
	]);
}

test("RP-05: a script that got into a React app in StrictMode finds no token at rest, and the refresh token in no message", async ({
	context,
}) => {
	const page = await context.newPage();
	// It listens to everything that passes between the page and its worker, from before either begins.
	await page.addInitScript(() => {
		const heard: unknown[] = [];
		Object.assign(window, { heard });
		const { postMessage } = Worker.prototype;
		Worker.prototype.postMessage = function (this: Worker, message: unknown) {
			heard.push(message);
			if (!Reflect.has(this, "tapped")) this.addEventListener("message", ({ data }) => heard.push(data));
			Reflect.set(this, "tapped", true);
			return postMessage.call(this, message);
		} as Worker["postMessage"];
	});
	const answers: Promise<Record<string, string>>[] = [];
	page.on("response", (response) => {
		if (response.url() === `${house.issuer}/token` && response.request().method() === "POST") answers.push(response.json());
	});
	await page.goto(house.react);
	await expect(page.locator("#page")).toHaveAttribute("data-status", "signed-out");
	// StrictMode has mounted the page twice.
	await expect(page.locator("#page")).toHaveAttribute("data-mounts", "2");
	await page.locator("#sign-in").click();
	await typePassword(page);
	await expect(page.locator("#name")).toHaveText(alice.name);
	await page.locator("#call").click();
	await expect(page.locator("#answer")).toContainText("orders.read");

	const issued = await Promise.all(answers);
	expect(issued).toHaveLength(2);
	const heard = JSON.stringify(await page.evaluate(() => Reflect.get(window, "heard")));
	expect(heard).toContain(issued[1]!["access_token"]);
	await page.evaluate(() => Reflect.set(window, "heard", undefined));
	const found = await page.evaluate(whatAScriptFinds);
	expect(found).toContain("signed-in");
	for (const { access_token: accessToken, id_token: idToken, refresh_token: refreshToken } of issued) {
		for (const token of [refreshToken, idToken]) expect(heard).not.toContain(token);
		for (const token of [accessToken, refreshToken, idToken]) expect(found).not.toContain(token);
	}
	await page.locator("#sign-out").click();
	await expect(page.locator("#page")).toHaveAttribute("data-status", "signed-out");
});

test("where the page's policy allows no worker from a blob, the same works without one, and no script finds a token", async ({
	context,
}) => {
	const page = await context.newPage();
	const refused: string[] = [];
	page.on("console", (message) => refused.push(message.text()));
	await page.goto(house.strict);
	await status(page).toBe("signed-out");
	await page.evaluate(() => void auth.signIn());
	await typePassword(page);
	await status(page).toBe("signed-in");
	const { accessToken } = await page.evaluate((resource) => auth.token({ resource }), house.crm);
	expect(page.workers()).toEqual([]);
	expect(refused.join()).toContain("worker-src");
	expect(await page.evaluate(whatAScriptFinds)).not.toContain(accessToken);
	expect(await page.evaluate(whatAScriptFinds)).not.toContain("eyJ");
});

test("back, and the back-forward cache: what happened meanwhile is known at once", async ({ context }) => {
	const page = await signIn(context, "/first");
	await page.goto(`${house.crm}/`);
	await page.goBack();
	await status(page).toBe("signed-in");
	expect(page.url()).toBe(`${house.app}/first`);

	// The headless browser of these tests keeps no pages, so it is told what a browser that does would tell the page.
	const tell = (type: "pagehide" | "pageshow") =>
		page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
	const call = () => page.evaluate(async (url) => (await auth.fetch(url)).status, `${house.orders}/orders`);
	await tell("pagehide");
	await tell("pageshow");
	expect([await page.evaluate(() => auth.status), await call()]).toEqual(["signed-in", 200]);

	const other = await context.newPage();
	await other.goto(house.app);
	await status(other).toBe("signed-in");
	await tell("pagehide");
	await other.evaluate(() => auth.signOut({ everywhere: false }));
	expect(await page.evaluate(() => auth.status)).toBe("signed-in");
	await tell("pageshow");
	await status(page).toBe("signed-out");

	await tell("pagehide");
	await other.evaluate(() => void auth.signIn());
	await status(other).toBe("signed-in");
	await tell("pageshow");
	await status(page).toBe("signed-in");
	expect(page.url()).toBe(`${house.app}/first`);

	// Who went to sign in and thought better of it finds the app, and its button works again.
	await page.evaluate(() => void auth.signIn({ prompt: "login" }));
	await expect(page.locator("#password")).toBeVisible();
	await page.goBack();
	await status(page).toBe("signed-in");
	await page.evaluate(() => void auth.signIn({ prompt: "login" }));
	await expect(page.locator("#password")).toBeVisible();
});
