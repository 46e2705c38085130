import "../../examples/company/src/localhost.ts";
import { AxeBuilder } from "@axe-core/playwright";
import { expect as atOnce, type BrowserContext, type Page, test } from "@playwright/test";
import { type Company, startCompany } from "../../examples/company/src/company.ts";
import { people } from "../../examples/company/src/people.ts";
import { freeBase } from "../../examples/company/src/ports.ts";
import { Phone, tell } from "../mobile/phone.ts";
import { type Folder, scratchFolder } from "../process.ts";

// Generous, because a browser, the programs of the company and whatever else a machine does share its cores.
test.describe.configure({ timeout: 120_000 });
test.use({ trace: "off" });
const expect = atOnce.configure({ timeout: 20_000 });

const [alice] = people;
const scheme = "com.larkfield.app:/callback";
let company: Company;
let scratch: Folder;

test.beforeAll(async () => {
	scratch = scratchFolder();
	company = await startCompany({ base: await freeBase(), data: scratch.path, members: ["auth", "crm", "orders"], say: () => undefined });
});

test.afterAll(async () => {
	await company.stop();
	scratch[Symbol.dispose]();
});

// A company that is on the internet needs no such permission; this one is on the machine itself.
const permissions = ["local-network-access"];
const size = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, permissions };

function phoneIn(context: BrowserContext): Phone {
	const { auth, crm, orders } = company.parties;
	return new Phone(context, { issuer: auth.origin, crm: crm.origin, orders: orders.origin });
}

/** Signs Alice in in the phone's browser; answers the link that the system is handed, and whether she was asked for her password. */
async function signInAt(context: BrowserContext, url: string): Promise<{ readonly link: string; readonly asked: boolean }> {
	const page = await context.newPage();
	const link = Promise.withResolvers<string>();
	page.on("response", (response) => {
		const { location = "" } = response.headers();
		if (location.startsWith(scheme)) link.resolve(location);
	});
	await page.goto(url);
	const asked = await page.locator("#password").isVisible();
	if (asked) {
		await page.locator("#username").fill(alice.username);
		await page.locator("#password").fill(alice.password);
		await page.locator("#login-submit").click();
	} else await page.locator("#continue-submit").click();
	const answer = { link: await link.promise, asked };
	await page.close();
	return answer;
}

async function expectGood(view: Page, name: string): Promise<void> {
	await view.screenshot({ path: `test-results/mobile/${name}.png` });
	const { violations } = await new AxeBuilder({ page: view }).analyze();
	expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
	expect(await view.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
}

test("J2 in a web view: the app is killed while the browser is open, started by the link, and shows customers, then orders", async ({
	browser,
}) => {
	const context = await browser.newContext(size);
	const phone = phoneIn(context);
	const first = await phone.start();
	await expect(first.locator("#sign-in")).toBeVisible();
	await expectGood(first, "welcome");
	const opened = phone.opened();
	await first.locator("#sign-in").click();
	const url = await opened;
	await first.close();

	const { link } = await signInAt(context, url);
	phone.launchedBy = link;
	const second = await phone.start();
	await tell(second, "appUrlOpen", { url: link });
	await expect(second.locator(".row")).toHaveCount(4);
	await expectGood(second, "customers");
	await second.locator("#tab-orders").click();
	await expect(second.locator(".order")).toHaveCount(3);
	await expect(second.locator(".order").first()).toContainText("£76.00");
	await expectGood(second, "orders");
	await second.emulateMedia({ colorScheme: "dark" });
	await expectGood(second, "orders-dark");
	await second.locator("#tab-me").click();
	await expect(second.locator("h1")).toHaveText(alice.name);
	await expectGood(second, "me-dark");

	// The refresh token is where nothing but this device reads it, and nowhere that scripts do.
	const kept = phone.calls.filter(
		({ method, options }) => method === "internalSetItem" && String(options["data"]).includes("refreshToken"),
	);
	const [afterFirstUnlockThisDeviceOnly, notByCloud] = [3, false];
	for (const { options } of kept) expect([options["access"], options["sync"]]).toEqual([afterFirstUnlockThisDeviceOnly, notByCloud]);
	expect(kept.length).toBeGreaterThan(2);
	const [text = ""] = phone.keychain.values();
	const { refreshToken } = JSON.parse(JSON.parse(text)) as { readonly refreshToken: string };
	const readable = await second.evaluate(() =>
		JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML]),
	);
	for (const secret of [refreshToken, "eyJ", new URL(link).searchParams.get("code")!]) expect(readable).not.toContain(secret);
	expect([...phone.settings.values()]).toEqual(["signed-in"]);

	// Out without a browser; the next sign-in asks for the password again.
	const before = phone.calls.filter(({ method }) => method === "open").length;
	await second.locator("#sign-out").click();
	await expect(second.locator(".message")).toContainText("You have signed out");
	await expectGood(second, "signed-out-dark");
	expect(phone.calls.filter(({ method }) => method === "open")).toHaveLength(before);
	expect(phone.keychain.size).toBe(0);
	const again = phone.opened();
	await second.locator("#sign-in").click();
	expect((await signInAt(context, await again)).asked).toBe(true);
	expect(phone.said).toEqual([]);
	await context.close();
});

test("a browser that is closed cancels the sign-in, unless its link is on the way; and two web views share one session", async ({
	browser,
}) => {
	const context = await browser.newContext(size);
	const phone = phoneIn(context);
	const view = await phone.start();
	const opened = phone.opened();
	await view.locator("#sign-in").click();
	const url = await opened;
	await tell(view, "browserFinished");
	await expect(view.locator(".message")).toContainText("You closed the browser");

	// The link comes all the same.
	const { link } = await signInAt(context, url);
	await tell(view, "appUrlOpen", { url: `${link}&state=forged` });
	await tell(view, "appUrlOpen", { url: link });
	await tell(view, "appUrlOpen", { url: link });
	await expect(view.locator(".row")).toHaveCount(4);

	const other = await phone.start();
	await expect(other.locator(".row")).toHaveCount(4);
	await Promise.all([view.locator("#tab-orders").click(), other.locator("#tab-orders").click()]);
	await expect(view.locator(".order")).toHaveCount(3);
	await expect(other.locator(".order")).toHaveCount(3);
	expect(phone.said).toEqual([]);
	await context.close();
});
