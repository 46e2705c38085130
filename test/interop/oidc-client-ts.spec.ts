import { expect as atOnce, test } from "@playwright/test";
import type { UserManager } from "oidc-client-ts";
import { rolldown } from "rolldown";
import { alice, openHouse } from "./house.ts";
import { listening } from "./listening.ts";

test.describe.configure({ timeout: 60_000 });
const expect = atOnce.configure({ timeout: 20_000 });

declare const users: UserManager;

/** The app of the page, which a test can speak to. */
async function scriptOf(file: string): Promise<string> {
	const build = await rolldown({ input: file, platform: "browser", logLevel: "silent" });
	const { output } = await build.generate({ format: "es" });
	await build.close();
	return output[0].code;
}

test("oidc-client-ts, as the manual has it: sign-in, userinfo, renewal with the refresh token, sign-out", async ({ page }) => {
	await using house = await openHouse();
	house.write("shop.ts");
	const entry = house.put("main.ts", 'import { users } from "./shop.ts";\nObject.assign(window, { users });\n');
	const script = await scriptOf(entry);
	const html = '<!doctype html><title>Shop</title><script type="module" src="/main.js"></script>';
	await using _ = await listening(house.app, (request, response) => {
		const isScript = request.url === "/main.js";
		response.setHeader("content-type", isScript ? "text/javascript" : "text/html").end(isScript ? script : html);
	});
	const grants: (string | null)[] = [];
	page.on("request", (request) => {
		if (request.url() === `${house.issuer}/token` && request.method() === "POST")
			grants.push(new URLSearchParams(request.postData() ?? "").get("grant_type"));
	});
	const who = () => page.evaluate(async () => (await users.getUser())?.profile).catch(() => "away");

	await page.goto(house.app);
	await expect.poll(who).toBe(undefined);
	await page.evaluate(() => void users.signinRedirect());
	await page.locator("#username").fill(alice.username);
	await page.locator("#password").fill(alice.password);
	await page.locator("#login-submit").click();
	await page.locator("#consent-allow").click();
	await expect.poll(who).toMatchObject({ name: alice.name, email: alice.email });
	expect(page.url()).toBe(`${house.app}/`);

	const renewed = await page.evaluate(async () => {
		const before = await users.getUser();
		const after = await users.signinSilent();
		return { sameToken: before?.access_token === after?.access_token, name: after?.profile.name };
	});
	expect(renewed).toEqual({ sameToken: false, name: alice.name });
	expect(grants).toEqual(["authorization_code", "refresh_token"]);

	await page.evaluate(() => void users.signoutRedirect());
	await page.waitForURL(`${house.app}/`);
	await expect.poll(who).toBe(undefined);
	await page.evaluate(() => void users.signinRedirect());
	await page.locator("#username").waitFor();
});
