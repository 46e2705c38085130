import { expect as atOnce, type BrowserContext, type Page, test } from "@playwright/test";
import type { Auth } from "../../packages/sdk/src/spa/index.ts";
import { openShopSite, type ShopSite } from "../../packages/sdk/test/bff/site.ts";

test.describe.configure({ timeout: 60_000 });
const expect = atOnce.configure({ timeout: 20_000 });

declare const auth: Auth;
declare const log: string[];

let house: ShopSite;
test.beforeAll(async () => {
	house = await openShopSite();
});
test.afterAll(() => house[Symbol.asyncDispose]());

const status = (page: Page) => expect.poll(() => page.evaluate(() => auth.status).catch(() => "away"));
const call = (page: Page) =>
	page.evaluate(
		(url) =>
			auth.fetch(url).then(
				async (answer) => `${answer.status} ${await answer.text()}`,
				({ code }) => code as string,
			),
		`${house.orders}/orders`,
	);

async function typePassword(page: Page): Promise<void> {
	const { username, password } = house.issuer.person();
	await page.locator("#username").fill(username);
	await page.locator("#password").fill(password);
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

test("J4: Alice signs in, comes back to where she was, calls the API, and leaves; all her tabs are one session, whatever site leads to them", async ({
	context,
}) => {
	const page = await signIn(context, "/list?page=2#row-7");
	await expect(page.locator("body")).toHaveText("Alice Example");
	expect(page.url()).toBe(`${house.app}/list?page=2#row-7`);
	expect(await call(page)).toBe(`200 {"of":"${house.issuer.person().sub}"}`);
	const cookies = (await context.cookies(house.app)).filter(({ name }) => name.includes("session"));
	expect(cookies).toEqual([
		expect.objectContaining({ httpOnly: true, secure: true, sameSite: "Strict", path: "/", domain: "shop.localhost" }),
	]);
	expect(page.workers()).toEqual([]);

	// A reload asks nobody but the back end.
	const away: string[] = [];
	page.on("request", (request) => !request.url().startsWith(house.app) && away.push(request.url()));
	await page.reload();
	await status(page).toBe("signed-in");
	expect(away).toEqual([]);

	// A link on another site brings no Strict cookie along; the page's own question does.
	const other = await context.newPage();
	await other.goto(house.sibling.replace("blog.shop", "elsewhere"));
	await other.evaluate((url) => location.assign(url), `${house.app}/orders`);
	await status(other).toBe("signed-in");

	await other.evaluate(() => void auth.signOut());
	await expect.poll(() => other.url()).toBe(`${house.app}/`);
	await status(other).toBe("signed-out");
	await status(page).toBe("signed-out");
	expect(await page.evaluate(() => log)).toContain("(signed-out)");
	expect((await context.cookies(house.app)).filter(({ name }) => name.includes("session"))).toEqual([]);
	// At the issuer too: it asks for the password again.
	await page.evaluate(() => void auth.signIn());
	await expect(page.locator("#password")).toBeVisible();
});

test("RP-05: a script that gets in finds no token: not stored, not in a cookie, not in a global, not in any answer or message", async ({
	context,
}) => {
	const heard: string[] = [];
	context.on("response", async (response) => {
		if (!response.url().startsWith(house.app)) return;
		heard.push(JSON.stringify(await response.allHeaders()), await response.text().catch(() => ""), response.url());
	});
	await context.addInitScript(() => {
		const said: string[] = [];
		Object.assign(window, { said });
		const { postMessage } = BroadcastChannel.prototype;
		BroadcastChannel.prototype.postMessage = function (data) {
			said.push(JSON.stringify(data));
			postMessage.call(this, data);
		};
		addEventListener("message", ({ data }) => said.push(JSON.stringify(data)));
	});
	const page = await signIn(context, "/orders");
	await call(page);
	const found = await page.evaluate(async () => {
		const seen = new Set<unknown>();
		const texts: string[] = [document.cookie, document.documentElement.outerHTML, location.href, JSON.stringify(history.state)];
		const walk = (value: unknown, depth: number): void => {
			if (typeof value === "string") texts.push(value);
			if ((typeof value !== "object" && typeof value !== "function") || value === null || depth > 6 || seen.has(value)) return;
			seen.add(value);
			for (const key of Reflect.ownKeys(value)) {
				try {
					walk((value as Record<PropertyKey, unknown>)[key], depth + 1);
				} catch {
					// An object of the browser's that will not be looked at.
				}
			}
		};
		walk(window, 0);
		for (const storage of [localStorage, sessionStorage]) texts.push(JSON.stringify({ ...storage }));
		texts.push(JSON.stringify(await indexedDB.databases()), JSON.stringify(await caches.keys()));
		return { text: texts.join("\n"), count: seen.size };
	});
	expect(found.count).toBeGreaterThan(500);
	expect(found.text).toContain("Alice Example");
	expect(heard.join("\n")).toContain("Alice Example");
	expect(house.tokens.size).toBeGreaterThanOrEqual(3);
	for (const token of house.tokens) expect([found.text.includes(token), heard.join("\n").includes(token)]).toEqual([false, false]);
	const [cookie] = (await context.cookies(house.app)).filter(({ name }) => name.includes("session"));
	expect(found.text).not.toContain(cookie!.value);
});

test("RP-04: a page on a sibling host reaches nothing: no call, no sign-out, no sign-in", async ({ context }) => {
	const page = await signIn(context);
	const before = house.asked.length;
	const evil = await context.newPage();
	await evil.goto(house.sibling);
	const tried = await evil.evaluate(async (app) => {
		const attempt = (path: string, init: RequestInit) =>
			fetch(app + path, { credentials: "include", ...init }).then(
				({ type }) => type,
				() => "failed",
			);
		return Promise.all([
			attempt("/api/orders/orders", {}),
			attempt("/api/orders/orders", { headers: { "x-csrf": "1" } }),
			attempt("/api/orders/orders", { mode: "no-cors" }),
			attempt("/api/orders/orders", { mode: "no-cors", method: "POST", body: "{}" }),
			attempt("/auth/session", { headers: { "x-csrf": "1" } }),
			attempt("/auth/sign-out", { mode: "no-cors", method: "POST", body: new URLSearchParams() }),
			attempt("/auth/sign-out", { mode: "no-cors" }),
		]);
	}, house.app);
	// Refused answers are not even handed to a page that may not read them.
	expect(tried).toEqual(["failed", "failed", "failed", "failed", "failed", "failed", "opaque"]);
	for (const [method, path, refused] of [
		["get", "/auth/sign-in?prompt=login", 403],
		["get", "/auth/signed-out", 403],
		["post", "/auth/sign-out", 403],
		["get", "/auth/sign-out", 405],
	] as const) {
		await evil.goto(house.sibling);
		const answer = evil.waitForResponse((response) => response.url() === house.app + path);
		await evil.evaluate(
			([action, method]) => {
				const form = document.body.appendChild(Object.assign(document.createElement("form"), { action, method }));
				setTimeout(() => (method === "get" ? location.assign(action) : form.submit()));
			},
			[house.app + path, method] as const,
		);
		expect([path, (await answer).status()]).toEqual([path, refused]);
		await expect.poll(() => evil.url()).toBe(house.app + path);
	}
	expect(house.asked.length).toBe(before);
	await page.reload();
	await status(page).toBe("signed-in");
	expect(await call(page)).toContain("200");
});

test("Redis and the issuer pulled away: `unreachable` is never `signed-out`, and both heal by themselves", async ({ context }) => {
	const page = await signIn(context);
	expect(await call(page)).toContain("200");
	await house.redis.kill();
	expect(await call(page)).toBe("store_unreachable");
	expect(await page.evaluate(() => [auth.status, auth.session?.user.name])).toEqual(["unreachable", "Alice Example"]);
	await page.reload();
	await status(page).toBe("unreachable");
	await house.redis.start();
	await status(page).toBe("signed-in");

	house.issuer.offline();
	expect(await call(page)).toContain("200");
	house.issuer.clock.pass("11m");
	expect(await call(page)).toBe("issuer_unreachable");
	await page.reload();
	await status(page).toBe("signed-in");
	house.issuer.online();
	expect(await call(page)).toContain("200");
	house.issuer.clock.reset();
});
