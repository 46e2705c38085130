import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { branding, type PageState, pageStates, passwordForm } from "../../../test/page-states.ts";
import { createPages, type Pages } from "./index.ts";

const pages = createPages({ branding, https: true });
const inGerman = pageStates(pages, "de");
const states = pageStates(pages);
const everyState = [...states, ...inGerman.map((each) => ({ ...each, name: `${each.name} (de)` }))];
const state = (name: string) => states.find((each) => each.name === name) ?? expect.fail(`no state ${name}`);

/** The start tags of a page, with their attributes, as a browser reads them: values in double quotes may hold anything else. */
function elements(html: string) {
	const tag = /<([a-z][a-z0-9]*)((?:\s+[^\s=>"/]+(?:="[^"]*")?)*)\s*\/?>/g;
	const attribute = /([^\s=>"/]+)(?:="([^"]*)")?/g;
	const markup = html.replace(/(<(style|script)>).*?<\/\2>/gs, "$1");
	return Array.from(markup.matchAll(tag), ([, name = "", rest = ""]) => ({
		name,
		attributes: new Map(Array.from(rest.matchAll(attribute), ([, key = "", value = ""]) => [key, unescaped(value)])),
	}));
}

function unescaped(text: string): string {
	return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}

/** What a person reads or hears. */
function wordsOf(html: string): string {
	return html
		.replace(/<(style|script)>.*?<\/\1>/gs, " ")
		.replace(/<code id="error-code">.*?<\/code>/, " ")
		.replace(/<(?:[^>"]|"[^"]*")*>/g, (tag) => ` ${tag.match(/aria-label="([^"]*)"/)?.[1] ?? ""} `);
}

const ids = (html: string) => elements(html).flatMap(({ attributes }) => attributes.get("id") ?? []);
const inputs = (html: string) => elements(html).filter(({ name }) => name === "input");

test("every id and page name of the interface is there", () => {
	const promised: Readonly<Record<string, readonly [page: string, ...ids: readonly string[]]>> = {
		"sign-in": ["login", "username", "password", "login-submit"],
		"sign-in-mismatch": ["login", "username", "password", "login-submit", "login-error"],
		"select-account": ["select-account", "account-1", "account-other"],
		consent: ["consent", "consent-allow", "consent-deny", "scope-profile", "scope-email", "scope-offline_access", "scope-crm.read"],
		continue: ["continue", "continue-submit", "continue-other"],
		account: ["account", "apps", "sessions", "password", "revoke-analytics", "revoke-shop", "end-session-1", "password-submit"],
		logout: ["logout", "logout-confirm", "logout-cancel"],
		"signed-out": ["signed-out", "signed-out"],
		error: ["error", "error-code", "error-text", "trace-id"],
	};
	for (const [name, [page, ...wanted]] of Object.entries(promised)) {
		const { html } = state(name);
		expect(elements(html)[0]?.attributes.get("data-page")).toBe(page);
		expect(ids(html)).toEqual(expect.arrayContaining(wanted));
	}
	expect(ids(state("sign-in").html)).not.toContain("login-error");
	expect(ids(state("consent").html)).not.toContain("scope-openid");
});

test.each(everyState)("$name is one well-formed document in one language", ({ name: state, html }) => {
	const all = elements(html);
	const count = (name: string) => all.filter((element) => element.name === name).length;
	expect(html.startsWith("<!doctype html>")).toBe(true);
	expect(Object.fromEntries(all[0]?.attributes ?? [])).toMatchObject({ lang: state.endsWith("(de)") ? "de" : "en", dir: "ltr" });
	for (const once of ["html", "head", "title", "style", "script", "body", "main", "h1"]) expect(count(once), once).toBe(1);
	expect(new Set(ids(html)).size).toBe(ids(html).length);
	// Whoever hears only the names of the buttons can tell one from another, two like browsers too.
	const named = all.flatMap(({ attributes }) => attributes.get("aria-label") ?? []);
	expect(new Set(named).size, named.join()).toBe(named.length);
	for (const element of all) {
		for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
			for (const target of element.attributes.get(name)?.split(" ") ?? []) expect(ids(html)).toContain(target);
		}
		for (const name of element.attributes.keys()) expect(name).not.toMatch(/^(?:style|on.*)$/);
	}
	for (const field of inputs(html).filter(({ attributes }) => attributes.has("id") && attributes.get("type") !== "checkbox"))
		expect(all.some(({ name, attributes }) => name === "label" && attributes.get("for") === field.attributes.get("id"))).toBe(true);
});

/** An account is as long as what it lists; every other page asks one thing. */
const most = (name: string) => (name.startsWith("account-many") ? 32_000 : name.startsWith("account") ? 24_000 : 15_000);

test.each(everyState)("$name is no longer than its kind may be: 15 kB with its style for whatever asks one thing", ({ name, html }) => {
	expect(Buffer.byteLength(html)).toBeLessThan(most(name));
});

test.each(everyState)("$name speaks to people: no jargon, no empty slot, nothing undefined", ({ name, html }) => {
	const words = wordsOf(html);
	expect(words).not.toMatch(/\{|\}|undefined|null|\[object/);
	if (!name.startsWith("error-development")) expect(words).not.toMatch(/client|scope|grant|oauth|token|redirect/i);
});

test.each(everyState)(
	"PG-09 $name: the policy's hashes name the very bytes, and nothing is loaded but a logo of our own origin",
	({ html, headers }) => {
		const policy = headers["content-security-policy"];
		for (const tag of ["style", "script"]) {
			const [, text = ""] = html.match(new RegExp(`<${tag}>(.*?)</${tag}>`, "s")) ?? [];
			expect(text).not.toBe("");
			expect(policy).toContain(`${tag}-src 'sha256-${hash("sha256", text, "base64")}';`);
		}
		for (const { name, attributes } of elements(html)) {
			if (attributes.has("src") || name === "link") expect(attributes.get("src") ?? attributes.get("href")).toMatch(/^(?:data:|\/logo\?)/);
			expect(name).not.toMatch(/^(?:iframe|object|embed|base)$/);
		}
		expect(html.replace(/<style>.*?<\/style>/s, "")).not.toContain("url(");
		expect(html.match(/<style>.*?<\/style>/s)?.[0]).not.toMatch(/url\(|@import|@font-face/);
	},
);

test("HSTS follows the issuer's scheme", () => {
	const { headers } = createPages({ branding, https: false }).spoken("en").signedOutPage({ accountUrl: "/account" });
	expect(headers).not.toHaveProperty("strict-transport-security");
	expect(pages.spoken("en").signedOutPage({ accountUrl: "/account" }).headers).toHaveProperty("strict-transport-security");
});

const hostile = [
	"<script>document.title='pwned'</script>",
	`"><img src=x onerror="document.title='pwned'">`,
	"'><svg/onload=alert(1)>",
	"</title><script>alert(1)</script>",
	"</style></script><!--<b>",
	"javascript:alert(1)",
	"{{7*7}}<%= 7*7 %>",
	"$& $1 $` {app} {company}",
	"<bdi></bdi></h1>&lt;script&gt;",
	"x\u202e\r\nSet-Cookie: a=b\u2028\u0000",
	"\ud800 half",
	"{count, plural, other {#}} <link>x</link> <b> '{' {app",
	"long ".repeat(2_048),
];

/** All pages with one text in every place where a text from outside can stand. */
function everywhere(text: string, made: Pages = pages, lang = "en"): readonly PageState[] {
	const spoken = made.spoken(lang, "");
	const app = { name: text, reviewed: true, logo: text, uri: text, policyUri: text, tosUri: text };
	const person = { name: text, detail: text };
	const target = { action: "/x", hidden: { [text]: text } };
	const documents = {
		signIn: spoken.signInPage({ ...target, app, form: passwordForm, username: text, error: { kind: "mismatch" } }),
		signInNotReviewed: spoken.signInPage({ ...target, app: { ...app, reviewed: false }, form: passwordForm }),
		selectAccount: spoken.selectAccountPage({ ...target, app, person, signedInFor: 5 }),
		consent: spoken.consentPage({
			...target,
			app,
			person,
			redirectUri: "https://shop.example/cb",
			accountUrl: "/account",
			otherAccountUrl: "/select-account",
			standardScopes: [text],
			apis: [{ name: text, scopes: [{ name: text, sentence: text }] }],
		}),
		continue: spoken.continuePage({ ...target, app, person }),
		logout: spoken.logoutPage({ ...target, person }),
		account: spoken.accountPage({
			...{ now: 0, person, username: text, hidden: target.hidden, heldForMinutes: 5, hasPassword: true },
			...{ signOutUrl: "/end-session", otherAccountUrl: "/login" },
			apps: [
				{
					...{ id: text, app, firstParty: false, since: 0, openUrl: text },
					permissions: { standardScopes: [text], apis: [{ name: text, scopes: [{ name: text, sentence: text }] }] },
				},
			],
			sessions: [
				{ id: text, current: false, browser: { device: text, handheld: true }, createdAt: 0, lastUsedAt: 0, network: text },
				{
					id: text,
					current: true,
					browser: { browser: { name: text, version: text }, device: text, handheld: false },
					createdAt: 0,
					lastUsedAt: 0,
				},
			],
			happenings: [{ at: 0, kind: "replayed", app: text, browser: { device: text, handheld: false } }],
		}),
		signedOut: spoken.signedOutPage({ stayed: person, accountUrl: "/account" }),
		error: spoken.errorPage({
			code: "invalid_request",
			traceId: text,
			way: { to: "again", url: "/authorize" },
			development: { description: text, comparison: { [text]: text } },
		}),
		formPost: spoken.formPostPage({ app, redirectUri: "https://shop.example/cb", parameters: new Map([[text, text]]) }),
	};
	return Object.entries(documents).map(([name, document]) => ({ name, ...document }));
}

/** The elements and attribute names of a page, without any value. A class may follow the length of a name. */
const skeleton = (html: string) =>
	elements(html).map(({ name, attributes }) => [name, ...attributes.keys()].filter((key) => key !== "class").join(" "));

test.each(hostile)("PG-03 PG-05 %j is inert text in every place of every page", (text) => {
	const named = (name: string) => createPages({ branding: { name, logo: name, links: { help: name, privacy: name } }, https: true });
	for (const lang of pages.languages) {
		const harmless = everywhere("Shop", named("Company"), lang);
		for (const [index, { name, html }] of everywhere(text, named(text), lang).entries()) {
			expect(skeleton(html), `${name} ${lang}`).toEqual(skeleton(harmless[index]?.html ?? ""));
			for (const { attributes } of elements(html)) expect(attributes.get("href") ?? "").not.toMatch(/^\s*javascript:/i);
		}
	}
});

test("PG-03 a parameter of the response reaches the app as it was sent", () => {
	const parameters = new Map([
		["state", `"><script>alert(1)</script>&amp;'`],
		["code", "abc"],
	]);
	const app = { name: "Shop", reviewed: true };
	const { html } = pages.spoken("en").formPostPage({ app, redirectUri: "https://shop.example/cb?a=1&b=2", parameters });
	const sent = inputs(html).map(({ attributes }) => [attributes.get("name"), attributes.get("value")]);
	expect(sent).toEqual([...parameters]);
	expect(
		elements(html)
			.find(({ name }) => name === "form")
			?.attributes.get("action"),
	).toBe("https://shop.example/cb?a=1&b=2");
});

test("the form post page sends itself, and has a button where there is no script (Form Post Response Mode §2)", () => {
	const { html } = state("form-post");
	expect(html).toContain("<script>document.forms[0].submit()</script>");
	expect(html).toMatch(/<noscript><button type="submit"/);
});

test("DR-09 an app that nobody reviewed is shown by its host and its first letter, and no answer is recommended", () => {
	const strange = state("consent-not-reviewed").html;
	expect(strange).toContain("app.analytics.example");
	expect(wordsOf(strange)).toMatch(/Not reviewed by\s+Company/);
	const german = inGerman.find(({ name }) => name === "consent-not-reviewed")?.html ?? "";
	expect(german).toContain("app.analytics.example");
	expect(wordsOf(german)).toMatch(/Nicht von\s+Company\s+geprüft/);
	// Its logo is its own word: it stands among what the app says of itself, and not at the end of the passage.
	const pictures = (html: string) => elements(html).flatMap(({ name, attributes }) => (name === "img" ? [attributes.get("alt")] : []));
	expect(pictures(strange)).toEqual(["", "Logo of Analytics"]);
	expect(strange.indexOf("<main>")).toBeLessThan(strange.indexOf("Logo of Analytics"));
	const buttons = (html: string) => elements(html).filter(({ name }) => name === "button");
	expect(buttons(strange).map(({ attributes }) => [attributes.get("id"), attributes.get("value"), attributes.get("class")])).toEqual([
		["consent-deny", "deny", undefined],
		["consent-allow", "allow", undefined],
	]);
	const known = state("consent").html;
	expect(wordsOf(known)).toMatch(/Reviewed by\s+Company/);
	expect(pictures(known)).toEqual(["", "Logo of Analytics"]);
	expect(known.indexOf("<main>")).toBeGreaterThan(known.indexOf("Logo of Analytics"));
	expect(buttons(known).map(({ attributes }) => attributes.get("class"))).toEqual([undefined, "main"]);
});

test("what an app names is linked beside its name: policy and terms where one signs in, its home page too where one is asked", () => {
	const links = (name: string) =>
		elements(state(name).html).flatMap(({ attributes }) =>
			attributes.get("target") === "_blank" ? [[attributes.get("href"), attributes.get("aria-label"), attributes.get("rel")]] : [],
		);
	const rel = "noopener noreferrer";
	const policy = ["https://analytics.example/privacy", "Privacy policy of Analytics", rel];
	const terms = ["https://analytics.example/terms", "Terms of service of Analytics", rel];
	const site = ["https://app.analytics.example/", "Website of Analytics", rel];
	expect(links("sign-in-not-reviewed")).toEqual([policy, terms]);
	expect(links("sign-in-reviewed")).toEqual([policy, terms]);
	expect(links("consent")).toEqual([site, policy, terms]);
	expect(links("sign-in")).toEqual([]);
	expect(state("sign-in").html).not.toContain('class="says"');
});

test("an app that begins sign-ins by itself can be opened from the account page", () => {
	const opened = elements(state("account").html).filter(({ attributes }) => attributes.get("href")?.includes("iss="));
	expect(opened.map(({ attributes }) => [attributes.get("href"), attributes.get("aria-label")])).toEqual([
		["https://portal.example/begin?iss=x", "Open Portal"],
	]);
});

test("each box of the consent page is ticked and sends the scope's literal name", () => {
	const boxes = inputs(state("consent-12").html).filter(({ attributes }) => attributes.get("type") === "checkbox");
	expect(boxes.length).toBe(12);
	for (const { attributes } of boxes) {
		expect(attributes.get("name")).toBe("scope");
		expect(attributes.get("id")).toBe(`scope-${attributes.get("value")}`);
		expect(attributes.has("checked")).toBe(true);
	}
});

test("the sign-in form is what password managers know, and works without script", () => {
	const [form] = elements(state("sign-in").html).filter(({ name }) => name === "form");
	expect(Object.fromEntries(form?.attributes ?? [])).toMatchObject({ method: "post", action: "/login" });
	const [username, password] = inputs(state("sign-in").html).filter(({ attributes }) => attributes.get("type") !== "hidden");
	expect(Object.fromEntries(username?.attributes ?? [])).toMatchObject({
		id: "username",
		name: "username",
		autocomplete: "username webauthn",
		autocapitalize: "none",
		spellcheck: "false",
		autofocus: "",
		value: "",
	});
	expect(Object.fromEntries(password?.attributes ?? [])).toMatchObject({
		id: "password",
		name: "password",
		type: "password",
		autocomplete: "current-password",
	});
	expect(password?.attributes.has("maxlength")).toBe(false);
});

test("LG-08 LG-05 a refused sign-in keeps the user name, never a password, and says the same whoever was asked for", () => {
	const { html } = state("sign-in-mismatch");
	const [username, password] = inputs(html).filter(({ attributes }) => attributes.get("type") !== "hidden");
	expect(username?.attributes.get("value")).toBe("alice@company.example");
	expect(password?.attributes.has("value")).toBe(false);
	for (const field of [username, password]) {
		expect(field?.attributes.get("aria-invalid")).toBe("true");
		expect(field?.attributes.get("aria-describedby")).toBe("login-error");
	}
	const focused = elements(html).filter(({ attributes }) => attributes.has("autofocus"));
	expect(focused.map(({ attributes }) => [attributes.get("id"), attributes.get("role"), attributes.get("tabindex")])).toEqual([
		["login-error", "alert", "-1"],
	]);
});

test("the focus goes to the first field that is empty", () => {
	const focused = (name: string) =>
		elements(state(name).html)
			.find(({ attributes }) => attributes.has("autofocus"))
			?.attributes.get("id");
	expect(focused("sign-in")).toBe("username");
	expect(focused("sign-in-hinted")).toBe("password");
});

test("a wait is told in the person's language, in seconds or minutes", () => {
	const waiting = (seconds: number, lang = "en") =>
		wordsOf(
			pages.spoken(lang).signInPage({
				action: "/login",
				hidden: {},
				app: { name: "Shop", reviewed: true },
				form: passwordForm,
				error: { kind: "too-many", seconds },
			}).html,
		).replace(/\s+/g, " ");
	expect(waiting(1)).toContain("Wait 1 second, then");
	expect(waiting(31)).toContain("Wait 31 seconds, then");
	expect(waiting(601)).toContain("Wait 11 minutes, then");
	expect(waiting(120, "de")).toContain("Warten Sie 2 Minuten und");
});

test("an instant is told by how long ago it was, after a week by its day, and whole in UTC when one asks", () => {
	const told = (lang: string) => {
		const html = pageStates(pages, lang).find(({ name }) => name === "account")?.html ?? "";
		return [...html.matchAll(/<time datetime="([^"]*)" title="([^"]*)"([^>]*)>([^<]*)/g)].map(([, ...parts]) =>
			parts.map((part = "") => part.trim()),
		);
	};
	expect(told("en")).toContainEqual(["2026-11-21T10:00:00.000Z", "November 21, 2026 at 10:00 AM UTC", "", "2 hours ago"]);
	expect(told("en")).toContainEqual(["2026-11-21T11:59:40.000Z", "November 21, 2026 at 11:59 AM UTC", "", "just now"]);
	expect(told("en")).toContainEqual(["2026-11-12T12:00:00.000Z", "November 12, 2026 at 12:00 PM UTC", "data-day", "November 12, 2026"]);
	expect(told("de")).toContainEqual(["2026-11-12T12:00:00.000Z", "12. November 2026 um 12:00 UTC", "data-day", "12. November 2026"]);
});

test("details for developers appear when they are given, and only then", () => {
	expect(wordsOf(state("error").html)).not.toContain("developers");
	expect(state("error-development").html).toContain("http://127.0.0.1:5173/callback/");
});
