import { expect as atOnce, type Page, test } from "@playwright/test";
import { pageAt } from "../manual/blocks.ts";
import { type Following, following, password } from "../manual/following.ts";

// Generous, because a browser, three programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 180_000 });
const expect = atOnce.configure({ timeout: 30_000 });

let reader: Following;
test.beforeAll(async () => {
	reader = await following();
});
test.afterAll(() => reader[Symbol.asyncDispose]());

async function signIn(page: Page): Promise<void> {
	await page.locator("#button").click();
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await page.locator("#username").fill("alice");
	await page.locator("#password").fill(password);
	await page.locator("#login-submit").click();
	await expect(page.locator("#greeting")).toHaveText("Hello Alice Example");
	await expect(page.locator("#orders")).toContainText("a copper kettle");
}

test("whoever follows the page, command by command, has an app signed in and an API protected", async ({ page }) => {
	for (const block of pageAt("docs/getting-started.md").blocks) {
		const said = await reader.follow(block);
		if (block.code.includes("curl")) expect(said).toMatch(/^HTTP\/1\.1 401[\s\S]*WWW-Authenticate: Bearer/im);
		if (block.code.includes("vite")) {
			await page.goto(reader.origin(5173));
			await signIn(page);
			// Without the API the page still says who is here, and what is wrong.
			await page.route(`${reader.origin(3000)}/**`, (route) => route.abort());
			await page.reload();
			await expect(page.locator("#error")).toContainText("Failed to fetch");
			await expect(page.locator("#greeting")).toHaveText("Hello Alice Example");
			await expect(page.locator("#button")).toHaveText("Sign out");
			await page.unrouteAll();
			await page.reload();
			await expect(page.locator("#orders")).toContainText("a copper kettle");
		}
		if (block.code.includes("event list")) {
			expect(said).toContain("session.started");
			await page.goto(`${reader.origin(4000)}/account`);
			await expect(page.locator("#apps")).toContainText("Shop");
			await page.goto(reader.origin(5173));
			await expect(page.locator("#greeting")).toHaveText("Hello Alice Example");
		}
		if (block.code.includes("session end")) {
			await page.reload();
			await expect(page.locator("#button")).toHaveText("Sign in");
			await signIn(page);
			await page.locator("#button").click();
			await expect(page.locator("#button")).toHaveText("Sign in");
			await expect(page).toHaveURL(`${reader.origin(5173)}/`);
		}
	}
});
