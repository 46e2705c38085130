import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { createPages } from "../../packages/server/dist/http/pages/index.js";
import { wordsOf } from "../../packages/server/dist/http/pages/words.js";
import english from "../../packages/server/src/http/pages/catalogues/en.json" with { type: "json" };
import { logoPng } from "../../packages/server/test/logo-png.ts";
import { branding, type PageState, pageStates, passwordForm } from "../../packages/server/test/page-states.ts";

const origin = "https://auth.company.example";
/** Two logos: a square one, and one as wide as they come. */
const [square, wide] = [logoPng(96, 96), logoPng(900, 360)];
const gallery = "test-results/gallery";
const pages = createPages({ branding, https: true });
const states = pageStates(pages);
/** The page that sends itself is gone before it can be looked at. */
const isStill = ({ name }: PageState) => name !== "form-post";

type Shown = Pick<PageState, "html" | "headers">;

const find = (name: string, among = states): PageState => {
	const state = among.find((each) => each.name === name);
	if (state === undefined) throw new RangeError(name);
	return state;
};

/**
 * Shows pages in one window, one after the other, under their true headers; every other address of the issuer answers nothing of
 * interest. Answers what the browser complained about.
 */
const test = base.extend<{ show: (shown: Shown) => Promise<readonly string[]> }>({
	show: async ({ page }, use) => {
		const contentType = "text/html; charset=utf-8";
		let complaints: string[] = [];
		let on: Shown = { html: "", headers: {} };
		page.on("console", (message) => complaints.push(message.text()));
		page.on("pageerror", (error) => complaints.push(error.message));
		page.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`));
		page.on("request", (request) => {
			if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) complaints.push(`asked for ${request.url()}`);
		});
		await page.route(`${origin}/**`, (route) => route.fulfill({ body: "<!doctype html><title>then</title>", contentType }));
		await page.route(`${origin}/logo?*`, (route) =>
			route.fulfill({ body: route.request().url().includes("wide") ? wide : square, contentType: "image/png" }),
		);
		await page.route(`${origin}/page`, (route) =>
			route.fulfill({ body: on.html, headers: { ...on.headers, "content-type": contentType } }),
		);
		await use(async (shown) => {
			complaints = [];
			on = shown;
			await page.goto(`${origin}/page`);
			return complaints;
		});
	},
});

/** What a picture hides: parts wider than the window, targets too small for a finger (WCAG 2.2 §2.5.8 asks for 24 pixels, we for 44), words cut off. */
function hiddenFaults(): readonly string[] {
	const wide = document.documentElement.scrollWidth > innerWidth ? [`wider than the window: ${document.documentElement.scrollWidth}`] : [];
	const small = Array.from(document.querySelectorAll("button, .button, input:not([type=checkbox], [type=hidden]), .tick, footer a"))
		.map((element) => ({ name: element.id || element.textContent, box: element.getBoundingClientRect() }))
		.filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
		.map(({ name, box }) => `small target ${name}: ${box.width}×${box.height}`);
	const cut = Array.from(document.querySelectorAll("h1, h2, h3, p, label, small, b, a, button, code"))
		.filter(
			(element) =>
				element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && getComputedStyle(element).display !== "inline",
		)
		.map((element) => `cut off: ${element.textContent}`);
	return [...wide, ...small, ...cut];
}

async function axeFaults(page: Page): Promise<readonly string[]> {
	const { violations } = await new AxeBuilder({ page })
		.setLegacyMode(true)
		.options({ resultTypes: ["violations"] })
		.analyze();
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

test.use({ trace: "off" });
// One test looks at many pages: the machine may be busy with others.
test.describe.configure({ mode: "parallel", timeout: 180_000 });

for (const [window, viewport] of Object.entries({ phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }))
	for (const colorScheme of ["light", "dark"] as const)
		test.describe(`${window} ${colorScheme}`, () => {
			test.use({ viewport, colorScheme });
			for (const lang of window === "phone" && colorScheme === "light" ? ["en", "de"] : ["en"])
				test(`every page in every state is readable, usable, and asks nobody for anything (${lang})`, async ({ page, show }) => {
					for (const state of pageStates(pages, lang).filter(isStill)) {
						const complaints = await show(state);
						await page.screenshot({ path: `${gallery}/${state.name}-${window}-${colorScheme}-${lang}.png` });
						expect.soft(await page.evaluate(hiddenFaults), state.name).toEqual([]);
						expect.soft(await axeFaults(page), state.name).toEqual([]);
						expect.soft(complaints, state.name).toEqual([]);
					}
				});
		});

for (const [frame, use] of Object.entries({
	"320 pixels": { viewport: { width: 320, height: 640 } },
	"zoom 200": { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
	"forced colours": { viewport: { width: 360, height: 740 }, contextOptions: { forcedColors: "active" as const } },
}))
	test.describe(frame, () => {
		test.use(use);
		test("every page fits and can be touched, in both languages", async ({ page, show }) => {
			for (const lang of pages.languages)
				for (const state of pageStates(pages, lang).filter(isStill)) {
					await show(state);
					if (lang === "en") await page.screenshot({ path: `${gallery}/${state.name}-${frame.replaceAll(" ", "-")}.png`, fullPage: true });
					expect.soft(await page.evaluate(hiddenFaults), `${state.name} ${lang}`).toEqual([]);
				}
		});
	});

test("right to left, every page turns and fits", async ({ page, show }) => {
	await page.setViewportSize({ width: 360, height: 740 });
	const turned = createPages({ branding, https: true, languages: [wordsOf("ar", english), wordsOf("en", english)] });
	for (const state of pageStates(turned, "ar").filter(isStill)) {
		await show(state);
		await page.screenshot({ path: `${gallery}/${state.name}-rtl.png`, fullPage: true });
		expect.soft(await page.evaluate(hiddenFaults), state.name).toEqual([]);
		const mark = await page.locator(".logo").boundingBox();
		expect.soft(mark?.x, state.name).toBeGreaterThan(180);
	}
});

test("brand colours of any kind can be read in both schemes", async ({ page, show }) => {
	await page.setViewportSize({ width: 448, height: 640 });
	for (const accent of ["#0b57d0", "#f5c400", "#b3261e", "#111111", "#7a3ff2"]) {
		const own = createPages({ branding: { name: "Company", accent, links: branding.links ?? {} }, https: true });
		for (const name of ["sign-in", "consent"])
			for (const colorScheme of ["light", "dark"] as const) {
				await page.emulateMedia({ colorScheme });
				await show(find(name, pageStates(own)));
				await page.screenshot({ path: `${gallery}/${name}-${accent.slice(1)}-${colorScheme}.png` });
				expect.soft(await axeFaults(page), `${name} ${accent} ${colorScheme}`).toEqual([]);
			}
	}
});

test.describe("the answers to the consent page", () => {
	/** Parts that cannot be brought into sight, because something else is shown in their place. */
	function covered(): readonly (string | null)[] {
		return Array.from(document.querySelectorAll(".ask :is(h1, h2, .tick, p, a)"))
			.filter((part) => {
				part.scrollIntoView({ block: "nearest", behavior: "instant" });
				const [box = new DOMRect()] = part.getClientRects();
				return !part.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
			})
			.map(({ textContent }) => textContent);
	}

	test("cover nothing that cannot be moved into sight, at any height", async ({ page, show }) => {
		for (const name of ["consent", "consent-not-reviewed", "consent-12", "consent-long"]) {
			await show(find(name));
			for (const width of [360, 1_280])
				for (const height of [420, 600, 740, 800, 1_080]) {
					await page.setViewportSize({ width, height });
					expect.soft(await page.evaluate(covered), `${name} ${width}×${height}`).toEqual([]);
				}
		}
	});

	test("in a window of usual size both are in sight, and a permission is too", async ({ page, show }) => {
		for (const viewport of [
			{ width: 1280, height: 800 },
			{ width: 360, height: 740 },
		]) {
			await page.setViewportSize(viewport);
			for (const lang of pages.languages)
				for (const name of ["consent", "consent-not-reviewed", "consent-12"]) {
					await show(find(name, pageStates(pages, lang)));
					for (const part of ["#consent-deny", "#consent-allow", ".tick >> nth=0"])
						await expect.soft(page.locator(part), `${part} of ${name} ${lang} ${viewport.width}`).toBeInViewport({ ratio: 0.75 });
				}
		}
	});
});

test("PG-03 script in every name runs nowhere, in any language", async ({ page, show }) => {
	for (const text of [
		`<script>window.ran = 1</script>`,
		`"><img src=x onerror="window.ran = 1">`,
		`</title></style><svg onload=window.ran=1>`,
		`javascript:window.ran=1`,
	]) {
		const app = { name: text, reviewed: false, logo: text, uri: text, policyUri: text, tosUri: text };
		const person = { name: text, detail: text };
		const made = createPages({ branding: { name: text, logo: text, links: { help: text, privacy: text } }, https: true });
		const target = { action: "/next", hidden: { [text]: text } };
		for (const lang of pages.languages) {
			const spoken = made.spoken(lang, "");
			const apis = [{ name: text, scopes: [{ name: text, sentence: text }] }];
			const asked = { app, person, redirectUri: "https://a.example/", standardScopes: [text], apis, accountUrl: "/", otherAccountUrl: "/" };
			for (const document of [
				spoken.signInPage({ ...target, app, form: passwordForm, username: text, error: { kind: "mismatch" } }),
				spoken.consentPage({ ...target, ...asked }),
				spoken.continuePage({ ...target, app, person }),
				spoken.errorPage({ code: "invalid_request", traceId: text, development: { description: text, comparison: { [text]: text } } }),
			]) {
				expect(await show(document)).toEqual([]);
				expect(await page.evaluate("window.ran")).toBeUndefined();
				expect(await page.textContent("h1")).not.toBe("");
			}
		}
	}
	// The honest twin: the policy is what stops a script, and the page's own runs.
	const { html, headers } = find("sign-in");
	const complaints = await show({ html: html.replace("<main>", "<main><script>window.ran = 1</script>"), headers });
	expect(await page.evaluate("window.ran")).toBeUndefined();
	expect(complaints.join()).toContain("Content Security Policy");
	await expect(page.getByRole("button", { name: "Show password" })).toBeVisible();
});

test("a password can be shown, and is hidden again before it is sent", async ({ page, show }) => {
	await show(find("sign-in"));
	const eye = page.getByRole("button", { name: "Show password" });
	await page.fill("#password", "correct horse");
	await eye.click();
	await expect(page.locator("#password")).toHaveAttribute("type", "text");
	await expect(eye).toHaveAttribute("aria-pressed", "true");
	await page.evaluate(() => addEventListener("submit", (event) => event.preventDefault()));
	await page.fill("#username", "alice");
	await page.click("#login-submit");
	await expect(page.locator("#password")).toHaveAttribute("type", "password");
	await expect(page.locator("#login-submit")).toHaveText("Signing in…");
});

test("a form is sent once, however often the button is pressed, and again when no answer came", async ({ page, show }) => {
	await page.clock.install();
	await show(find("sign-in"));
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

test("the keyboard walks the sign-in page in its order, and Enter on the consent page denies", async ({ page, show }) => {
	await show(find("sign-in"));
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

	await show(find("consent"));
	await page.focus("[id='scope-crm.read']");
	const [request] = await Promise.all([page.waitForRequest(`${origin}/consent`), page.keyboard.press("Enter")]);
	expect(new URLSearchParams(request.postData() ?? "").get("answer")).toBe("deny");
});

test("the keyboard alone reaches everything, in order, and what has the focus is seen to have it", async ({ page, show }) => {
	for (const name of ["sign-in-mismatch", "select-account", "consent-12", "continue", "logout", "stayed", "error", "error-start-again"]) {
		await show(find(name));
		const reachable = await page.evaluate(() => {
			const all = Array.from(document.querySelectorAll<HTMLElement>("a[href], button, input:not([type=hidden])"));
			const shown = all.filter((element) => element.getClientRects().length > 0);
			for (const [index, element] of shown.entries()) element.dataset["place"] = String(index);
			document.body.tabIndex = -1;
			document.body.focus();
			return shown.length;
		});
		const walked: (string | undefined)[] = [];
		for (let step = 0; step < reachable; step++) {
			await page.keyboard.press("Tab");
			walked.push(
				await page.evaluate(() => {
					const element = document.activeElement as HTMLElement;
					const { outlineStyle, outlineWidth } = getComputedStyle(element);
					return `${element.dataset["place"]} ${outlineStyle} ${outlineWidth}`;
				}),
			);
		}
		expect(walked, name).toEqual(Array.from({ length: reachable }, (_, index) => `${index} solid 3px`));
	}
});

test("a person whose keyboard shifts is told so", async ({ page, show }) => {
	await show(find("sign-in"));
	const hint = page.getByText("Caps Lock is on.");
	await expect(hint).toBeHidden();
	const press = (on: boolean) =>
		page.locator("#password").evaluate((field, modifierCapsLock) => {
			field.dispatchEvent(new KeyboardEvent("keydown", { key: "A", bubbles: true, modifierCapsLock }));
		}, on);
	await press(true);
	await expect(hint).toBeVisible();
	await page.screenshot({ path: `${gallery}/sign-in-caps-lock.png` });
	await press(false);
	await expect(hint).toBeHidden();
});

test("what the help desk needs is copied with one press, though no page may use the clipboard's own interface", async ({ page, show }) => {
	const { html, headers } = find("error");
	await show({ html: html.replace("</main>", '<textarea id="paste" aria-label="paste"></textarea></main>'), headers });
	await page.getByRole("button", { name: "Copy" }).click();
	await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
	await page.focus("#paste");
	await page.keyboard.press("ControlOrMeta+V");
	await expect(page.locator("#paste")).toHaveValue(/invalid_request\s[\s\S]*4bf92f3577b34da6a3ce929d0e0e4736/);
});

test("the footer leads to the same page in the other language", async ({ page, show }) => {
	await show(find("consent"));
	const link = page.getByRole("link", { name: "Deutsch" });
	await expect(link).toHaveAttribute("lang", "de");
	await expect(link).toHaveAttribute("hreflang", "de");
	const [request] = await Promise.all([page.waitForRequest(/ui_locales/), link.click()]);
	expect(request.url()).toMatch(/^https:\/\/auth\.company\.example\/page\?continue=[\w-]+&ui_locales=de$/);
	expect(request.method()).toBe("GET");
});

test("the summary of a refused sign-in has the focus", async ({ page, show }) => {
	await show(find("sign-in-mismatch"));
	await expect(page.locator("#login-error")).toBeFocused();
});

test.describe("without JavaScript", () => {
	test.use({ javaScriptEnabled: false });

	test("signing in, choosing, consenting, continuing and signing out send what was answered", async ({ page, show }) => {
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
			await show(find(state));
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
		}
	});

	test("a response by form post waits for one press of its button", async ({ page, show }) => {
		await page.setViewportSize({ width: 360, height: 740 });
		await show(find("form-post"));
		await page.screenshot({ path: `${gallery}/form-post-phone-light.png` });
		await page.route("https://shop.company.example/**", (route) => route.fulfill({ body: "arrived" }));
		const [request] = await Promise.all([page.waitForRequest("https://shop.company.example/callback"), page.click("button")]);
		expect(Object.fromEntries(new URLSearchParams(request.postData() ?? ""))).toEqual({
			code: "SplxlOBeZQQYbYS6WxSbIA",
			state: "af0ifjsldkj",
		});
	});
});

test("a response by form post sends itself, under its own policy", async ({ page, show }) => {
	await page.route("https://shop.company.example/**", (route) => route.fulfill({ body: "arrived" }));
	const parameters = new Map([["state", `"><script>window.ran = 1</script>`]]);
	const app = { name: "Shop", reviewed: true };
	const document = pages.spoken("en").formPostPage({ app, redirectUri: "https://shop.company.example/callback", parameters });
	const [request] = await Promise.all([
		page.waitForRequest("https://shop.company.example/callback"),
		show(document).catch(() => undefined),
	]);
	expect(request.method()).toBe("POST");
	expect(new URLSearchParams(request.postData() ?? "").get("state")).toBe(parameters.get("state"));
});
