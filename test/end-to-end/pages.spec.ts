import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { createPages } from "../../packages/server/dist/http/pages/index.js";
import { wordsOf } from "../../packages/server/dist/http/pages/words.js";
import english from "../../packages/server/src/http/pages/catalogues/en.json" with { type: "json" };
import { branding, type PageState, pageStates, passwordForm } from "../../packages/server/test/page-states.ts";

const origin = "https://auth.company.example";
const gallery = "test-results/gallery";
const pages = createPages({ branding, https: true });
const states = pageStates(pages);
const still = states.filter(({ name }) => name !== "form-post");
const shop = { name: "Shop", reviewed: true };

type Document = Pick<PageState, "html" | "headers">;

const find = (name: string): Document => {
	const state = states.find((each) => each.name === name);
	if (state === undefined) throw new RangeError(name);
	return state;
};

/** Opens a page under its true headers; every other address of the issuer answers `then`. Returns what the browser complains about. */
async function open(page: Page, { html, headers }: Document, then = "<!doctype html><title>then</title>"): Promise<readonly string[]> {
	const complaints: string[] = [];
	page.on("console", (message) => complaints.push(message.text()));
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
	});
	const contentType = "text/html; charset=utf-8";
	await page.route(`${origin}/**`, (route) => route.fulfill({ body: then, contentType }));
	await page.route(`${origin}/page`, (route) => route.fulfill({ body: html, headers: { ...headers, "content-type": contentType } }));
	await page.goto(`${origin}/page`);
	return complaints;
}

/** What a picture hides: parts wider than the window, and targets too small for a finger (WCAG 2.2 §2.5.8 asks for 24 pixels, we for 44). */
function hiddenFaults(): readonly string[] {
	const wide = document.documentElement.scrollWidth > innerWidth ? [`wider than the window: ${document.documentElement.scrollWidth}`] : [];
	const small = Array.from(document.querySelectorAll("button, .button, input:not([type=checkbox], [type=hidden]), .tick, footer a"))
		.map((element) => ({ name: element.id || element.textContent, box: element.getBoundingClientRect() }))
		.filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
		.map(({ name, box }) => `small target ${name}: ${box.width}×${box.height}`);
	return [...wide, ...small];
}

async function axeFaults(page: Page): Promise<readonly string[]> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

test.use({ trace: "off" });
test.describe.configure({ mode: "parallel" });

for (const [window, viewport] of Object.entries({ phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }))
	for (const colorScheme of ["light", "dark"] as const)
		test.describe(`${window} ${colorScheme}`, () => {
			test.use({ viewport, colorScheme });
			for (const state of still)
				test(`${state.name} is readable, usable, and asks nobody for anything`, async ({ page }) => {
					const complaints = await open(page, state);
					await page.screenshot({ path: `${gallery}/${state.name}-${window}-${colorScheme}.png` });
					expect(await page.evaluate(hiddenFaults)).toEqual([]);
					expect(await axeFaults(page)).toEqual([]);
					expect(complaints).toEqual([]);
				});
		});

for (const [frame, use] of Object.entries({
	"320 pixels": { viewport: { width: 320, height: 640 } },
	"zoom 200": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
	"forced colours": { viewport: { width: 360, height: 740 }, contextOptions: { forcedColors: "active" as const } },
}))
	test.describe(frame, () => {
		test.use(use);
		test("every page fits and can be touched", async ({ page }) => {
			for (const state of still) {
				await open(page, state);
				await page.screenshot({ path: `${gallery}/${state.name}-${frame.replaceAll(" ", "-")}.png`, fullPage: true });
				expect(await page.evaluate(hiddenFaults), state.name).toEqual([]);
				await page.unrouteAll();
			}
		});
	});

test("right to left, every page turns and fits", async ({ page }) => {
	await page.setViewportSize({ width: 360, height: 740 });
	const turned = createPages({ branding, https: true, languages: [wordsOf("ar", english), wordsOf("en", english)] });
	for (const state of pageStates(turned, "ar").filter(({ name }) => name !== "form-post")) {
		await open(page, state);
		await page.screenshot({ path: `${gallery}/${state.name}-rtl.png`, fullPage: true });
		expect(await page.evaluate(hiddenFaults), state.name).toEqual([]);
		const mark = await page.locator(".logo").boundingBox();
		expect(mark?.x, state.name).toBeGreaterThan(180);
		await page.unrouteAll();
	}
});

for (const accent of ["#0b57d0", "#f5c400", "#b3261e", "#111111", "#7a3ff2"])
	test(`the brand colour ${accent} can be read in both schemes`, async ({ page }) => {
		await page.setViewportSize({ width: 448, height: 640 });
		const own = createPages({ branding: { name: "Company", accent, links: branding.links ?? {} }, https: true });
		for (const name of ["sign-in", "consent"])
			for (const colorScheme of ["light", "dark"] as const) {
				await page.emulateMedia({ colorScheme });
				const state = pageStates(own).find((each) => each.name === name);
				if (state === undefined) throw new RangeError(name);
				await open(page, state);
				await page.screenshot({ path: `${gallery}/${name}-${accent.slice(1)}-${colorScheme}.png` });
				expect(await axeFaults(page)).toEqual([]);
				await page.unrouteAll();
			}
	});

test("PG-03 script in every name runs nowhere", async ({ page }) => {
	for (const text of [
		`<script>window.ran = 1</script>`,
		`"><img src=x onerror="window.ran = 1">`,
		`</title></style><svg onload=window.ran=1>`,
		`javascript:window.ran=1`,
	]) {
		const app = { name: text, reviewed: true, logo: text };
		const made = createPages({ branding: { name: text, logo: text, links: { help: text, privacy: text } }, https: true });
		const spoken = made.spoken("en", "");
		const target = { action: "/next", hidden: { [text]: text } };
		const documents = [
			spoken.signInPage({ ...target, app, form: passwordForm, username: text, error: { kind: "mismatch" } }),
			spoken.continuePage({ ...target, app, person: { name: text, detail: text } }),
			spoken.signedOutPage({ back: { app: text, url: text } }),
			spoken.errorPage({ code: "invalid_request", traceId: text, development: { description: text, comparison: { [text]: text } } }),
		];
		for (const html of documents) {
			expect(await open(page, { html, headers: made.headers })).toEqual([]);
			expect(await page.evaluate("window.ran")).toBeUndefined();
			expect(await page.textContent("h1, #error-code")).not.toBe("");
			await page.unrouteAll();
		}
	}
	// The honest twin: the policy is what stops a script, and the page's own runs.
	const complaints = await open(page, {
		html: find("sign-in").html.replace("<main>", "<main><script>window.ran = 1</script>"),
		headers: pages.headers,
	});
	expect(await page.evaluate("window.ran")).toBeUndefined();
	expect(complaints.join()).toContain("Content Security Policy");
	await expect(page.getByRole("button", { name: "Show password" })).toBeVisible();
});

test("a password can be shown, and is hidden again before it is sent", async ({ page }) => {
	await open(page, find("sign-in"));
	const show = page.getByRole("button", { name: "Show password" });
	await page.fill("#password", "correct horse");
	await show.click();
	await expect(page.locator("#password")).toHaveAttribute("type", "text");
	await expect(show).toHaveAttribute("aria-pressed", "true");
	await page.evaluate(() => addEventListener("submit", (event) => event.preventDefault()));
	await page.fill("#username", "alice");
	await page.click("#login-submit");
	await expect(page.locator("#password")).toHaveAttribute("type", "password");
	await expect(page.locator("#login-submit")).toHaveText("Signing in…");
});

test("a form is sent once, however often the button is pressed, and again when no answer came", async ({ page }) => {
	await page.clock.install();
	await open(page, find("sign-in"));
	const sent: (string | null)[] = [];
	await page.route(`${origin}/login`, (route) => {
		sent.push(new URLSearchParams(route.request().postData() ?? "").get("password"));
		return route.fulfill({ status: 204 });
	});
	await page.fill("#username", "alice");
	for (const password of ["first", "second", "third"]) {
		await page.fill("#password", password);
		await page.click("#login-submit");
	}
	await page.clock.runFor(9000);
	await page.fill("#password", "fourth");
	await page.click("#login-submit");
	await expect.poll(() => sent).toEqual(["first", "fourth"]);
});

test("the keyboard walks the sign-in page in its order, and Enter on the consent page denies", async ({ page }) => {
	await open(page, find("sign-in"));
	const focused = () =>
		page.evaluate(
			() => document.activeElement?.id || document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent,
		);
	const walked = [await focused()];
	for (let step = 0; step < 6; step++) {
		await page.keyboard.press("Tab");
		walked.push(await focused());
	}
	expect(walked).toEqual(["username", "password", "Show password", "login-submit", "Deutsch", "Help", "Privacy"]);
	await page.unrouteAll();

	await open(page, find("consent"));
	await page.focus("[id='scope-crm.read']");
	const [request] = await Promise.all([page.waitForRequest(`${origin}/consent`), page.keyboard.press("Enter")]);
	expect(new URLSearchParams(request.postData() ?? "").get("answer")).toBe("deny");
});

test("the summary of a refused sign-in has the focus", async ({ page }) => {
	await open(page, find("sign-in-mismatch"));
	await expect(page.locator("#login-error")).toBeFocused();
});

test.describe("without JavaScript", () => {
	test.use({ javaScriptEnabled: false });

	test("signing in, choosing, consenting, continuing and signing out send what was answered", async ({ page }) => {
		const answers: readonly [state: string, click: string, path: string, expected: Readonly<Record<string, string[]>>][] = [
			["select-account", "#account-other", "/select-account", { answer: ["other"] }],
			["select-account", "#account-1", "/select-account", { answer: ["continue"] }],
			["consent", "#consent-allow", "/consent", { answer: ["allow"], scope: ["profile", "crm.read", "crm.write", "offline_access"] }],
			["consent", "#consent-deny", "/consent", { answer: ["deny"] }],
			["continue", "#continue-submit", "/continue", { answer: ["continue"] }],
			["continue", "#continue-other", "/continue", { answer: ["other"] }],
			["logout", "#logout-confirm", "/end-session", { answer: ["confirm"] }],
			["logout", "#logout-cancel", "/end-session", { answer: ["cancel"] }],
			["sign-in", "#login-submit", "/login", { username: ["alice"], password: [" pass & word "] }],
		];
		for (const [state, click, path, expected] of answers) {
			await open(page, find(state));
			if (state === "sign-in") {
				await page.fill("#username", "alice");
				await page.fill("#password", " pass & word ");
				await expect(page.getByRole("button", { name: "Show password" })).toBeHidden();
			}
			if (click === "#consent-allow") await page.uncheck("#scope-email");
			const [request] = await Promise.all([page.waitForRequest(`${origin}${path}`), page.click(click)]);
			const sent = new URLSearchParams(request.postData() ?? "");
			expect(request.method()).toBe("POST");
			for (const [name, values] of Object.entries(expected)) expect(sent.getAll(name), `${click} ${name}`).toEqual(values);
			expect(sent.get("form")).toBe("uP1mR5cQx0Zb");
			await page.unrouteAll();
		}
	});

	test("a response by form post waits for one press of its button", async ({ page }) => {
		await page.setViewportSize({ width: 360, height: 740 });
		await open(page, find("form-post"));
		await page.screenshot({ path: `${gallery}/form-post-phone-light.png` });
		await page.route("https://shop.company.example/**", (route) => route.fulfill({ body: "arrived" }));
		const [request] = await Promise.all([page.waitForRequest("https://shop.company.example/callback"), page.click("button")]);
		expect(Object.fromEntries(new URLSearchParams(request.postData() ?? ""))).toEqual({
			code: "SplxlOBeZQQYbYS6WxSbIA",
			state: "af0ifjsldkj",
		});
	});
});

test("a response by form post sends itself, under its own policy", async ({ page }) => {
	await page.route("https://shop.company.example/**", (route) => route.fulfill({ body: "arrived" }));
	const parameters = new Map([["state", `"><script>window.ran = 1</script>`]]);
	const html = pages.spoken("en").formPostPage({ app: shop, redirectUri: "https://shop.company.example/callback", parameters });
	const [request] = await Promise.all([
		page.waitForRequest("https://shop.company.example/callback"),
		open(page, { html, headers: pages.formPostHeaders }).catch(() => undefined),
	]);
	expect(request.method()).toBe("POST");
	expect(new URLSearchParams(request.postData() ?? "").get("state")).toBe(parameters.get("state"));
});
