import { issuerTest } from "@gatehouse/testing/vitest";
import { expect } from "vitest";
import { company, house, origin, secret } from "../../test/web/house.ts";

const test = issuerTest(company);
const transaction = "__Host-Http-sign-in-crm-";

test("whoever opens a page is signed in on the way and comes back to it", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	const { url, response } = await signIn(alice, "/me?tab=2");
	expect(url).toBe(`${origin}/me?tab=2`);
	expect(await response.json()).toMatchObject({ sub: issuer.person("alice").sub, name: "Alice Example", email: "alice@acme.test" });
});

test("the request has PKCE by S256, and its code is redeemed with the verifier and the client's own proof", async ({ issuer }) => {
	const sent: RequestInit[] = [];
	const { browser, signIn } = house(issuer, {
		fetch: async (url, init) => {
			if (url.endsWith("/token")) sent.push(init);
			return fetch(url, init);
		},
	});
	const alice = browser();
	const { url } = await alice.open("/auth/sign-in");
	const asked = Object.fromEntries(new URL(url).searchParams);
	expect(asked).toMatchObject({
		response_type: "code",
		client_id: "crm",
		redirect_uri: `${origin}/auth/callback`,
		code_challenge: expect.stringMatching(/^[\w-]{43}$/),
		code_challenge_method: "S256",
		nonce: expect.stringMatching(/^[\w-]{43}$/),
	});
	await signIn(alice);
	const [{ headers, body } = {}] = sent;
	expect(new Headers(headers).get("authorization")).toBe(`Basic ${btoa(`crm:${secret}`)}`);
	expect(new URLSearchParams(String(body)).get("code_verifier")).toMatch(/^[\w-]{43}$/);
	expect(String(body)).not.toContain(secret);
});

test("what is said of a sign-in reaches the issuer, in the words of the wire", async ({ issuer }) => {
	const { auth, browser } = house(issuer);
	const path = auth.signInPath({ prompt: "select_account", loginHint: "alice", acrValues: ["phr", "mfa"], maxAge: 0, uiLocales: "de en" });
	const { url } = await browser().open(path);
	expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
		prompt: "select_account",
		login_hint: "alice",
		acr_values: "phr mfa",
		max_age: "0",
		ui_locales: "de en",
	});
});

test("a sign-in with words that do not exist is a mistake, in code at once and in an address as 400", async ({ issuer }) => {
	const { auth, browser } = house(issuer, { onError: () => undefined });
	expect(() => auth.signInPath({ loginhint: "alice" } as never)).toThrow("Did you mean `loginHint`?");
	for (const query of ["prompt=none", "max_age=1", "maxAge=soon", "acrValues="])
		expect((await browser().open(`/auth/sign-in?${query}`)).response.status).toBe(400);
});

test("PG-05, PG-15: what a stranger writes into an address comes into the log as one short line that no terminal obeys", async ({
	issuer,
}) => {
	const told: string[] = [];
	const { browser } = house(issuer, { onError: ({ message }) => void told.push(message) });
	const stranger = browser();
	const forged = `x\r\nSign-in: all is well\u001b[31m\u2028${"y".repeat(5000)}`;
	expect((await stranger.open(`/auth/sign-in?${new URLSearchParams({ [forged]: "1", maxAge: forged })}`)).response.status).toBe(400);
	const { url } = await stranger.open("/auth/sign-in");
	const state = new URL(url).searchParams.get("state")!;
	const answer = new URLSearchParams({ state, iss: issuer.url, error: "server_error", error_description: forged });
	expect((await stranger.open(`/auth/callback?${answer}`, { from: "elsewhere" })).response.status).toBe(503);
	expect(told).toHaveLength(2);
	for (const message of told) expect(message).toMatch(/^[\x20-\x7e]{20,300}$/);
	expect(told[1]).toMatch(/^The issuer answered server_error: x Sign-in: all is well \[31m y+$/);
});

test("an address of a thousand words is refused without looking for what each of them may have meant", async ({ issuer }) => {
	const told: string[] = [];
	const { browser } = house(issuer, { onError: ({ message }) => void told.push(message) });
	const words = Array.from({ length: 1000 }, (_, index) => `returnTa${index}=1`).join("&");
	expect((await browser().open(`/auth/sign-in?${words}`)).response.status).toBe(400);
	expect(told).toEqual(["The address of a sign-in has 1000 words in its query."]);
});

test("whoever is signed in goes on at once, unless more is asked for than that", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const { authorize } = issuer.calls;
	expect((await alice.open("/auth/sign-in?returnTo=/me")).url).toBe(`${origin}/me`);
	expect(issuer.calls.authorize).toBe(authorize);
	expect((await alice.open("/auth/sign-in?prompt=login")).url).toContain(`${issuer.url}/authorize`);
});

test("a link from another site finds whoever is signed in, though the Strict cookie did not come along with it", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const { authorize } = issuer.calls;
	for (const [link, page] of [
		["/auth/sign-in?returnTo=/me", "/me"],
		["/me?from=mail", "/me?from=mail"],
	] as const) {
		const { url, response } = await alice.open(link, { from: "elsewhere" });
		expect([url, response.status]).toEqual([origin + page, 200]);
	}
	expect(issuer.calls.authorize).toBe(authorize);
	const nobody = browser();
	expect((await nobody.open("/me", { from: "elsewhere" })).url).toContain(`${issuer.url}/authorize`);
});

test("a sign-in leads back into this app, whatever address was asked for", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	for (const evil of ["https://evil.test/me", "//evil.test/me", "/\\evil.test", "/%09/evil.test", "\t//evil.test", "javascript:alert(1)"]) {
		const { url } = await signIn(browser(), `/auth/sign-in?returnTo=${encodeURIComponent(evil)}`);
		expect(new URL(url).origin).toBe(origin);
	}
	const { url } = await signIn(browser(), `/auth/sign-in?returnTo=${encodeURIComponent("/me?a=1&b='\"<x>")}`);
	expect(url).toBe(`${origin}/me?a=1&b=%27%22%3Cx%3E`);
});

test("two tabs that sign in at once both come back, each to its own page", async ({ issuer }) => {
	const { browser } = house(issuer);
	const alice = browser();
	const visitor = issuer.visitor();
	const [first, second] = [await alice.open("/me?tab=1"), await alice.open("/me?tab=2")];
	for (const [{ url }, tab] of [
		[second, 2],
		[first, 1],
	] as const) {
		const back = await issuer.signIn({ url, visitor });
		expect((await alice.open(back.href, { from: "elsewhere" })).url).toBe(`${origin}/me?tab=${tab}`);
	}
});

test("at most five sign-ins are kept under way, the oldest gives way, and the cookies stay small", async ({ issuer }) => {
	let now = Date.now();
	const { browser } = house(issuer, { now: () => now });
	const alice = browser();
	const begun: string[] = [];
	for (let count = 0; count < 8; count++) {
		now += 1000;
		begun.push((await alice.open(`/me?tab=${count}`)).url);
	}
	expect([...alice.cookies.keys()].filter((name) => name.startsWith(transaction))).toHaveLength(5);
	const states = begun.map((url) => new URL(url).searchParams.get("state")!.slice(0, 8));
	expect([...alice.cookies.keys()].map((name) => name.slice(transaction.length)).sort()).toEqual(states.slice(3).sort());
	// One alone with the longest page that is kept.
	const long = browser();
	await long.open(`/auth/sign-in?returnTo=/${"a".repeat(1023)}`);
	for (const { line } of long.cookies.values()) expect(line.length).toBeLessThan(2400);
	for (let count = 0; count < 8; count++) await long.open(`/auth/sign-in?returnTo=/${count}${"a".repeat(1000)}`);
	const sent = [...long.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
	expect(sent.length).toBeLessThan(4300);
});

test("the cookies are for this host, https and no script; the session is Strict, and what waits for the issuer Lax", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const alice = browser();
	await alice.open("/me");
	const [name, { line }] = [...alice.cookies][0]!;
	expect(name).toMatch(/^__Host-Http-sign-in-crm-[\w-]{8}$/);
	expect(line.split("; ").slice(1)).toEqual(["Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=3600"]);
	await signIn(alice);
	const session = alice.cookies.get("__Host-Http-session-crm");
	expect(session?.value).toMatch(/^[\w-]{43}$/);
	expect(session?.line.split("; ").slice(1)).toEqual(["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]);
});

test("a cookie of the sign-in tells nothing, and one that was changed or is another app's is none", async ({ issuer }) => {
	const { browser, signIn } = house(issuer);
	const [alice, bob] = [browser(), browser()];
	const { url } = await alice.open("/me");
	const { state, nonce } = Object.fromEntries(new URL(url).searchParams);
	const [name, { value }] = [...alice.cookies][0]!;
	for (const canary of [state!, nonce!]) expect(Buffer.from(value, "base64url").toString("latin1")).not.toContain(canary);
	const back = await issuer.signIn({ url });
	const { token } = issuer.calls;
	const other = house(issuer, { sessionKeys: ["another key of at least thirty-two characters"] });
	for (const [at, forged] of [
		[bob, `${value.slice(0, -1)}${value.endsWith("A") ? "B" : "A"}`],
		[other.browser(), value],
	] as const) {
		at.cookies.set(name, { value: forged, site: "Lax", line: "" });
		await at.open(back.href, { from: "elsewhere" });
	}
	expect(issuer.calls.token).toBe(token);
	expect((await signIn(alice)).response.status).toBe(200);
});

test("keys of the sessions are changed without signing anybody out", async ({ issuer }) => {
	const { memory } = await import("./index.ts");
	const store = memory();
	const [before, after] = ["the key of last year, 32 characters and more", "the key of this year, 32 characters and more"];
	const first = house(issuer, { store, sessionKeys: [before] });
	const alice = first.browser();
	await first.signIn(alice);
	const second = house(issuer, { store, sessionKeys: [after, before] });
	const moved = second.browser();
	for (const [name, cookie] of alice.cookies) moved.cookies.set(name, cookie);
	expect((await moved.call("/me")).status).toBe(200);
	await second.signIn(second.browser());
});
