import { expect, test } from "vitest";
import { rotateKeys } from "../src/management/keys.ts";
import { managing } from "../src/managing.ts";
import type { Browser, Shown } from "./browser.ts";
import { codeOf, payloadOf, refresh, requestOf, signedIn, type Tokens } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { clients, type House, issuer, openHouse } from "./house.ts";

const back = "https://portal.company.test/";

const ways = ["GET", "POST"] as const;
type Way = (typeof ways)[number];

/** As an app sends its browser: by a link, or by a form on its own page, with which no Lax cookie comes. */
async function endSession(browser: Browser, fields: Fields, way: Way = "GET"): Promise<Shown> {
	if (way === "GET") return browser.go(`${issuer}/end-session?${encode(fields)}`);
	const kept = new Map(browser.cookies);
	browser.cookies.clear();
	const answer = await browser.send("POST", "/end-session", fields, { "sec-fetch-site": "cross-site" });
	expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([303, undefined]);
	for (const [name, value] of kept) browser.cookies.set(name, value);
	return browser.go(`${issuer}${answer.headers.location}`);
}

/** Each case by both methods (RP-Initiated Logout §2: an OP supports both). */
const byBoth = <Row extends readonly unknown[]>(rows: readonly Row[]) => ways.flatMap((way) => rows.map((row) => [way, ...row] as const));

/** Whether the session of a browser is alive, as an app sees it. */
async function signedInStill(browser: Browser): Promise<boolean> {
	return (await browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("code") !== null;
}

function expectConfirmation(shown: Shown): void {
	expect(shown.status).toBe(200);
	expect(shown.page).toBe("logout");
	expect(shown.html).toContain('id="logout-confirm"');
	expect(shown.html).toContain('id="logout-cancel"');
}

/** An ID token with another header or payload, its signature kept. */
function altered(jwt: string, header: object, claims: object = {}): string {
	const [h = "", p = "", s = ""] = jwt.split(".");
	const part = (text: string, more: object) =>
		Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(text, "base64url").toString()), ...more })).toString("base64url");
	return `${part(h, header)}.${part(p, claims)}.${"alg" in header && header.alg === "none" ? "" : s}`;
}

test.each(ways)(
	"LO-03 %s: a genuine hint of this very session ends it at once and goes back with state; the twin without hint asks",
	async (way) => {
		await using house = await openHouse();
		const tokens = await signedIn(house, clients.portal);
		expectConfirmation(await endSession(tokens.browser, {}, way));
		expect(await signedInStill(tokens.browser)).toBe(true);

		const wish = { id_token_hint: tokens.id_token, post_logout_redirect_uri: back, state: "a b&c", logout_hint: "bob", ui_locales: "de" };
		const shown = await endSession(tokens.browser, wish, way);
		expect(shown.url.href).toBe(`${back}?state=a%20b%26c`);
		expect(tokens.browser.cookies.has("__Host-gatehouse")).toBe(false);
		expect(await signedInStill(tokens.browser)).toBe(false);
	},
);

const wrongHints: readonly (readonly [string, (own: Tokens, other: Tokens) => string])[] = [
	["alg none", (own) => altered(own.id_token, { alg: "none" })],
	["an altered sub", (own) => altered(own.id_token, {}, { sub: "somebody" })],
	["a foreign signer", (own) => altered(own.id_token, { kid: "foreign" })],
	["another person's session", (_own, other) => other.id_token],
	["an access token", (own) => own.access_token],
	["nonsense", () => "nonsense"],
];

test.each(byBoth(wrongHints))("LO-03 %s: a hint that is %s asks first, and nothing ends until the answer", async (way, _name, hintOf) => {
	await using house = await openHouse();
	const own = await signedIn(house, clients.portal);
	const other = await signedIn(house, clients.portal, {}, house.browser(), "bob");
	const shown = await endSession(own.browser, { id_token_hint: hintOf(own, other), post_logout_redirect_uri: back }, way);
	expectConfirmation(shown);
	expect(await signedInStill(own.browser)).toBe(true);
	expect(await signedInStill(other.browser)).toBe(true);
	const done = await own.browser.click(shown, "logout-confirm");
	expect(done.page === "signed-out" || done.url.href === back).toBe(true);
	expect(await signedInStill(own.browser)).toBe(false);
	expect(await signedInStill(other.browser)).toBe(true);
});

test.each(ways)("LO-03 %s: an expired hint, and one of a retired key, are genuine still; one of a revoked key asks", async (way) => {
	await using house = await openHouse({ file: { sessions: { idle: "2d", absolute: "30d" } } });
	const { ground, refresh: takeIn } = house.gatehouse;
	const rotate = async (rotation: "now" | "revoke") => {
		await rotateKeys(managing(ground, "operator"), rotation, house.now());
		await takeIn();
	};
	const tokens = await signedIn(house, clients.portal);
	await rotate("now");
	house.wait(26 * 3_600_000);
	const kids = (await house.request({ url: "/.well-known/jwks.json" })).json().keys.map(({ kid }: { kid: string }) => kid);
	expect(kids).not.toContain(JSON.parse(Buffer.from(tokens.id_token.split(".")[0] ?? "", "base64url").toString()).kid);
	const shown = await endSession(tokens.browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back }, way);
	expect(shown.url.href).toBe(back);
	expect(await signedInStill(tokens.browser)).toBe(false);

	const last = await signedIn(house, clients.portal);
	await rotate("revoke");
	expectConfirmation(await endSession(last.browser, { id_token_hint: last.id_token, post_logout_redirect_uri: back }, way));
	expect(await signedInStill(last.browser)).toBe(true);
});

test.each(ways)("LO-03 %s: a hint in which the person has a pairwise name is one of this session all the same", async (way) => {
	const pairwise = { ...clients.portal, subject_type: "pairwise", sector_identifier_uri: "https://portal.company.test/sector.json" };
	const others = Object.values(clients).filter(({ client_id }) => client_id !== "portal");
	await using house = await openHouse({ file: { clients: [pairwise, ...others] } });
	const own = await signedIn(house, clients.portal);
	const [alice] = await house.gatehouse.ground.store.people.list(1);
	expect(payloadOf(own.id_token)["sub"]).not.toBe(alice?.id);
	const other = await signedIn(house, clients.portal, {}, house.browser(), "bob");
	expectConfirmation(await endSession(own.browser, { id_token_hint: other.id_token, post_logout_redirect_uri: back }, way));
	expect(await signedInStill(own.browser)).toBe(true);
	expect((await endSession(own.browser, { id_token_hint: own.id_token, post_logout_redirect_uri: back }, way)).url.href).toBe(back);
	expect(await signedInStill(own.browser)).toBe(false);
	expect(await signedInStill(other.browser)).toBe(true);
});

test("a state of 128 characters comes back as it was", async () => {
	await using house = await openHouse();
	const { browser, id_token } = await signedIn(house, clients.portal);
	const state = "aZ09-._~ /?:@!$&'()*,;=+%".repeat(6).slice(0, 128);
	const shown = await endSession(browser, { id_token_hint: id_token, post_logout_redirect_uri: back, state });
	expect([...shown.url.searchParams]).toEqual([["state", state]]);
});

test("what is longer than a form carries is asked all the same, and knows no way back", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const asked = await endSession(browser, { client_id: "portal", post_logout_redirect_uri: back, state: "s".repeat(9_000) });
	expectConfirmation(asked);
	expect((await browser.click(asked, "logout-confirm")).page).toBe("signed-out");
	expect(await signedInStill(browser)).toBe(false);
});

test("LO-03 a POST from another site is answered 303 to its own GET, with which the Lax cookie comes", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const cookieless = await house.post(
		"/end-session",
		{ id_token_hint: tokens.id_token, post_logout_redirect_uri: back },
		{ "sec-fetch-site": "cross-site" },
	);
	expect(cookieless.statusCode).toBe(303);
	expect(cookieless.headers.location).toMatch(/^\/end-session\?continue=/);
	expect(cookieless.headers["set-cookie"]).toBeUndefined();
	expect(cookieless.headers.location).not.toContain(tokens.id_token);
	expect(await signedInStill(tokens.browser)).toBe(true);
	const shown = await tokens.browser.go(`${issuer}${cookieless.headers.location}`);
	expect(shown.url.href).toBe(back);
	expect(await signedInStill(tokens.browser)).toBe(false);
});

test.each(
	byBoth([
		["unregistered", "https://evil.test/"],
		["another client's", "https://shop.company.test/"],
		["extended", `${back}more`],
		["shortened", back.slice(0, -1)],
		["with a query added", `${back}?x=1`],
		["with a fragment", `${back}#x`],
		["in other letters", back.toUpperCase()],
	]),
)("LO-01 %s: a post_logout_redirect_uri that is %s leads to the confirmation, which says so, and never there", async (way, _name, uri) => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const shown = await endSession(tokens.browser, { id_token_hint: tokens.id_token, post_logout_redirect_uri: uri }, way);
	expectConfirmation(shown);
	expect(shown.text("logout-no-way-back")).toContain("does not know the address that the app wants you back at");
	expect(await signedInStill(tokens.browser)).toBe(true);
	const done = await tokens.browser.click(shown, "logout-confirm");
	expect(done.page).toBe("signed-out");
	expect(done.html).not.toContain("evil");
});

test("LO-01 without hint or client_id there is a confirmation and no way back; with client_id a way back after it", async () => {
	await using house = await openHouse();
	const first = await signedIn(house, clients.portal);
	const asked = await endSession(first.browser, { post_logout_redirect_uri: back });
	expectConfirmation(asked);
	expect((await first.browser.click(asked, "logout-confirm")).page).toBe("signed-out");

	const second = await signedIn(house, clients.portal);
	const named = await endSession(second.browser, { client_id: "portal", post_logout_redirect_uri: back, state: "s" });
	expectConfirmation(named);
	expect((await second.browser.click(named, "logout-confirm")).url.href).toBe(`${back}?state=s`);
});

test("LO-03 a client_id that contradicts the hint's audience ends nothing unasked", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	expectConfirmation(
		await endSession(tokens.browser, { id_token_hint: tokens.id_token, client_id: "shop", post_logout_redirect_uri: back }),
	);
	expect(await signedInStill(tokens.browser)).toBe(true);
});

test("LO-03 without a session there is nothing to end: redirect only where a hint or client_id names who registered it", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const stranger = house.browser();
	expect((await endSession(stranger, { post_logout_redirect_uri: back })).page).toBe("signed-out");
	expect((await endSession(stranger, { client_id: "shop", post_logout_redirect_uri: back })).page).toBe("signed-out");
	expect((await endSession(stranger, { client_id: "portal", post_logout_redirect_uri: back, state: "s" })).url.href).toBe(
		`${back}?state=s`,
	);
	expect((await endSession(stranger, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back })).url.href).toBe(back);
	expect(await signedInStill(tokens.browser)).toBe(true);
});

test("LO-03 cancelling ends nothing, and says so", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const shown = await endSession(tokens.browser, {});
	const stayed = await tokens.browser.click(shown, "logout-cancel");
	expect(stayed.status).toBe(200);
	expect(stayed.html).not.toContain('id="signed-out"');
	expect(await signedInStill(tokens.browser)).toBe(true);
});

test("LO-03 a confirmation sent by another site ends nothing, and one of another session is asked again", async () => {
	await using house = await openHouse();
	const tokens = await signedIn(house, clients.portal);
	const shown = await endSession(tokens.browser, {});
	const fields = { ...tokens.browser.hidden(shown), answer: "confirm" };
	expect((await tokens.browser.send("POST", "/end-session", fields, { "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
	expect(await signedInStill(tokens.browser)).toBe(true);

	const other = await signedIn(house, clients.portal, {}, house.browser(), "bob");
	const foreign = await other.browser.send("POST", "/end-session", fields, { "sec-fetch-site": "same-origin" });
	expect(foreign.statusCode).toBe(303);
	expect(foreign.headers.location).toMatch(/^\/end-session\?continue=/);
	expect(await signedInStill(other.browser)).toBe(true);
});

test("LO-04 after sign-out the online family, the session cookie and silent sign-in are dead; the offline family lives", async () => {
	await using house = await openHouse();
	const online = await signedIn(house, clients.portal);
	const offline = await signedIn(house, clients.shop, { scope: "openid offline_access" }, online.browser);
	expect(payloadOf(online.id_token)["sid"]).toBe(payloadOf(offline.id_token)["sid"]);
	const cookie = online.browser.cookies.get("__Host-gatehouse")!;
	await endSession(online.browser, { id_token_hint: online.id_token });
	expect((await refresh(house, clients.portal, online.refresh_token)).json().error).toBe("invalid_grant");
	expect((await refresh(house, clients.shop, offline.refresh_token)).statusCode).toBe(200);
	online.browser.cookies.set("__Host-gatehouse", cookie);
	expect(await signedInStill(online.browser)).toBe(false);
	const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${online.access_token}` } });
	expect(userinfo.statusCode).toBe(401);
});

test("LO-04 the Back button shows nothing: no page is kept, and the account asks who is there", async () => {
	await using house = await openHouse();
	const { browser, id_token } = await signedIn(house, clients.portal);
	const account = await browser.go(`${issuer}/account`);
	expect([account.page, account.headers["cache-control"]]).toEqual(["account", "no-store"]);
	await endSession(browser, { id_token_hint: id_token });
	const again = await browser.go(account.url.href);
	expect([again.page, again.html.includes("Alice Example")]).toEqual(["login", false]);
});

test("LO-04 a code that was issued before the sign-out is worth nothing after it", async () => {
	await using house = await openHouse();
	const { browser, id_token } = await signedIn(house, clients.portal);
	const request = requestOf(clients.portal);
	const code = codeOf(await browser.go(request.url));
	await endSession(browser, { id_token_hint: id_token });
	const answer = await house.post("/token", { grant_type: "authorization_code", code, client_id: "portal" });
	expect(answer.statusCode).toBe(401);
	expect(await eventTypes(house)).toContain("session.ended");
});

async function eventTypes(house: House): Promise<readonly string[]> {
	return (await house.gatehouse.ground.store.events.list({ limit: 50 })).map((event) => event.type);
}
