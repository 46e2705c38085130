import {
	test as base,
	type Page,
	type PlaywrightTestArgs,
	type PlaywrightTestOptions,
	type PlaywrightWorkerArgs,
	type PlaywrightWorkerOptions,
	type TestType,
} from "@playwright/test";
import type { Issuer } from "./issuer.ts";
import type { IssuerOptions } from "./options.ts";
import { startIssuer } from "./start-issuer.ts";
import { TestingError } from "./testing-error.ts";

/** What a test of an app in the browser is given. */
export interface IssuerFixtures {
	/** A real issuer: one for each worker, because apps are told its address once, and as just started for each test. */
	readonly issuer: Issuer;
	/**
	 * Signs somebody in at the issuer's pages that the app has sent `page` to, allows what is asked, and settles when the app is
	 * shown again.
	 *
	 * @param person the first unless named
	 */
	readonly signIn: (page: Page, person?: string) => Promise<void>;
}

interface WorkerFixtures {
	readonly workerIssuer: Issuer;
}

/**
 * Playwright's `test` with an `issuer` and `signIn`.
 *
 * @param options as `startIssuer` takes them; with a `port` for an app that is told the issuer before the tests begin, which then run in one worker
 * @example
 * const test = issuerTest({ port: 4010, clients: [shop] });
 * test("Alice signs in", async ({ page, signIn }) => {
 *   await page.goto("http://localhost:5173");
 *   await page.getByRole("button", { name: "Sign in" }).click();
 *   await signIn(page, "alice");
 * });
 */
export function issuerTest(
	options: IssuerOptions = {},
): TestType<PlaywrightTestArgs & PlaywrightTestOptions & IssuerFixtures, PlaywrightWorkerArgs & PlaywrightWorkerOptions & WorkerFixtures> {
	return base.extend<IssuerFixtures, WorkerFixtures>({
		workerIssuer: [
			// biome-ignore lint/correctness/noEmptyPattern: the fixtures that are needed are read from the pattern
			async ({}, use) => {
				await using issuer = await startIssuer(options);
				await use(issuer);
			},
			{ scope: "worker" },
		],
		issuer: async ({ workerIssuer }, use) => {
			await use(workerIssuer);
			await workerIssuer.reset();
		},
		signIn: async ({ issuer }, use) => use((page, person) => signIn(page, issuer, person)),
	});
}

/** Fills the pages by their promised ids. */
async function signIn(page: Page, issuer: Issuer, name?: string): Promise<void> {
	const { username, password } = issuer.person(name);
	await page.waitForURL((url) => url.origin === issuer.url);
	let typed = false;
	while (new URL(page.url()).origin === issuer.url) {
		await page.waitForLoadState("load");
		const kind = await page.locator("html").getAttribute("data-page");
		if (kind === "login" && typed)
			throw new TestingError(`the issuer does not let ${username} in: ${await page.locator("#login-error").textContent()}`);
		if (kind === "login") {
			await page.locator("#username").fill(username);
			await page.locator("#password").fill(password);
			typed = true;
		}
		const button = buttons[kind ?? ""];
		if (button === undefined)
			throw new TestingError(
				`the issuer shows its page "${kind}" at ${new URL(page.url()).pathname}: ${await page.locator("main").innerText()}`,
			);
		const shown = page.waitForEvent("load");
		await page.locator(button).click();
		await shown;
	}
}

/** The button that goes on, by page. */
const buttons: Readonly<Record<string, string>> = {
	login: "#login-submit",
	"select-account": "#account-1",
	consent: "#consent-allow",
	continue: "#continue-submit",
};
