import { createHash } from "node:crypto";
import type { Issuer } from "@gatehouse/testing";
import { issuerTest } from "@gatehouse/testing/vitest";
import { describe, expect } from "vitest";
import type { Browser } from "../../test/web/browser.ts";
import { company, house, origin, secret } from "../../test/web/house.ts";
import type { AuthError, WebAuthOptions } from "./index.ts";

const test = issuerTest(company);
const crm = "__Host-Http-session-crm";

/** A sign-in up to the answer that is on its way back. */
async function underWay(issuer: Issuer, at: Browser, page = "/me") {
	const { url } = await at.open(page);
	return { asked: new URL(url).searchParams, back: await issuer.signIn({ url }) };
}

const signedIn = async (at: Browser) => (await at.call("/me")).status === 200;

describe("RP-02", () => {
	test("an answer is taken once, by the browser that asked, with the state of its own request", async ({ issuer }) => {
		const { browser } = house(issuer);
		const [alice, mallory] = [browser(), browser()];
		const { asked, back } = await underWay(issuer, alice);
		expect(asked.get("state")).toMatch(/^[\w-]{43}$/);
		expect(new Set([asked.get("state"), asked.get("nonce"), asked.get("code_challenge")]).size).toBe(3);
		await underWay(issuer, mallory);
		const before = issuer.calls.token;

		const without = new URL(back);
		without.searchParams.delete("state");
		const changed = new URL(back);
		changed.searchParams.set("state", "A".repeat(43));
		const twice = new URL(back);
		twice.searchParams.append("state", back.searchParams.get("state")!);
		for (const url of [without, changed, twice]) await alice.open(url.href, { from: "elsewhere" });
		await mallory.open(back.href, { from: "elsewhere" });
		expect(issuer.calls.token).toBe(before);
		expect([await signedIn(alice), await signedIn(mallory)]).toEqual([false, false]);

		await alice.open(back.href, { from: "elsewhere" });
		expect(issuer.calls.token).toBe(before + 1);
		expect(await signedIn(alice)).toBe(true);
	});

	test("Back, reload and a second tab on the callback lead on to where the sign-in led, without an error page and without the issuer", async ({
		issuer,
	}) => {
		const { browser } = house(issuer);
		const alice = browser();
		const { back } = await underWay(issuer, alice, "/me?from=list");
		await alice.open(back.href, { from: "elsewhere" });
		const [session, { token, authorize }] = [alice.cookie(crm), issuer.calls];
		for (const from of ["elsewhere", "own", "typed"] as const) {
			const { url, response } = await alice.open(back.href, { from });
			expect(url).toBe(`${origin}/me?from=list`);
			expect(response.status).toBe(200);
		}
		expect(alice.cookie(crm)).toBe(session);
		expect(issuer.calls).toMatchObject({ token, authorize });
	});

	test("an answer that comes after the session has ended begins a sign-in again, once and silently", async ({ issuer }) => {
		const { browser } = house(issuer);
		const alice = browser();
		const visitor = issuer.visitor();
		const { url } = await alice.open("/me");
		const back = await issuer.signIn({ url, visitor });
		alice.cookies.clear();
		const restarted = await alice.open(back.href, { from: "elsewhere" });
		expect(new URL(restarted.url).origin).toBe(issuer.url);
		const { response } = await alice.open((await issuer.signIn({ url: restarted.url, visitor })).href, { from: "elsewhere" });
		expect(await response.text()).toBe("welcome");
		expect(await signedIn(alice)).toBe(true);
	});

	test("a sign-in that took longer than an hour begins again", async ({ issuer }) => {
		let now = Date.now();
		const { browser } = house(issuer, { now: () => now });
		const alice = browser();
		const { back } = await underWay(issuer, alice);
		now += 3_600_001;
		const { token } = issuer.calls;
		const { url } = await alice.open(back.href, { from: "elsewhere" });
		expect(new URL(url).origin).toBe(issuer.url);
		expect(issuer.calls.token).toBe(token);
	});

	test("fifty loads of one callback at once redeem its code once, and each leads on", async ({ issuer }) => {
		const { browser } = house(issuer);
		const alice = browser();
		const { back } = await underWay(issuer, alice);
		const { token } = issuer.calls;
		const answers = await Promise.all(Array.from({ length: 50 }, () => alice.go(back.href, { from: "elsewhere" })));
		expect(issuer.calls.token).toBe(token + 1);
		expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
		expect(answers.filter(({ headers }) => headers.getSetCookie().some((line) => line.startsWith(crm)))).toHaveLength(1);
		expect(await signedIn(alice)).toBe(true);
	});
});

describe("AZ-19", () => {
	for (const [what, iss] of [
		["without", undefined],
		["of another issuer", "https://evil.test"],
		["of the issuer's host and another path", "/evil"],
	] as const)
		test(`an answer ${what} (iss) is refused before any token call, a code and an error alike; the same with it succeeds`, async ({
			issuer,
		}) => {
			const errors: AuthError[] = [];
			const { browser } = house(issuer, { onError: (error) => void errors.push(error) });
			const alice = browser();
			const { token } = issuer.calls;
			for (const answer of ["code", "error"]) {
				const { back } = await underWay(issuer, alice);
				back.searchParams.delete("iss");
				if (iss !== undefined) back.searchParams.set("iss", iss.startsWith("/") ? issuer.url + iss : iss);
				if (answer === "error") {
					back.searchParams.delete("code");
					back.searchParams.set("error", "access_denied");
				}
				const { response } = await alice.open(back.href, { from: "elsewhere" });
				expect(response.status).toBe(502);
				// The flow is dead: put right, the answer is not taken any more.
				back.searchParams.set("iss", issuer.url);
				await alice.open(back.href, { from: "elsewhere" });
			}
			expect(errors.map(({ code }) => code)).toEqual(["issuer_mismatch", "issuer_mismatch"]);
			expect(issuer.calls.token).toBe(token);
			expect(await signedIn(alice)).toBe(false);
			const { back } = await underWay(issuer, alice);
			await alice.open(back.href, { from: "elsewhere" });
			expect(await signedIn(alice)).toBe(true);
		});
});

test("AZ-19: an issuer that does not say that it names itself may leave it out, and may not name another, nor itself twice", async ({
	issuer,
}) => {
	const honest = (await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json()) as Readonly<Record<string, unknown>>;
	const { authorization_response_iss_parameter_supported: says, ...silent } = honest;
	expect(says).toBe(true);
	const codes: string[] = [];
	const { browser } = house(issuer, { onError: ({ code }) => void codes.push(code) });
	issuer.answer("discovery", { body: silent });
	const alice = browser();
	for (const named of [["https://evil.test"], [issuer.url, issuer.url]]) {
		const { back } = await underWay(issuer, alice);
		back.searchParams.delete("iss");
		for (const iss of named) back.searchParams.append("iss", iss);
		await alice.open(back.href, { from: "elsewhere" });
	}
	expect(codes).toEqual(["issuer_mismatch", "issuer_mismatch"]);
	const { back } = await underWay(issuer, alice);
	back.searchParams.delete("iss");
	await alice.open(back.href, { from: "elsewhere" });
	expect(await signedIn(alice)).toBe(true);
});

test("the token of the sign-in is the one for userinfo: no refresh is needed for it", async ({ issuer }) => {
	const { auth, browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const { token } = issuer.calls;
	const request = new Request(origin, { headers: { cookie: `${crm}=${alice.cookie(crm)}` } });
	const answer = await auth.api(request)(`${issuer.url}/userinfo`);
	expect(await answer.json()).toMatchObject({ sub: issuer.person().sub });
	expect(issuer.calls.token).toBe(token);
});

describe("RP-01", () => {
	const half = (text: string) => createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
	const now = () => Math.floor(Date.now() / 1000);
	type Claims = Readonly<Record<string, unknown>>;

	/** Signs in with an ID token of the test's making. @returns the codes of the errors that came of it */
	async function signInWith(
		issuer: Issuer,
		change: (honest: Claims) => Claims,
		{ typ = "JWT", alg, ...options }: { typ?: string; alg?: "ES256" | "RS256" } & Pick<WebAuthOptions, "idTokenAlgorithm"> = {},
	) {
		const codes: string[] = [];
		const { browser } = house(issuer, { onError: ({ code }) => void codes.push(code), ...options });
		const alice = browser();
		const { asked, back } = await underWay(issuer, alice);
		const honest = {
			iss: issuer.url,
			sub: issuer.person().sub,
			aud: "crm",
			exp: now() + 300,
			iat: now(),
			nonce: asked.get("nonce"),
			at_hash: half("an access token"),
		};
		const idToken = await issuer.sign(typ, change(honest), alg);
		issuer.answer("token", { body: { access_token: "an access token", token_type: "Bearer", expires_in: 300, id_token: idToken } });
		await alice.open(back.href, { from: "elsewhere" });
		return { codes, signedIn: await signedIn(alice) };
	}

	test("the honest ID token signs in, by the algorithm that the client is registered for, and no other", async ({ issuer }) => {
		const [taken, refused] = [
			{ codes: [], signedIn: true },
			{ codes: ["id_token_refused"], signedIn: false },
		];
		expect(await signInWith(issuer, (honest) => honest)).toEqual(taken);
		expect(await signInWith(issuer, (honest) => honest, { alg: "ES256" })).toEqual(refused);
		expect(await signInWith(issuer, (honest) => honest, { alg: "ES256", idTokenAlgorithm: "ES256" })).toEqual(taken);
		expect(await signInWith(issuer, (honest) => honest, { alg: "RS256", idTokenAlgorithm: "ES256" })).toEqual(refused);
		expect(await signInWith(issuer, ({ at_hash: _, ...honest }) => honest)).toEqual({ codes: [], signedIn: true });
		expect(await signInWith(issuer, (honest) => ({ ...honest, aud: ["crm", "other"], azp: "crm" }))).toEqual({ codes: [], signedIn: true });
	});

	for (const [what, change] of Object.entries<(honest: Claims) => Claims>({
		"without a nonce": ({ nonce: _, ...honest }) => honest,
		"with another nonce": (honest) => ({ ...honest, nonce: "another" }),
		"for another client": (honest) => ({ ...honest, aud: "shop" }),
		"without an audience": ({ aud: _, ...honest }) => honest,
		"for two clients, without azp": (honest) => ({ ...honest, aud: ["crm", "shop"] }),
		"whose azp is another client": (honest) => ({ ...honest, azp: "shop" }),
		"of another issuer": (honest) => ({ ...honest, iss: "https://evil.test" }),
		"of the issuer with a slash at its end": (honest) => ({ ...honest, iss: `${honest["iss"]}/` }),
		"without an issuer": ({ iss: _, ...honest }) => honest,
		"that names nobody": ({ sub: _, ...honest }) => honest,
		"without iat": ({ iat: _, ...honest }) => honest,
		"without exp": ({ exp: _, ...honest }) => honest,
		"of tomorrow": (honest) => ({ ...honest, iat: now() + 86_400, exp: now() + 90_000 }),
		"that has expired": (honest) => ({ ...honest, iat: now() - 600, exp: now() - 300 }),
		"that belongs to another access token": (honest) => ({ ...honest, at_hash: half("another") }),
	}))
		test(`an ID token ${what} is refused`, async ({ issuer }) => {
			expect(await signInWith(issuer, change)).toEqual({ codes: ["id_token_refused"], signedIn: false });
		});

	test("a token of another kind, signed by the same issuer with all the right claims, is no ID token", async ({ issuer }) => {
		for (const typ of ["at+jwt", "logout+jwt"])
			expect(await signInWith(issuer, (honest) => honest, { typ })).toEqual({ codes: ["id_token_refused"], signedIn: false });
	});

	for (const [what, forge] of Object.entries<(jwt: string) => string>({
		"whose signature is changed": (jwt) =>
			jwt.replace(/\.([^.]*)$/, (_, tail: string) => `.${tail.startsWith("A") ? "B" : "A"}${tail.slice(1)}`),
		"without a signature": (jwt) => jwt.replace(/[^.]*$/, ""),
		"of the algorithm none": (jwt) => `${encode({ alg: "none" })}.${jwt.split(".")[1]}.`,
		"of the algorithm HS256": (jwt) => `${encode({ alg: "HS256" })}.${jwt.split(".")[1]}.${encode("x")}`,
		"of an unknown key": (jwt) => `${encode({ ...headerOf(jwt), kid: "nobody" })}.${jwt.split(".").slice(1).join(".")}`,
	}))
		test(`an ID token ${what} is refused`, async ({ issuer }) => {
			const codes: string[] = [];
			const { browser } = house(issuer, {
				onError: ({ code }) => void codes.push(code),
				// What the issuer gives is honest, and is changed on its way.
				fetch: async (url, init) => {
					const response = await fetch(url, init);
					if (!url.endsWith("/token")) return response;
					const body = (await response.json()) as { id_token: string };
					return Response.json({ ...body, id_token: forge(body.id_token) }, { headers: { date: response.headers.get("date")! } });
				},
			});
			const alice = browser();
			const { back } = await underWay(issuer, alice);
			await alice.open(back.href, { from: "elsewhere" });
			expect(codes).toEqual(["id_token_refused"]);
			expect(await signedIn(alice)).toBe(false);
		});

	const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
	const headerOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[0]!, "base64url").toString());

	test("a token response without an ID token is refused", async ({ issuer }) => {
		const { browser } = house(issuer, { onError: () => undefined });
		const alice = browser();
		const { back } = await underWay(issuer, alice);
		issuer.answer("token", { body: { access_token: "an access token", token_type: "Bearer", expires_in: 300 } });
		await alice.open(back.href, { from: "elsewhere" });
		expect(await signedIn(alice)).toBe(false);
	});

	test("a sign-in that is older than was asked for is refused, and a fresh one is not", async ({ issuer }) => {
		const codes: string[] = [];
		const { browser } = house(issuer, { onError: ({ code }) => void codes.push(code) });
		const alice = browser();
		const { url } = await alice.open("/auth/sign-in?maxAge=60");
		const asked = new URL(url).searchParams;
		expect(asked.get("max_age")).toBe("60");
		const back = await issuer.signIn({ url });
		const claims = {
			iss: issuer.url,
			sub: "x",
			aud: "crm",
			exp: now() + 300,
			iat: now(),
			nonce: asked.get("nonce"),
			auth_time: now() - 120,
		};
		issuer.answer("token", {
			body: { access_token: "t", token_type: "Bearer", expires_in: 300, id_token: await issuer.sign("JWT", claims) },
		});
		await alice.open(back.href, { from: "elsewhere" });
		expect(codes).toEqual(["id_token_refused"]);
		const again = await alice.open("/auth/sign-in?maxAge=60");
		await alice.open((await issuer.signIn({ url: again.url })).href, { from: "elsewhere" });
		expect(await signedIn(alice)).toBe(true);
	});

	test("an issuer whose name ends with a slash is one of its own, and the same without it is another", async ({ issuer }) => {
		const name = `${issuer.url}/`;
		for (const [claimed, expected] of [
			[name, true],
			[issuer.url, false],
		] as const) {
			const { browser } = house(issuer, {
				issuer: name,
				onError: () => undefined,
				fetch: async (url, init) => {
					const response = await fetch(url, init);
					if (!url.includes("/.well-known/o")) return response;
					return Response.json({ ...((await response.json()) as object), issuer: name });
				},
			});
			const alice = browser();
			const { asked, back } = await underWay(issuer, alice);
			back.searchParams.set("iss", name);
			const claims = { iss: claimed, sub: "x", aud: "crm", exp: now() + 300, iat: now(), nonce: asked.get("nonce") };
			issuer.answer("token", {
				body: { access_token: "t", token_type: "Bearer", expires_in: 300, id_token: await issuer.sign("JWT", claims) },
			});
			await alice.open(back.href, { from: "elsewhere" });
			expect(await signedIn(alice)).toBe(expected);
		}
	});

	test("keys that the issuer has changed since are found, and sign in", async ({ issuer }) => {
		const at = house(issuer);
		expect((await at.signIn(at.browser())).response.status).toBe(200);
		await issuer.rotateKeys();
		expect((await at.signIn(at.browser())).response.status).toBe(200);
	});
});

describe("LG-12", () => {
	test("each sign-in begins a session of a new id, and the former one is over", async ({ issuer }) => {
		const { browser, signIn } = house(issuer);
		const alice = browser();
		alice.cookies.set(crm, { value: "A".repeat(43), site: "Strict", line: "" });
		await signIn(alice);
		const first = alice.cookie(crm);
		expect(first).toMatch(/^[\w-]{43}$/);
		expect(first).not.toBe("A".repeat(43));
		await signIn(alice, "/auth/sign-in?prompt=login&returnTo=/me");
		const second = alice.cookie(crm);
		expect(second).not.toBe(first);
		expect(await signedIn(alice)).toBe(true);
		const thief = browser();
		thief.cookies.set(crm, { value: first!, site: "Strict", line: "" });
		expect(await (await thief.call("/me")).json()).toMatchObject({ error: "session_expired" });
	});

	test("the grant of the former session is given back, and that of the new one serves", async ({ issuer }) => {
		const { auth, browser, signIn } = house(issuer);
		const alice = browser();
		await signIn(alice);
		const { revoke } = issuer.calls;
		await signIn(alice, "/auth/sign-in?prompt=login");
		expect(issuer.calls.revoke).toBe(revoke + 1);
		const request = new Request(origin, { headers: { cookie: `${crm}=${alice.cookie(crm)}` } });
		expect(await auth.token(request, { resource: "https://orders.acme.test" })).toMatchObject({ scope: ["orders.read"] });
	});
});

describe("what goes wrong", () => {
	test("who says no sees a page that says so, with a way back and a trace of nothing secret", async ({ issuer }) => {
		const { browser } = house(issuer);
		const alice = browser();
		const { back } = await underWay(issuer, alice);
		back.searchParams.delete("code");
		back.searchParams.set("error", "access_denied");
		back.searchParams.set("error_description", "<script>alert(1)</script>");
		const { response } = await alice.open(back.href, { from: "elsewhere" });
		expect(response.status).toBe(403);
		expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
		const text = await response.text();
		expect(text).toContain("You are not signed in");
		expect(text).toContain('<a href="/auth/sign-in?returnTo=%2Fme">Try again</a>');
		expect(text).not.toContain("<script>alert");
		expect(await signedIn(alice)).toBe(false);
	});

	test("the app may show a page of its own, which is not kept by caches either", async ({ issuer }) => {
		const { browser } = house(issuer, { onError: ({ code }) => new Response(`our own: ${code}`, { status: 418 }) });
		const alice = browser();
		const { back } = await underWay(issuer, alice);
		back.searchParams.delete("code");
		back.searchParams.set("error", "access_denied");
		const { response } = await alice.open(back.href, { from: "elsewhere" });
		expect([response.status, await response.text()]).toEqual([418, "our own: access_denied"]);
		expect(response.headers.get("cache-control")).toBe("no-store");
	});

	test("a code that came too late begins a sign-in again", async ({ issuer }) => {
		const at = house(issuer);
		const alice = at.browser();
		const { back } = await underWay(issuer, alice);
		issuer.clock.pass("2m");
		const { url } = await alice.open(back.href, { from: "elsewhere" });
		expect(new URL(url).origin).toBe(issuer.url);
	});

	test("a browser that keeps no cookies is told so after two tries, and does not go round for ever", async ({ issuer }) => {
		const codes: string[] = [];
		const { browser } = house(issuer, { onError: ({ code }) => void codes.push(code) });
		const alice = browser();
		const visitor = issuer.visitor();
		let { url, response } = await alice.open("/me");
		let trips = 0;
		while (url.startsWith(issuer.url) && trips < 10) {
			trips++;
			alice.cookies.clear();
			({ url, response } = await alice.open((await issuer.signIn({ url, visitor })).href, { from: "elsewhere" }));
		}
		expect(trips).toBe(3);
		expect(codes).toEqual(["redirect_loop"]);
		expect(response.status).toBe(500);
	});

	test("a session that is never found again is told as what it is after two sign-ins", async ({ issuer }) => {
		const codes: string[] = [];
		const { browser } = house(issuer, { onError: ({ code }) => void codes.push(code) });
		const alice = browser();
		const visitor = issuer.visitor();
		let { url } = await alice.open("/me");
		let trips = 0;
		while (url.startsWith(issuer.url) && trips < 10) {
			trips++;
			const back = await issuer.signIn({ url, visitor });
			await alice.go(back.href, { from: "elsewhere" });
			alice.cookies.delete(crm);
			({ url } = await alice.open("/me"));
		}
		expect(trips).toBe(2);
		expect(codes).toEqual(["redirect_loop"]);
	});

	test("F-41: an issuer that is away, slow to come back or answers HTML is told as such, signs nobody out, and is found again", async ({
		issuer,
	}) => {
		const codes: string[] = [];
		const { browser, signIn } = house(issuer, { onError: ({ code }) => void codes.push(code) });
		const [alice, bob] = [browser(), browser()];
		await signIn(alice);
		issuer.offline();
		expect(await signedIn(alice)).toBe(true);
		issuer.online();
		const { back } = await underWay(issuer, bob);
		issuer.answer("token", { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome to our Wi-Fi</h1>" });
		const { response } = await bob.open(back.href, { from: "elsewhere" });
		expect(response.status).toBe(503);
		const second = await underWay(issuer, bob);
		issuer.lose("token");
		expect((await bob.open(second.back.href, { from: "elsewhere" })).response.status).toBe(503);
		const third = await underWay(issuer, bob);
		issuer.unavailable("token", { retryAfter: 30 });
		const waiting = await bob.open(third.back.href, { from: "elsewhere" });
		expect([waiting.response.status, waiting.response.headers.get("retry-after")]).toEqual([503, "30"]);
		expect(codes).toEqual(["issuer_unreachable", "issuer_unreachable", "temporarily_unavailable"]);
		expect(await signedIn(bob)).toBe(false);
	});

	test("F-41: a sign-in begun while the issuer is away says so, and works as soon as it is back", async ({ issuer }) => {
		const { browser, signIn } = house(issuer, { onError: () => undefined });
		const alice = browser();
		issuer.offline();
		expect((await alice.open("/me")).response.status).toBe(503);
		issuer.online();
		issuer.answer("discovery", { headers: { "content-type": "text/html" }, body: "<h1>Welcome to our Wi-Fi</h1>" });
		expect((await alice.open("/me")).response.status).toBe(503);
		expect((await signIn(alice)).response.status).toBe(200);
	});

	test("RP-08: metadata of another issuer, with an endpoint on another host or without TLS are refused; its own are taken", async ({
		issuer,
	}) => {
		const honest = (await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json()) as Readonly<Record<string, unknown>>;
		for (const wrong of [
			{ issuer: "https://evil.test" },
			{ issuer: `${issuer.url}/` },
			{ token_endpoint: "https://evil.test/token" },
			{ authorization_endpoint: "http://evil.test/authorize" },
			{ end_session_endpoint: "https://evil.test/out" },
		]) {
			const codes: string[] = [];
			const at = house(issuer, { onError: ({ code }) => void codes.push(code) });
			issuer.answer("discovery", { body: { ...honest, ...wrong } });
			const { url, response } = await at.browser().open("/me");
			expect([new URL(url).origin, response.status, codes]).toEqual([origin, 502, ["issuer_mismatch"]]);
			issuer.mend();
		}
		expect((await house(issuer).signIn(house(issuer).browser())).response.status).toBe(200);
	});

	test("a store that is away is told as such: nobody is signed out, no code is sent, and no session is begun", async ({ issuer }) => {
		const { memory, AuthError } = await import("./index.ts");
		const store = memory();
		let away = false;
		const verbs = Object.entries(store).map(([name, verb]) => [
			name,
			(...parameters: never[]) =>
				away
					? Promise.reject(new AuthError("store_unreachable", "The store is away."))
					: (verb as (...all: never[]) => unknown)(...parameters),
		]);
		const { browser, signIn } = house(issuer, { store: Object.fromEntries(verbs) as never, onError: () => undefined });
		const alice = browser();
		await signIn(alice);
		const bob = browser();
		const { back } = await underWay(issuer, bob);
		const { token } = issuer.calls;
		away = true;
		expect((await alice.call("/me")).status).toBe(503);
		expect((await alice.open("/me")).response.status).toBe(503);
		expect((await bob.open(back.href, { from: "elsewhere" })).response.status).toBe(503);
		expect(issuer.calls.token).toBe(token);
		away = false;
		expect(await signedIn(alice)).toBe(true);
		// The answer was not used up.
		await bob.open(back.href, { from: "elsewhere" });
		expect(await signedIn(bob)).toBe(true);
	});

	test("neither pages nor addresses nor logs hold a secret, a code or a token", async ({ issuer }) => {
		const said: string[] = [];
		const log = (...parts: unknown[]) => void said.push(parts.map((part) => String((part as Error)?.stack ?? part)).join(" "));
		const original = console.error;
		console.error = log;
		const codes: string[] = [];
		const tokens: string[] = [];
		const at = house(issuer, {
			fetch: async (url, init) => {
				const response = await fetch(url, init);
				if (!url.endsWith("/token")) return response;
				const body = (await response.clone().json()) as Record<string, string>;
				tokens.push(...["access_token", "refresh_token", "id_token"].flatMap((name) => body[name] ?? []));
				return response;
			},
		});
		try {
			const alice = at.browser();
			const { back } = await underWay(issuer, alice);
			codes.push(back.searchParams.get("code")!);
			await alice.open(back.href, { from: "elsewhere" });
			const failing = at.browser();
			const second = await underWay(issuer, failing);
			codes.push(second.back.searchParams.get("code")!);
			issuer.answer("token", { status: 400, body: { error: "invalid_client", error_description: "no" } });
			await failing.open(second.back.href, { from: "elsewhere" });
			await failing.open(second.back.href, { from: "elsewhere" });
			const everything = [...alice.seen, ...failing.seen, ...said].join("\n");
			expect(said).toHaveLength(1);
			expect(tokens).toHaveLength(3);
			for (const canary of [secret, ...codes, ...tokens]) expect(everything).not.toContain(canary);
		} finally {
			console.error = original;
		}
	});
});
