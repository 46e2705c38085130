import { AxeBuilder } from "@axe-core/playwright";
import { expect as atOnce, type BrowserContext, type Page, test } from "@playwright/test";
import type { Parties } from "../../examples/company/src/parties.ts";
import { people } from "../../examples/company/src/people.ts";
import { type OpenCompany, openCompany } from "../company.ts";

// Generous, because a browser, six programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 120_000 });
const expect = atOnce.configure({ timeout: 20_000 });

const [alice, bob] = people;
let company: OpenCompany;
let parties: Parties;

test.beforeAll(async () => {
	company = await openCompany();
	parties = company.parties;
});

test.afterAll(async () => {
	expect(await company.close()).toBe(0);
});

async function typePassword(page: Page, person: { readonly username: string; readonly password: string }): Promise<void> {
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	expect(new URL(page.url()).origin).toBe(parties.auth.origin);
	await page.locator("#username").fill(person.username);
	await page.locator("#password").fill(person.password);
	await page.locator("#login-submit").click();
}

async function signInAtThePortal(page: Page, person: { readonly username: string; readonly password: string }): Promise<void> {
	await page.goto(parties.portal.origin);
	await page.locator("#sign-in").click();
	await typePassword(page, person);
	await page.waitForURL(`${parties.portal.origin}/`);
}

/** The journey of a server-rendered app, in a browser with or without JavaScript. */
async function journey(context: BrowserContext): Promise<void> {
	const page = await context.newPage();
	await signInAtThePortal(page, alice);

	await expect(page.locator("#person")).toHaveText(alice.name);
	await expect(page.locator("#customers tbody tr").first()).toContainText("Beck & Daughters");
	await expect(page.locator("#orders tbody tr")).toHaveCount(3);
	await expect(page.locator("#orders td.amount")).toHaveText(["£180.50", "£76.00", "£1,306.00"]);
	await expect(page.locator("#tokens tbody tr")).toHaveCount(2);

	const customer = `Mill & <b>Sons</b> ${Math.random()}`;
	await page.locator("#customer-name").fill(customer);
	await page.locator("#customer-town").fill("Easton");
	await page.locator("#customer-submit").click();
	await expect(page.locator("#customers tbody")).toContainText(customer);

	// The session, which no other site's link brings along; and of the sign-in that was, a note that it is over.
	const cookies = await context.cookies(parties.portal.origin);
	expect(cookies.every(({ httpOnly, secure, path }) => httpOnly && secure && path === "/")).toBe(true);
	expect(cookies.map(({ name, sameSite }) => [name.replace(/(?<=sign-in-portal-).*/, ""), sameSite]).sort()).toEqual([
		["__Host-Http-session-portal", "Strict"],
		["__Host-Http-sign-in-portal-", "Lax"],
	]);
	expect(await page.content()).not.toContain("eyJ");

	// Signed in at one app, signed in at the next: only the permission is asked for, because it is somebody else's.
	const second = await context.newPage();
	await second.goto(parties.analytics.origin);
	await second.locator("#sign-in").click();
	await expect(second.locator("html")).toHaveAttribute("data-page", "consent");
	await second.locator("#consent-allow").click();
	await expect(second.locator("#towns tbody")).toContainText("Easton");
	await expect(second.locator("#take-back")).toContainText("consent revoke --user alice --client analytics");

	// What was allowed is remembered, until it is taken back.
	await second.goto(`${parties.analytics.origin}/sign-in`);
	await second.waitForURL(`${parties.analytics.origin}/`);
	await company.gatehouse("consent", "revoke", "--user", alice.username, "--client", "analytics");
	await second.goto(`${parties.analytics.origin}/sign-in`);
	await expect(second.locator("html")).toHaveAttribute("data-page", "consent");
	await second.close();

	// Out of the portal alone: the next sign-in there asks nothing.
	await page.locator("#sign-out-here").click();
	await expect(page.locator(".notice")).toContainText("the next sign-in asks nothing");
	await expect(page.locator("#person")).toHaveCount(0);
	await page.locator("#sign-in").click();
	await expect(page.locator("#person")).toHaveText(alice.name);

	// Out at both ends: the session at the portal is gone, and so is the one at auth.
	await page.locator("#sign-out").click();
	await page.waitForURL(`${parties.portal.origin}/signed-out`);
	expect(await context.cookies(parties.portal.origin)).toEqual([]);
	await page.goBack();
	await expect(page.locator("#person")).toHaveCount(0);
	await page.goto(`${parties.portal.origin}/auth/sign-in`);
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
}

test("Alice signs in at the portal, works with both APIs, and signs out on both ends", async ({ browser }) => {
	const context = await browser.newContext();
	await journey(context);
	await context.close();
});

test("the same without JavaScript", async ({ browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	await journey(context);
	await context.close();
});

test("Bob is not in sales: he sees customers and cannot add one; and the pages are for everybody", async ({ browser }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(parties.portal.origin);
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await signInAtThePortal(page, bob);
	await expect(page.locator("#customers")).toContainText("Northgate Books");
	await expect(page.locator("#customers")).toContainText("Only people in sales may add customers.");
	await expect(page.locator("#customer-submit")).toHaveCount(0);
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await context.close();
});

test("at 320 pixels words and amounts stay whole, what is wider scrolls within its card, and axe objects to nothing", async ({
	browser,
}) => {
	const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
	const page = await context.newPage();
	await signInAtThePortal(page, alice);
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
	// A word that is broken has a rectangle in each of its lines.
	const broken = await page.locator("td").evaluateAll((cells) =>
		cells.flatMap((cell) => {
			const text = cell.firstChild as Text;
			return [...text.data.matchAll(/\S+/g)].flatMap(({ 0: word, index }) => {
				const range = document.createRange();
				range.setStart(text, index);
				range.setEnd(text, index + word.length);
				return range.getClientRects().length === 1 ? [] : [word];
			});
		}),
	);
	expect(broken).toEqual([]);
	const orders = page.getByRole("group", { name: "Orders" });
	await orders.focus();
	await orders.evaluate((rows) => rows.scrollTo(1000, 0));
	const ends = await orders.evaluate((rows) => [rows, rows.querySelector("table")!].map((one) => one.getBoundingClientRect().right));
	expect(ends[0]! - ends[1]!).toBeGreaterThanOrEqual(15);
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await context.close();
});

test("who does not allow the foreign app is not signed in there, and can change their mind", async ({ browser }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(parties.analytics.origin);
	await page.locator("#sign-in").click();
	await typePassword(page, bob);
	const denied = page.waitForResponse((response) => response.url().startsWith(`${parties.analytics.origin}/callback`));
	await page.locator("#consent-deny").click();
	expect((await denied).status()).toBe(403);
	await expect(page.locator("h1")).toHaveText("Permission was not given");
	await expect(page.locator("#sign-in")).toHaveText("Try again");
	const logged = () => company.printed.filter((line) => line.includes("analytics")).join("\n");
	await expect.poll(logged).toContain("GET /callback: access_denied");
	expect(logged()).not.toContain("is an error");
	await page.locator("#sign-in").click();
	await page.locator("#consent-allow").click();
	await expect(page.locator("#towns tbody")).toContainText("Harwick");
	await context.close();
});

test("the answer to a sign-in that this browser never began signs nobody in: it begins anew", async ({ browser }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(`${parties.portal.origin}/auth/callback?code=x&state=y&iss=${encodeURIComponent(parties.auth.origin)}`);
	await typePassword(page, alice);
	await page.waitForURL(`${parties.portal.origin}/`);
	await expect(page.locator("#person")).toHaveText(alice.name);
	await context.close();
});

test("a form that another page sends does nothing, where the cookie comes along as little as where it does not; the portal's own does", async ({
	browser,
}) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await signInAtThePortal(page, alice);
	// Another site gets no Strict cookie. Another port of the same host does: to a browser it is the same site.
	const [elsewhere, neighbour] = ["http://lure.localhost/", "http://portal.localhost:65000/"];
	for (const [from, action, said] of [
		[elsewhere, "/customers", "Good to see you"],
		[elsewhere, "/auth/sign-out", "This did not come from here"],
		[neighbour, "/customers", "This did not come from here"],
		[neighbour, "/auth/sign-out", "This did not come from here"],
	] as const) {
		const lure = await context.newPage();
		const body = `<form method="post" action="${parties.portal.origin}${action}">
			<input name="name" value="Nobody"><input name="town" value="Nowhere"><button>Send</button></form>`;
		await lure.route(from, (route) => route.fulfill({ body, contentType: "text/html" }));
		await lure.goto(from);
		await lure.locator("button").click();
		await expect(lure.locator("h1")).toContainText(said);
		await lure.close();
	}
	await page.goto(parties.portal.origin);
	await expect(page.locator("#person")).toHaveText(alice.name);
	await expect(page.locator("#customers")).not.toContainText("Nobody");
	await page.locator("#customer-name").fill("Somebody");
	await page.locator("#customer-town").fill("Somewhere");
	await page.locator("#customer-submit").click();
	await expect(page.locator("#customers")).toContainText("Somebody");
	await context.close();
});
