import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startApache } from "./apache.ts";
import { startFlask } from "./flask.ts";
import { alice, type House, openHouse } from "./house.ts";
import { listening } from "./listening.ts";
import { visiting } from "./visiting.ts";

/** The first test that needs a package may have to fetch it. */
const mayUnpack = 120_000;

let house: House;
beforeAll(async () => {
	house = await openHouse();
	for (const [name, value] of Object.entries(house.secrets)) vi.stubEnv(name, value);
});
afterAll(() => house[Symbol.asyncDispose]());

test.each([
	["openid-client", "portal.ts"],
	["oauth4webapi", "steps.ts"],
])("%s, as the manual has it: sign-in, refresh, sign-out, and nothing after it", async (_, file) => {
	house.write("issuer.ts");
	const app = await import(house.write(file));
	const visitor = visiting(house);
	const atApp = ({ origin }: URL) => origin === house.app;

	const { url, attempt } = await app.signIn();
	const back = await visitor.open(url, atApp);
	const tokens = await app.signedIn(back.url, attempt);
	const next = await app.refresh(tokens.refresh_token);
	expect(next.refresh_token).not.toBe(tokens.refresh_token);
	const userinfo = await fetch(`${house.issuer}/userinfo`, { headers: { authorization: `Bearer ${next.access_token}` } });
	expect(await userinfo.json()).toMatchObject({ name: alice.name, email: alice.email });

	const out = await visitor.open(app.signOut(next.id_token), atApp);
	// No page in between asks.
	expect([out.url.href, visitor.way]).toEqual([`${house.app}/`, ["/end-session", "/"]]);
	expect(await visitor.isSignedOut()).toBe(true);
	await expect(app.refresh(next.refresh_token)).rejects.toMatchObject({ error: "invalid_grant" });
});

test("Apache mod_auth_openidc, as the manual has it: an app that knows nothing of OpenID Connect is told who is there", {
	timeout: mayUnpack,
}, async () => {
	await using _wiki = await listening(house.behind, (request, response) => response.end(JSON.stringify(request.headers)));
	await using _apache = await startApache(house, "wiki.conf");
	const visitor = visiting(house);
	const page = await visitor.open(`${house.app}/page?a=b`);
	expect(page.url.href).toBe(`${house.app}/page?a=b`);
	const told = JSON.parse(page.text);
	expect(told).toMatchObject({ oidc_claim_preferred_username: "alice", oidc_claim_email: alice.email });

	const refresh = new URLSearchParams({ refresh: `${house.app}/again`, access_token: told.oidc_access_token });
	const again = await visitor.open(`${house.app}/oidc/callback?${refresh}`);
	expect([again.url.href, visitor.way]).toEqual([`${house.app}/again`, ["/oidc/callback", "/again"]]);
	expect(JSON.parse(again.text).oidc_access_token).not.toBe(told.oidc_access_token);

	const out = await visitor.open(`${house.app}/oidc/callback?${new URLSearchParams({ logout: `${house.app}/goodbye` })}`);
	expect([out.url.href, visitor.way]).toEqual([`${house.app}/goodbye`, ["/oidc/callback", "/end-session", "/goodbye"]]);
	expect(JSON.parse(out.text)).not.toHaveProperty("oidc_claim_sub");
	expect(await visitor.isSignedOut()).toBe(true);
});

test("J6: signed out in one app, Apache learns it over the back channel", { timeout: mayUnpack }, async () => {
	await using _wiki = await listening(house.behind, (request, response) => response.end(JSON.stringify(request.headers)));
	await using _apache = await startApache(house, "wiki.conf");
	house.write("issuer.ts");
	const portal = await import(house.write("portal.ts"));
	const visitor = visiting(house);
	await visitor.open(`${house.app}/page`);
	const { url, attempt } = await portal.signIn();
	const back = await visitor.open(url, ({ pathname }) => pathname === "/callback");
	const tokens = await portal.signedIn(back.url, attempt);
	expect((await visitor.open(`${house.app}/page`)).url.href).toBe(`${house.app}/page`);
	expect(visitor.way).toEqual(["/page"]);

	await visitor.open(portal.signOut(tokens.id_token), ({ origin }) => origin === house.app);
	await vi.waitFor(
		async () => {
			const asked = await visitor.open(`${house.app}/page`, ({ origin }) => origin === house.issuer);
			expect(asked.url.origin).toBe(house.issuer);
		},
		{ timeout: 15_000 },
	);
});

test("Authlib, as the manual has it: an app with Flask signs in, refreshes and signs out", { timeout: mayUnpack }, async () => {
	await using _ = await startFlask(house, "report.py");
	const visitor = visiting(house);
	const page = await visitor.open(`${house.app}/sign-in`);
	expect([page.url.href, page.text]).toEqual([`${house.app}/`, expect.stringContaining(alice.name)]);
	expect((await visitor.press("refresh")).text).toContain(alice.name);
	const out = await visitor.press("sign-out");
	expect([out.url.href, visitor.way]).toEqual([`${house.app}/`, ["/sign-out", "/end-session", "/"]]);
	expect(out.text).toContain("Sign in");
	expect(await visitor.isSignedOut()).toBe(true);
});
