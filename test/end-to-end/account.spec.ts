import { AxeBuilder } from "@axe-core/playwright";
import { expect as atOnce, type Browser, type BrowserContext, type Page, test } from "@playwright/test";
import { people } from "../../examples/company/src/people.ts";
import { type OpenCompany, openCompany } from "../company.ts";

// Generous, because a browser, six programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 120_000 });
const expect = atOnce.configure({ timeout: 20_000 });

const [alice, bob] = people;
let company: OpenCompany;

test.beforeAll(async () => {
	company = await openCompany();
});
test.afterAll(async () => {
	atOnce(await company.close()).toBe(0);
});

const account = () => `${company.parties.auth.origin}/account`;

async function typePassword(page: Page, person: { readonly username: string; readonly password: string }): Promise<void> {
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await page.locator("#username").fill(person.username);
	await page.locator("#password").fill(person.password);
	await page.locator("#login-submit").click();
}

/** J8: Analytics is let in, found on the account page, and taken back there. */
async function takesBack(context: BrowserContext, press: (page: Page, id: string) => Promise<void>): Promise<void> {
	const { analytics } = company.parties;
	const app = await context.newPage();
	await app.goto(analytics.origin);
	await app.locator("#sign-in").click();
	await typePassword(app, alice);
	await press(app, "consent-allow");
	await expect(app.locator("#towns tbody")).toContainText("Harwick");

	const page = await context.newPage();
	await page.goto(account());
	await expect(page.locator("h1")).toHaveText("Your account");
	await expect(page.locator("#apps")).toContainText("Analytics");
	await expect(page.locator("#apps")).toContainText("See your customers");
	await expect(page.locator("#apps")).toContainText("Not reviewed by Larkfield");
	await press(page, "revoke-analytics");
	await expect(page.locator("#notice")).toBeFocused();
	await expect(page.locator("#notice")).toContainText("Taken back.");
	await expect(page.locator("#revoke-analytics")).toHaveCount(0);
	await expect(page.locator("#events")).toContainText("You took access back from Analytics");

	// It asks again from now on, and needs no other password.
	await app.goto(`${analytics.origin}/sign-in`);
	await expect(app.locator("html")).toHaveAttribute("data-page", "consent");
}

/** J13: a forgotten browser is ended from here; then this one signs out. */
async function endsElsewhere(browser: Browser, context: BrowserContext, press: (page: Page, id: string) => Promise<void>): Promise<void> {
	const forgotten = await browser.newContext();
	const there = await forgotten.newPage();
	await there.goto(account());
	await typePassword(there, alice);
	await expect(there.locator("#sessions")).toContainText("This browser");

	const page = await context.newPage();
	await page.goto(account());
	await expect(page.locator("#sessions")).toContainText("Chrome on Linux");
	await expect(page.locator("#end-session-2")).toHaveCount(0);
	await press(page, "end-session-1");
	await expect(page.locator("#notice")).toContainText("Ended.");
	await expect(page.locator("#sessions")).toContainText("In this browser, and nowhere else.");
	await there.reload();
	await expect(there.locator("html")).toHaveAttribute("data-page", "login");
	await forgotten.close();

	await page.getByRole("link", { name: "Sign out" }).click();
	await press(page, "logout-confirm");
	await expect(page.locator("#signed-out")).toBeVisible();
}

test("J8 J13 Alice takes back what an app was allowed and ends a forgotten browser, with the keyboard alone", async ({ browser }) => {
	const context = await browser.newContext();
	const press = async (page: Page, id: string) => {
		for (let step = 0; step < 40 && (await page.evaluate(() => document.activeElement?.id)) !== id; step++)
			await page.keyboard.press("Tab");
		await expect(page.locator(`#${id}`)).toBeFocused();
		await page.keyboard.press("Enter");
	};
	await takesBack(context, press);
	await endsElsewhere(browser, context, press);
	await context.close();
});

test("J8 J13 the same without JavaScript", async ({ browser }) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const press = (page: Page, id: string) => page.locator(`#${id}`).click();
	await takesBack(context, press);
	await endsElsewhere(browser, context, press);
	await context.close();
});

test("LG-12 Bob changes his password, is told what is wrong with it first, and another browser is signed out; Back shows nothing of him", async ({
	browser,
}) => {
	const [here, elsewhere] = [await browser.newContext({ timezoneId: "Asia/Tokyo" }), await browser.newContext()];
	const [page, other] = [await here.newPage(), await elsewhere.newPage()];
	for (const one of [other, page]) {
		await one.goto(account());
		await typePassword(one, bob);
		await expect(one.locator("html")).toHaveAttribute("data-page", "account");
	}
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	// Instants are in the time of the browser, where it tells.
	const title = await page.locator("#sessions time").first().getAttribute("title");
	const tokyo = await page.locator("#sessions time").first().getAttribute("datetime");
	const there = { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Tokyo" } as const;
	expect(title).toBe(new Date(String(tokyo)).toLocaleString("en", there));

	const change = async (current: string, fresh: string) => {
		await page.locator("#current-password").fill(current);
		await page.locator("#new-password").fill(fresh);
		await page.locator("#password-submit").click();
	};
	await change(bob.password, "password1");
	await expect(page.locator("#password-error")).toBeFocused();
	await expect(page.locator("#password-error")).toContainText("guessers try first");
	await change("not that one", "harbour under four lamps");
	await expect(page.locator("#password-error")).toContainText("not your current password");
	await change(bob.password, "harbour under four lamps");
	await expect(page.locator("#notice")).toContainText("Your password is changed.");
	await other.reload();
	await expect(other.locator("html")).toHaveAttribute("data-page", "login");
	await typePassword(other, bob);
	await expect(other.locator("#login-error")).toBeFocused();
	await typePassword(other, { ...bob, password: "harbour under four lamps" });
	await expect(other.locator("#events")).toContainText("You changed the password");

	await page.getByRole("link", { name: "Sign out" }).click();
	await page.locator("#logout-confirm").click();
	await expect(page.locator("html")).toHaveAttribute("data-page", "signed-out");
	await page.goBack();
	await page.goBack();
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await Promise.all([here.close(), elsewhere.close()]);
});
