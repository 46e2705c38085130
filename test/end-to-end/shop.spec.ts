import { AxeBuilder } from "@axe-core/playwright";
import { expect as atOnce, type Page, test } from "@playwright/test";
import type { Parties } from "../../examples/company/src/parties.ts";
import { people } from "../../examples/company/src/people.ts";
import { type OpenCompany, openCompany } from "../company.ts";

// Generous, because a browser, seven programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 120_000 });
test.use({ trace: "off" });
const expect = atOnce.configure({ timeout: 20_000 });

const [alice] = people;
let company: OpenCompany;
let parties: Parties;

test.beforeAll(async () => {
	company = await openCompany();
	parties = company.parties;
});

test.afterAll(async () => {
	expect(await company.close()).toBe(0);
});

const at = (path: string) => `${parties.shop.origin}${path}`;

async function typePassword(page: Page): Promise<void> {
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	expect(new URL(page.url()).origin).toBe(parties.auth.origin);
	await page.locator("#username").fill(alice.username);
	await page.locator("#password").fill(alice.password);
	await page.locator("#login-submit").click();
}

async function signIn(page: Page, path = "/"): Promise<void> {
	await page.goto(at(path));
	await page.locator("#sign-in").click();
	await typePassword(page);
	await expect(page.locator("#person")).toContainText(alice.name);
}

/** Everything that a page shows, and all that its scripts could read of it later. */
async function readable(page: Page): Promise<string> {
	const stored = await page.evaluate(async () => {
		const databases = await indexedDB.databases();
		return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, document.cookie, history.state, location.href]);
	});
	return stored + (await page.content());
}

/** What must never be readable, and what it is: the codes, verifiers and tokens that really went over the wire, the worker's too. */
function overhear(page: Page): ReadonlyMap<string, string> {
	const secrets = new Map<string, string>();
	const worth = ["code", "code_verifier", "refresh_token"];
	page.on("request", (request) => {
		const url = new URL(request.url());
		for (const parameters of [url.searchParams, new URLSearchParams(request.postData() ?? "")]) {
			for (const name of worth) if (parameters.has(name)) secrets.set(parameters.get(name)!, name);
		}
		const [, claims, signature] = (request.headers()["authorization"] ?? "").split(".");
		if (claims && signature) secrets.set(claims, "claims").set(signature, "signature");
	});
	return secrets;
}

/** Switches them off as browsers do; then a cookie that its own site reads is not there in a frame of another. */
async function refuseThirdPartyCookies(page: Page): Promise<void> {
	const devtools = await page.context().newCDPSession(page);
	await devtools.send("Network.enable");
	await devtools.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
	const headers = { "set-cookie": "seen=yes; Secure; SameSite=None; Path=/" };
	await page.route("http://tracker.localhost/", (route) => route.fulfill({ body: "", contentType: "text/html", headers }));
	const frame = '<iframe src="http://tracker.localhost/"></iframe>';
	await page.route("http://magazine.localhost/", (route) => route.fulfill({ body: frame, contentType: "text/html" }));
	await page.goto("http://tracker.localhost/");
	expect(await page.evaluate(() => document.cookie)).toBe("seen=yes");
	await page.goto("http://magazine.localhost/");
	expect(await page.frames()[1]?.evaluate(() => document.cookie)).toBe("");
	await page.unrouteAll();
}

/** A page 320 pixels wide, light and dark: nothing is wider than the window, and axe objects to nothing. */
async function lookAt(page: Page, view: string): Promise<void> {
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(
			violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
			`${view}, ${colorScheme}`,
		).toEqual([]);
	}
	expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBe(320);
}

test("J1: without third-party cookies Alice signs in and sees products and orders, and nothing that could be used is readable", async ({
	browser,
}) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await refuseThirdPartyCookies(page);
	const said: string[] = [];
	page.on("console", (message) => said.push(message.text()));
	page.on("pageerror", (error) => said.push(error.message));
	const secrets = overhear(page);

	await signIn(page, "/orders?from=a-letter");
	expect(page.url()).toBe(at("/orders?from=a-letter"));
	await expect(page.locator("#orders > li")).toHaveCount(3);
	await expect(page.locator("#orders")).toContainText("The Copper Kettle");
	await page.getByRole("link", { name: "Products" }).click();
	await expect(page.locator("#products > li")).toHaveCount(8);
	await page.getByRole("link", { name: "Oak-lid teapot" }).click();
	await expect(page).toHaveTitle("Oak-lid teapot – Larkfield Shop");
	await expect(page.locator("main")).toContainText("£38.00");
	await expect(page.locator("#ordered li")).toHaveText(["The Copper Kettle4, 23 November, packed"]);

	// A reload forgets the tokens; the session comes back without a question.
	await page.reload();
	await expect(page.locator("#ordered li")).toHaveCount(1);
	await page.locator("#person").click();
	await expect(page.locator("#facts")).toContainText("alice@larkfield.example");

	await page.getByRole("link", { name: "On the wire" }).click();
	const steps = page.locator("#timeline h2");
	await expect(steps.filter({ hasText: "The code is exchanged for tokens" })).toHaveCount(1);
	await expect(steps.filter({ hasText: "The browser is sent to the sign-in" })).toHaveCount(2);
	await page.getByRole("button", { name: "Get a new token" }).click();
	await expect(page.getByRole("status").filter({ hasText: "A new token for crm." })).toBeVisible();
	await page.getByRole("button", { name: "Call orders" }).click();
	await expect(steps.filter({ hasText: "A token for one API" })).toHaveCount(3);
	for (const closer of await page.locator("summary").all()) await closer.click();
	await expect(page.locator(".token").first()).toContainText(/at\+jwt/);
	await expect(page.locator(".token").first()).toContainText(/Its signature, \d{2,} characters, is not shown/);

	expect([...new Set(secrets.values())].sort()).toEqual(["claims", "code", "code_verifier", "refresh_token", "signature"]);
	const text = await readable(page);
	expect([...secrets].filter(([secret]) => text.includes(secret))).toEqual([]);
	expect(text).not.toContain("eyJ");
	expect(said).toEqual([]);
	await context.close();
});

test("J4: the same shop behind a back end: one cookie, no token in anything the browser gets or sends, and out at both ends", async ({
	browser,
}) => {
	const { origin } = parties["shop-bff"];
	const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
	const page = await context.newPage();
	const secrets = overhear(page);
	const [called, tokens]: [Set<string>, string[]] = [new Set(), []];
	page.on("request", (request) => {
		called.add(new URL(request.url()).origin);
		if (request.headers()["authorization"] !== undefined) tokens.push(request.url());
	});
	page.on("response", async (response) => {
		// A redirect has no body, and what comes last may come after the page has gone.
		const parts = await Promise.all([response.text().catch(() => ""), response.headersArray().catch(() => [])]);
		if (/eyJ[\w-]+\.eyJ/.test(JSON.stringify(parts))) tokens.push(response.url());
	});
	await page.goto(`${origin}/orders`);
	await page.locator("#sign-in").click();
	await typePassword(page);
	await expect(page.locator("#orders > li")).toHaveCount(3);
	expect(page.url()).toBe(`${origin}/orders`);
	await page.getByRole("link", { name: "Products" }).click();
	await expect(page.locator("#products > li")).toHaveCount(8);

	const cookies = await context.cookies(origin);
	expect(cookies.filter(({ name }) => name.includes("session"))).toMatchObject([
		{ name: "__Host-Http-session-shop-bff", httpOnly: true, secure: true, sameSite: "Strict", path: "/" },
	]);
	expect(cookies.every(({ httpOnly, secure }) => httpOnly && secure)).toBe(true);

	// The page tells the wire as it is there: its own server, the header, and what happens without it.
	await page.getByRole("link", { name: "On the wire" }).click();
	await page.getByRole("button", { name: "Call orders" }).click();
	await page.locator("#forge").click();
	await expect(page.locator(".step.passed-on").last()).toContainText(`GET ${origin}/api/orders 200`);
	await expect(page.locator(".step.forged")).toContainText("403");
	await expect(page.locator(".step.token, .step.exchange, .step.authorize")).toHaveCount(0);
	for (const closer of await page.locator("summary").all()) await closer.click();
	await expect(page.locator(".step.session")).toContainText(/document\.cookie\s*empty/);
	await lookAt(page, "the wire of the shop behind a back end");
	expect(await readable(page)).not.toContain("eyJ");
	expect([...called].sort()).toEqual([origin, parties.auth.origin].sort());
	expect(tokens).toEqual([]);
	// Of what passed the browser nothing stands in the log of any program.
	expect([...secrets.values()]).toEqual(["code"]);
	const printed = company.printed.join("\n");
	expect(printed).toMatch(/shop-bff.*keeps sessions in Redis/);
	expect(printed).toMatch(/shop-bff.*GET \/auth\/callback 200/);
	for (const secret of [...secrets.keys(), ...cookies.map(({ value }) => value)]) expect(printed).not.toContain(secret);

	await page.locator("#person").click();
	await expect(page.locator("main")).toContainText("Your tokens stay there.");
	await lookAt(page, "who am I, behind a back end");
	await page.locator("#sign-out").click();
	await expect(page.locator("#news")).toHaveText("You are signed out.");
	expect(await context.cookies(origin)).toEqual([]);
	await page.goto(`${parties.portal.origin}/auth/sign-in`);
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await context.close();
});

test("J6: signed in at one app, the other asks for nothing; signed out everywhere, both learn it", async ({ browser }) => {
	const context = await browser.newContext();
	const asked: string[] = [];
	context.on("request", (request) => {
		if (request.url().startsWith(`${parties.auth.origin}/login`)) asked.push(request.url());
	});
	const portal = await context.newPage();
	await portal.goto(`${parties.portal.origin}/auth/sign-in`);
	await typePassword(portal);
	await expect(portal.locator("#person")).toHaveText(alice.name);
	asked.length = 0;

	const shop = await context.newPage();
	await shop.goto(at("/"));
	await shop.locator("#sign-in").click();
	await expect(shop.locator("#products > li")).toHaveCount(8);
	expect(asked).toEqual([]);

	// Out at the portal and at auth: the shop notices at the next token, stays calm, and after a reload knows nobody.
	await portal.locator("#sign-out").click();
	await portal.waitForURL(`${parties.portal.origin}/signed-out`);
	await shop.getByRole("link", { name: "On the wire" }).click();
	await shop.getByRole("button", { name: "Get a new token" }).click();
	await expect(shop.locator("#expired")).toBeVisible();
	await expect(shop.locator(".step.token").last()).toContainText("session_expired");
	await expect(shop.locator("button")).toHaveText(["Sign in again"]);
	await expect(shop.locator(".try")).toHaveCount(0);
	await shop.getByRole("link", { name: "Products" }).click();
	await shop.reload();
	await expect(shop.locator("#news")).toContainText("Your sign-in has ended");

	// The other way: in at the shop, so the portal asks nothing; out of the shop alone, so the shop asks nothing either.
	await shop.locator("#sign-in").click();
	await typePassword(shop);
	await expect(shop.locator("#products > li")).toHaveCount(8);
	asked.length = 0;
	await portal.goto(`${parties.portal.origin}/auth/sign-in`);
	await expect(portal.locator("#person")).toHaveText(alice.name);
	await shop.locator("#person").click();
	await shop.locator("#sign-out-here").click();
	await expect(shop.locator("#news")).toHaveText("You are signed out.");
	await shop.locator("#sign-in").click();
	await expect(shop.locator("#person")).toContainText(alice.name);
	expect(asked).toEqual([]);

	// Out of everything: another tab of the shop hears it, and the next sign-in anywhere wants the password.
	const second = await context.newPage();
	await second.goto(at("/orders"));
	await expect(second.locator("#orders > li")).toHaveCount(3);
	await shop.locator("#sign-out").click();
	await shop.waitForURL(at("/"));
	await expect(shop.locator("#news")).toHaveText("You are signed out.");
	await expect(second.locator("#orders")).toHaveCount(0);
	// The portal has been told, server to server, though its tokens had minutes to live.
	await expect
		.poll(async () => {
			await portal.goto(parties.portal.origin);
			return portal.locator("#sign-in").count();
		})
		.toBe(1);
	await portal.goto(`${parties["shop-bff"].origin}/auth/sign-in`);
	await expect(portal.locator("html")).toHaveAttribute("data-page", "login");
	await context.close();
});

test("J6: out at the portal, the shop behind a back end is out at the next click; out at auth, the page tells who knows", async ({
	browser,
}) => {
	const { origin } = parties["shop-bff"];
	const context = await browser.newContext();
	const [portal, shop] = [await context.newPage(), await context.newPage()];
	const inAtBoth = async () => {
		await portal.goto(`${parties.portal.origin}/auth/sign-in`);
		await typePassword(portal);
		await expect(portal.locator("#person")).toHaveText(alice.name);
		await shop.goto(`${origin}/`);
		await shop.locator("#sign-in").click();
		await expect(shop.locator("#products > li")).toHaveCount(8);
	};
	await inAtBoth();
	await portal.locator("#sign-out").click();
	await portal.waitForURL(`${parties.portal.origin}/signed-out`);
	await expect
		.poll(async () => {
			await shop.reload();
			return shop.locator("#sign-in").count();
		})
		.toBe(1);

	await inAtBoth();
	const single = await context.newPage();
	await single.goto(at("/"));
	await single.locator("#sign-in").click();
	await expect(single.locator("#products > li")).toHaveCount(8);
	await portal.goto(`${parties.auth.origin}/end-session`);
	await portal.locator("#logout-confirm").click();
	await expect(portal.locator("#signed-out")).toBeVisible();
	await expect(portal.locator("#receipt-portal")).toHaveAttribute("data-state", "told");
	await expect(portal.locator("#receipt-shop-bff")).toContainText("Has been told");
	// Nothing listens for the shop in the browser alone: it ends with its next token.
	await expect(portal.locator("#receipt-shop")).toContainText("Cannot be told: close it, or sign out there too");
	await shop.reload();
	await expect(shop.locator("#sign-in")).toBeVisible();
	await context.close();
});

test("a session that ends in the middle of something: one calm line, one button, the same place, and what was typed is there", async ({
	browser,
}) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await signIn(page);
	await page.locator("#search").fill("mug");
	await expect(page.locator("#products > li")).toHaveCount(1);

	await company.gatehouse("session", "end", "--user", alice.username);
	// Ten minutes later the API refuses the token that the shop still has.
	const challenge = { "access-control-allow-origin": parties.shop.origin, "www-authenticate": 'Bearer error="invalid_token"' };
	const headers = { ...challenge, "access-control-expose-headers": "WWW-Authenticate" };
	await page.route(`${parties.crm.origin}/products`, (route) => route.fulfill({ status: 401, headers }));
	await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

	await expect(page.locator("#expired")).toContainText("Your sign-in has ended.");
	await expect(page.getByRole("button")).toHaveCount(1);
	await expect(page.locator("#search")).toHaveValue("mug");
	await expect(page.locator("#products > li")).toHaveCount(1);

	await page.unrouteAll();
	await page.getByRole("button", { name: "Sign in again" }).click();
	await typePassword(page);
	await page.waitForURL(at("/?q=mug"));
	await expect(page.locator("#search")).toHaveValue("mug");
	await expect(page.locator("#products > li")).toHaveCount(1);
	await expect(page.locator("#expired")).toHaveCount(0);
	await context.close();
});

test("offline, an API that is down, a sign-in that does not answer: each is shown as what it is, and mends", async ({ browser }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(at("/"));
	await page.route(`${parties.auth.origin}/**`, (route) => route.abort());
	await page.locator("#sign-in").click();
	await expect(page.locator("#sign-in-failed")).toContainText("The sign-in service does not answer.");
	await page.unrouteAll();
	await page.locator("#sign-in").click();
	await typePassword(page);
	await expect(page.locator("#products > li")).toHaveCount(8);

	await context.setOffline(true);
	await expect(page.locator("#offline")).toContainText("You are offline.");
	await page.getByRole("link", { name: "Orders" }).click();
	await expect(page.getByRole("alert")).toContainText("The orders cannot be shown. You are offline.");
	await expect(page.locator("#person")).toContainText(alice.name);
	await context.setOffline(false);
	await expect(page.locator("#orders > li")).toHaveCount(3);
	await expect(page.locator("#offline")).toHaveCount(0);

	await page.route(`${parties.crm.origin}/products`, (route) => route.abort());
	await page.getByRole("link", { name: "Products" }).click();
	await expect(page.getByRole("alert")).toContainText("The products cannot be shown. The CRM does not answer at the moment.");
	await page.unrouteAll();
	await page.getByRole("button", { name: "Try again" }).click();
	await expect(page.locator("#products > li")).toHaveCount(8);

	await page.getByRole("link", { name: "On the wire" }).click();
	await page.route(`${parties.auth.origin}/**`, (route) => route.abort());
	await page.getByRole("button", { name: "Get a new token" }).click();
	await expect(page.locator("#unreachable")).toContainText("The sign-in service does not answer.");
	const asked = page.waitForRequest((request) => request.url().startsWith(parties.auth.origin));
	await page.getByRole("button", { name: "Try again" }).click();
	await asked;
	await expect(page.locator("#unreachable")).toBeVisible();
	await page.unrouteAll();
	await page.locator("#unreachable button").evaluateAll(([again]) => (again as HTMLElement | undefined)?.click());
	await expect(page.locator("#unreachable")).toHaveCount(0);
	await page.getByRole("link", { name: "Products" }).click();
	await expect(page.locator("#products > li")).toHaveCount(8);

	await page.route(`${parties.auth.origin}/**`, (route) => route.abort());
	await page.reload();
	await expect(page.locator("h1")).toHaveText("The sign-in service does not answer");
	await expect(page.locator("#sign-in")).toHaveCount(0);
	await page.unrouteAll();
	await page.getByRole("button", { name: "Try again" }).click();
	await expect(page.locator("#products > li")).toHaveCount(8);
	await context.close();
});

test("with the keyboard alone: in, past the bar, from view to view, and out", async ({ browser }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(at("/"));
	const press = async (key: string) => page.keyboard.press(key);
	const tabTo = async (selector: string) => {
		for (let step = 0; step < 20; step++) {
			await press("Tab");
			if (await page.locator(selector).evaluateAll(([element]) => element === document.activeElement)) return;
		}
		throw new Error(`Twenty steps do not lead to ${selector}.`);
	};
	await tabTo(".skip");
	await expect(page.locator(".skip")).toBeInViewport();
	await press("Enter");
	await expect(page.locator("main")).toBeFocused();
	await tabTo("#sign-in");
	await press("Enter");
	await expect(page.locator("#username")).toBeFocused();
	await page.keyboard.type(alice.username);
	await tabTo("#password");
	await page.keyboard.type(alice.password);
	await press("Enter");
	await expect(page.locator("#products > li")).toHaveCount(8);

	await tabTo("nav a[href='/orders']");
	await press("Enter");
	await expect(page.locator("h1")).toHaveText("Orders");
	await expect(page.locator("h1")).toBeFocused();
	await expect(page).toHaveTitle("Orders – Larkfield Shop");
	await page.goBack();
	await expect(page.locator("h1")).toHaveText("Products");
	await expect(page.locator("h1")).toBeFocused();
	await tabTo("#search");
	await page.keyboard.type("lantern");
	await expect(page.locator("#products > li")).toHaveCount(1);
	await page.goto(at("/me"));
	await expect(page.locator("#facts")).toBeVisible();
	await tabTo("#sign-out");
	await press("Enter");
	await expect(page.locator("#news")).toHaveText("You are signed out.");
	await context.close();
});

test("every view at 320 pixels, light and dark: nothing wider than the window, nothing that axe objects to", async ({ browser }) => {
	const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
	const page = await context.newPage();
	const look = (view: string) => lookAt(page, view);
	const shown = await page.goto(at("/"));
	for (const rule of ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
		expect(shown?.headers()["content-security-policy"]).toContain(rule);
	}
	await expect(page.locator("#sign-in")).toBeVisible();
	await look("the way in");
	await signIn(page);
	await expect(page.locator("#products > li")).toHaveCount(8);
	await look("products");
	await page.getByRole("link", { name: "Storm lantern" }).click();
	await expect(page.locator("#ordered")).toContainText("Fernhill Dairy");
	await look("a product");
	await page.getByRole("link", { name: "Orders" }).click();
	await expect(page.locator("#orders > li")).toHaveCount(3);
	await look("orders");
	await page.locator("#person").click();
	await look("who am I");
	await page.getByRole("link", { name: "On the wire" }).click();
	for (const closer of await page.locator("summary").all()) await closer.click();
	await look("the wire");
	await company.gatehouse("session", "end", "--user", alice.username);
	await page.getByRole("button", { name: "Get a new token" }).click();
	await expect(page.locator("#expired")).toBeVisible();
	await look("an ended session");
	await page.goto(at("/no-such-page"));
	await expect(page.locator("h1")).toHaveText("There is no such page");
	await look("no such page");
	await context.close();
});
