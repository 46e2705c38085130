import { hash } from "node:crypto";
import { expect, test } from "vitest";
import type { Shown } from "./browser.ts";
import { authorize, requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse } from "./house.ts";

/** Every page there is, as a browser meets it. */
async function everyPage(house: House): Promise<Readonly<Record<string, Shown>>> {
	const browser = house.browser();
	const login = await browser.go(requestOf(clients.portal).url);
	const refused = await browser.signIn(login, "alice", "wrong");
	await signedIn(house, clients.portal, {}, browser);
	return {
		login,
		refused,
		consent: await browser.go(requestOf(clients.analytics).url),
		selectAccount: await browser.go(requestOf(clients.portal, { prompt: "select_account" }).url),
		continue: await browser.go(requestOf(clients.mobile).url),
		logout: await browser.go(`${issuer}/end-session`),
		account: await browser.go(`${issuer}/account`),
		accountRefused: await browser.click(await browser.go(`${issuer}/account`), "password-submit", { "new-password": "short" }),
		stayed: await browser.go(`${issuer}/signed-out`),
		signedOut: await house.browser().go(`${issuer}/signed-out`),
		error: await browser.go(`${issuer}/authorize?client_id=nobody`),
		notFound: await browser.go(`${issuer}/nothing-here`),
		formPost: await browser.go(requestOf(clients.portal, { response_mode: "form_post" }).url),
	};
}

test("PG-09 every page carries the exact headers, names every inline style and script by its hash, and loads nothing from elsewhere", async () => {
	await using house = await openHouse();
	for (const [name, shown] of Object.entries(await everyPage(house))) {
		const styles = [...shown.html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
			([, text = ""]) => `'sha256-${hash("sha256", text, "base64")}'`,
		);
		const scripts = [...shown.html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
			([, text = ""]) => `'sha256-${hash("sha256", text, "base64")}'`,
		);
		expect(styles, name).toHaveLength(1);
		expect(scripts, name).toHaveLength(1);
		expect(shown.headers, name).toMatchObject({
			"content-security-policy": `default-src 'none'; style-src ${styles[0]}; script-src ${scripts[0]}; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'`,
			"cross-origin-opener-policy": "same-origin",
			"cross-origin-resource-policy": "same-origin",
			"referrer-policy": "no-referrer",
			"x-content-type-options": "nosniff",
			"cache-control": "no-store",
			"strict-transport-security": expect.stringMatching(/^max-age=\d+/),
			"content-type": "text/html; charset=utf-8",
			"x-trace-id": expect.stringMatching(/^[0-9a-f]{32}$/),
		});
		expect(shown.headers["permissions-policy"], name).toMatch(/publickey-credentials-get=\(self\)/);
		expect(shown.headers["access-control-allow-origin"], name).toBeUndefined();
		expect(shown.html, name).not.toMatch(/(?:src|href)="(?!data:|\/|\?|https:\/\/|com\.company)/);
		expect(shown.html, name).not.toMatch(/<(?:link|script|img|iframe)[^>]*(?:src|href)="https?:/);
		expect(shown.html.length, name).toBeLessThan(name.startsWith("account") ? 24_000 : 15_000);
	}
});

test("PG-09 redirects are kept by nobody and tell no referrer", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const answer = await browser.send("GET", requestOf(clients.portal).url);
	expect(answer.statusCode).toBe(303);
	expect(answer.headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
});

test("the ids that people's tools rely on are on their pages", async () => {
	await using house = await openHouse();
	const pages = await everyPage(house);
	const ids: Readonly<Record<string, readonly string[]>> = {
		login: ["username", "password", "login-submit"],
		refused: ["username", "password", "login-submit", "login-error"],
		consent: ["consent-allow", "consent-deny"],
		selectAccount: ["account-1", "account-other"],
		continue: ["continue-submit", "continue-other"],
		account: ["apps", "sessions", "password", "revoke-portal", "password-submit"],
		logout: ["logout-confirm", "logout-cancel"],
		signedOut: ["signed-out"],
		error: ["error-code", "error-text", "trace-id"],
	};
	for (const [name, expected] of Object.entries(ids))
		for (const id of expected) expect(pages[name]?.html, `${name} #${id}`).toContain(`id="${id}"`);
	const names = Object.fromEntries(Object.entries(pages).map(([name, { page }]) => [name, page]));
	expect(names).toMatchObject({
		login: "login",
		refused: "login",
		consent: "consent",
		selectAccount: "select-account",
		continue: "continue",
		logout: "logout",
		signedOut: "signed-out",
		error: "error",
	});
	const scoped = await authorize(house.browser(), requestOf(clients.analytics, { scope: "openid profile crm.read offline_access" }));
	for (const scope of ["profile", "crm.read", "offline_access"])
		expect(scoped.html).toMatch(new RegExp(`id="scope-${scope}"[^>]*checked|checked[^>]*id="scope-${scope}"`));
	expect(scoped.html).not.toContain('id="scope-openid"');
});
