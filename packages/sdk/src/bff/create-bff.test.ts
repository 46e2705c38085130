import type { Issuer } from "@gatehouse/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { app, crm, crmInside, orders, secret, shop, shopIssuer } from "../../test/bff/house.ts";
import { AuthError } from "../client/auth-error.ts";
import { memory } from "../sessions/memory.ts";
import { createBff } from "./create-bff.ts";
import type { BffOptions } from "./options.ts";

let issuer: Issuer;
beforeAll(async () => {
	issuer = await shopIssuer();
});
afterEach(() => {
	issuer.mend();
	issuer.clock.reset();
});
afterAll(() => issuer.stop());

const told = async (answer: Response) => [answer.status, answer.headers.get("gatehouse-error")];
const form = (fields: Record<string, string>) => ({ method: "POST", body: new URLSearchParams(fields) });

describe("a sign-in", () => {
	test("J4: Alice signs in and calls both APIs, each with a token of its own and of its own scope; the browser has one cookie that no script can read", async () => {
		const { browser, seen } = shop(issuer);
		const alice = browser();
		expect(await alice.session()).toEqual({});
		const before = issuer.calls.token;
		const back = await alice.signIn();
		expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('href="/orders"')]);
		const cookie = back.headers.getSetCookie().find((line) => line.startsWith("__Host-Http-session"));
		expect(cookie).toMatch(/^__Host-Http-session-shop-bff=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);

		expect(await alice.session()).toEqual({
			session: {
				user: {
					sub: issuer.person("alice").sub,
					name: "Alice Example",
					preferredUsername: "alice",
					email: "alice@example.test",
					emailVerified: true,
				},
				authTime: expect.any(Number),
				acr: "1",
				amr: ["pwd"],
			},
			paths: { [`${orders}/*`]: "/api/orders/*", [`${crm}/*`]: "/api/customers/*" },
		});
		expect(await (await alice.call("/api/orders/1041?x=1")).json()).toEqual({ subject: issuer.person("alice").sub });
		await alice.call("/api/orders/new", { method: "POST", body: "{}", headers: { "content-length": "2" } });
		await alice.call("/api/customers/7");
		await alice.call("/api/orders");
		expect(seen.map(({ url, scope, body }) => [url, scope, body])).toEqual([
			[`${orders}/1041?x=1`, "orders.read", ""],
			[`${orders}/new`, "orders.write", "{}"],
			[`${crmInside}/v3/7`, "crm.read", ""],
			[`${orders}/`, "orders.read", ""],
		]);
		// The code, and one for each API and scope; the fourth call has the first one's token.
		expect(issuer.calls.token - before).toBe(4);
	});

	test("LG-12: ends the session that it takes the place of; its id is dead", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		const old = browser();
		for (const [name, value] of alice.cookies) old.cookies.set(name, value);
		await alice.signIn("bob", "/auth/sign-in?prompt=login");
		expect([(await alice.session()).session.user.sub, (await old.session()).session]).toEqual([issuer.person("bob").sub, undefined]);
		expect(await told(await old.call("/api/orders"))).toEqual([401, "not_signed_in"]);
	});

	test("that the person declines goes back to the app, which is told so once", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		const there = (await alice.visit("/auth/sign-in?returnTo=/orders&prompt=consent")).headers.get("location")!;
		const state = new URL(there).searchParams.get("state")!;
		const back = await alice.visit(
			`/auth/callback?${new URLSearchParams({ error: "access_denied", state, iss: issuer.url })}`,
			"cross-site",
		);
		expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('href="/orders"')]);
		expect(back.headers.getSetCookie()).toContain(
			"__Host-Http-outcome-shop-bff=access_denied; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60",
		);
		const error = { code: "access_denied", message: "The sign-in was declined." };
		expect(await alice.session()).toEqual({ reason: "access_denied", error });
		expect(await alice.session()).toEqual({});
		await alice.signIn();
		expect((await alice.session()).session.user.name).toBe("Alice Example");
	});

	test("that cannot begin is a page with a way on, and no redirect that goes in circles", async () => {
		const { browser } = shop(issuer);
		issuer.offline();
		const answer = await browser().visit("/auth/sign-in?returnTo=/orders");
		expect([answer.status, answer.headers.get("location")]).toEqual([503, null]);
		expect(await answer.text()).toContain("/auth/sign-in?returnTo=%2Forders");
		issuer.online();
		expect((await browser().signIn()).status).toBe(200);
	});
});

describe("RP-04: what a foreign page may have caused is 403, and nothing happens", () => {
	const calls: readonly [string, RequestInit][] = [
		["/api/orders", {}],
		["/api/orders/new", { method: "POST", body: "{}" }],
		["/auth/session", {}],
		["/auth/sign-out", form({})],
	];
	test.each([
		["without the header", {}],
		["of another site", { "x-csrf": "1", "sec-fetch-site": "cross-site" }],
		["of a sibling host", { "x-csrf": "1", "sec-fetch-site": "same-site" }],
		["of another origin", { "x-csrf": "1", origin: "https://evil.test" }],
	])("a call %s", async (_, headers) => {
		const { browser, seen } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		for (const [path, init] of calls) {
			const answer = await alice.send(path, { ...init, headers });
			expect([path, ...(await told(answer))]).toEqual([path, 403, "csrf_refused"]);
			expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
		}
		expect(seen).toEqual([]);
		expect((await alice.session()).session).toBeDefined();
	});

	test.each(["cross-site", "same-site"])("a sign-in or sign-out by a %s link; a sign-out by GET is none at all", async (site) => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		const before = [...alice.cookies];
		for (const path of ["/auth/sign-in", "/auth/sign-in?prompt=login", "/auth/signed-out"]) {
			const answer = await alice.visit(path, site);
			expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 403, null]);
		}
		expect((await alice.visit("/auth/sign-out", site)).status).toBe(405);
		expect([...alice.cookies]).toEqual(before);
		expect((await alice.session()).session).toBeDefined();
		// The honest twin.
		expect((await alice.visit("/auth/sign-in?prompt=login")).status).toBe(303);
	});

	test("a preflight gets no permission", async () => {
		const { browser } = shop(issuer);
		const headers = { origin: "https://evil.test", "access-control-request-method": "GET", "access-control-request-headers": "x-csrf" };
		for (const path of ["/api/orders", "/auth/session"]) {
			const answer = await browser().send(path, { method: "OPTIONS", headers });
			expect([403, 405]).toContain(answer.status);
			expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
		}
	});
});

test("RP-03, RP-05: no cache keeps any answer, and no answer has a token in it, nor the secret", async () => {
	const { browser, answers, tokens, errors, bff } = shop(issuer);
	const alice = browser();
	await alice.signIn();
	for (const path of ["/auth/session", "/api/orders", "/api/customers/1", "/api/orders/%2e%2e", "/auth/nothing"])
		await alice.call(path).catch(() => undefined);
	issuer.offline();
	await alice.visit("/auth/sign-in?prompt=login");
	issuer.online();
	await alice.call("/auth/sign-out", form({}));
	await alice.call("/api/orders");
	await bff.fetch(new Request(`${app}/auth/backchannel`, form({ logout_token: "x.y.z" })));
	expect(answers.length).toBeGreaterThan(7);
	expect(tokens.size).toBeGreaterThan(3);
	for (const { path, answer, text } of answers) {
		expect([path, answer.headers.get("cache-control"), answer.headers.get("vary")]).toEqual([path, "no-store", "Cookie"]);
		const whole = JSON.stringify([...answer.headers]) + text;
		for (const token of [...tokens, secret]) expect(whole.includes(token), path).toBe(false);
	}
	for (const token of [...tokens, secret]) expect(errors.join().includes(token)).toBe(false);
});

describe("a session and the calls made with it are one", () => {
	test("rule 5: a grant that the issuer ends is told by the next call, and by the session from then on", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		await issuer.endSessions("alice");
		expect(await told(await alice.call("/api/orders"))).toEqual([401, "session_expired"]);
		const error = { code: "session_expired", message: "The issuer has ended the session." };
		for (let time = 0; time < 2; time++) expect(await alice.session()).toEqual({ reason: "expired", error });
		expect(await told(await alice.call("/api/orders"))).toEqual([401, "session_expired"]);
		await alice.signIn();
		expect((await alice.call("/api/orders")).status).toBe(200);
	});

	test("the issuer's word from behind ends it too", async () => {
		const { browser, bff } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		const logout = form({ logout_token: await issuer.logoutToken({ clientId: "shop-bff", person: "alice" }) });
		expect((await bff.fetch(new Request(`${app}/auth/backchannel`, logout)))?.status).toBe(200);
		expect(await alice.session()).toEqual({ reason: "signed_out" });
		expect(await told(await alice.call("/api/orders"))).toEqual([401, "session_expired"]);
	});

	test("it ends by its time, and says so", async () => {
		const { browser } = shop(issuer, { idle: 600 });
		const alice = browser();
		await alice.signIn();
		issuer.clock.pass("9m");
		expect((await alice.session()).session).toBeDefined();
		issuer.clock.pass("9m");
		expect((await alice.session()).session).toBeDefined();
		issuer.clock.pass("11m");
		expect((await alice.session()).reason).toBe("expired");
	});

	test("PG-15: what fails behind is told by its code; hosts, variables and what the issuer says of the client are for the log", async () => {
		const inside = "Redis cannot be reached (connect ECONNREFUSED 10.1.2.3:6379).";
		const store = memory();
		let down = false;
		const read: typeof store.read = async (id) => {
			if (down) throw new AuthError("store_unreachable", inside);
			return store.read(id);
		};
		const { browser, errors } = shop(issuer, { store: { ...store, read } });
		const alice = browser();
		await alice.signIn();
		issuer.answer("token", { status: 401, body: { error: "invalid_client", error_description: "the secret of 2025 has ended" } });
		const refused = await alice.call("/api/orders");
		expect(await told(refused)).toEqual([502, "invalid_client"]);
		expect(await refused.json()).toEqual({ error: "invalid_client", error_description: "It does not work. The log says why." });
		down = true;
		for (const path of ["/api/orders", "/auth/session"]) {
			const answer = await alice.call(path);
			expect(await told(answer)).toEqual([503, "store_unreachable"]);
			expect(await answer.json()).toEqual({ error: "store_unreachable", error_description: "It does not work at the moment." });
		}
		expect(errors).toEqual([
			"invalid_client: The issuer refused refresh_token for orders.read of https://orders.acme.test: the secret of 2025 has ended.",
			`store_unreachable: ${inside}`,
			`store_unreachable: ${inside}`,
		]);
		down = false;
		expect((await alice.call("/api/orders")).status).toBe(200);
	});

	test("an issuer that cannot be reached signs nobody out, nor does a store", async () => {
		const store = memory();
		let down = false;
		const read: typeof store.read = async (id) => {
			if (down) throw new (await import("./index.ts")).AuthError("store_unreachable", "The store does not answer.");
			return store.read(id);
		};
		const { browser } = shop(issuer, { store: { ...store, read } });
		const alice = browser();
		await alice.signIn();
		issuer.offline();
		expect(await told(await alice.call("/api/orders"))).toEqual([503, "issuer_unreachable"]);
		expect((await alice.session()).session).toBeDefined();
		issuer.online();
		expect((await alice.call("/api/orders")).status).toBe(200);
		issuer.offline();
		expect((await alice.call("/api/orders")).status).toBe(200);
		issuer.online();
		down = true;
		for (const path of ["/api/orders", "/auth/session"]) expect(await told(await alice.call(path))).toEqual([503, "store_unreachable"]);
		expect(alice.cookies.size).toBeGreaterThan(0);
		down = false;
		expect((await alice.call("/api/orders")).status).toBe(200);
	});

	test("fifty cold calls at once ask the issuer once for each API", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		const before = issuer.calls.token;
		const calls = Array.from({ length: 50 }, (_, index) => alice.call(index % 2 === 0 ? "/api/orders" : "/api/customers/1"));
		expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
		expect(issuer.calls.token - before).toBe(2);
	});
});

describe("a sign-out", () => {
	test("ends the session here, gives the grant back, and leads to the issuer with a hint that no script has seen", async () => {
		const { browser, tokens } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		await alice.call("/api/orders");
		const [revoked, stolen] = [issuer.calls.revoke, browser()];
		for (const [name, value] of alice.cookies) stolen.cookies.set(name, value);
		const answer = await alice.call("/auth/sign-out", form({}));
		expect(await answer.json()).toEqual({ url: "/auth/signed-out" });
		for (const line of answer.headers.getSetCookie()) expect(line).toMatch(/^__Host-Http-.+; Path=\/; Secure; HttpOnly; SameSite=/);
		const hint = answer.headers.getSetCookie().find((line) => line.startsWith("__Host-Http-sign-out-"));
		expect(hint).toMatch(/^__Host-Http-sign-out-shop-bff=[\w-]{500,}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=60$/);
		expect(issuer.calls.revoke - revoked).toBe(1);
		expect(await stolen.session()).toEqual({ reason: "signed_out" });
		expect(await told(await stolen.call("/api/orders"))).toEqual([401, "not_signed_in"]);

		const there = new URL((await alice.visit("/auth/signed-out")).headers.get("location")!);
		expect(there.origin + there.pathname).toBe(`${issuer.url}/end-session`);
		expect(tokens).toContain(there.searchParams.get("id_token_hint"));
		expect(there.searchParams.get("post_logout_redirect_uri")).toBe(`${app}/`);
		expect(await alice.session()).toEqual({});
		expect(alice.cookies.size).toBe(0);
	});

	test("of this app alone leaves the issuer's session", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		expect(await (await alice.call("/auth/sign-out", form({ everywhere: "false" }))).json()).toEqual({});
		expect(await alice.session()).toEqual({});
	});

	test("while the issuer is away ends the session here", async () => {
		const { browser } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		issuer.offline();
		expect((await alice.call("/auth/sign-out", form({}))).status).toBe(200);
		expect(await alice.session()).toEqual({});
		issuer.online();
		expect((await alice.visit("/auth/signed-out")).status).toBe(303);
	});
});

describe("a path", () => {
	test.each<[string, string, number, string]>([
		["GET", "/api/orders/%2e%2e/admin", 404, ""],
		["GET", "/api/orders/a%2fb", 400, "invalid_request"],
		["GET", "/api/orders//x", 400, "invalid_request"],
		["GET", "/api/orders/x;y", 400, "invalid_request"],
		["DELETE", "/api/orders/1", 405, "route_not_allowed"],
		["PUT", "/api/customers/1", 405, "route_not_allowed"],
	])("PG-14: %s %s is %i", async (method, path, status, code) => {
		const { browser, seen } = shop(issuer);
		const alice = browser();
		await alice.signIn();
		const answer = await alice.call(path, { method }).catch(() => undefined);
		// The platform tidies it up, and then it is no route's: the app answers it.
		if (status === 404) expect(answer).toBeUndefined();
		else expect(await told(answer!)).toEqual([status, code]);
		expect(seen).toEqual([]);
	});

	test("that is no route's is the app's own", async () => {
		const { bff } = shop(issuer);
		for (const path of ["/", "/api", "/api/ordersX", "/auth", "/auth/other", "/authors"])
			expect(await bff.fetch(new Request(app + path)), path).toBeUndefined();
	});
});

describe("options", () => {
	const right: BffOptions = {
		issuer: "https://auth.acme.test",
		clientId: "shop-bff",
		clientAuth: secret,
		origin: app,
		store: memory(),
		routes: { "/api/orders/*": { to: orders, methods: ["GET"] } },
	};
	const messageOf = (change: object) => {
		try {
			createBff({ ...right, ...change });
			return "taken";
		} catch (error) {
			return String(error);
		}
	};

	test("that are right are taken; on localhost the store may be absent", () => {
		expect(messageOf({ basePath: "/bff", scope: "openid orders.read", idle: 600, absolute: 6000 })).toBe("taken");
		const { store: _, ...others } = right;
		expect(createBff({ ...others, origin: "http://localhost:3000" })).toBeDefined();
	});

	test("that are wrong are refused at once, all of them, and the secret is not told", () => {
		const message = messageOf({
			isuer: "x",
			origin: "https://shop.acme.test/",
			clientAuth: "",
			proxy: {},
			store: {},
			routes: { "/auth/x": {} },
		});
		for (const sentence of [
			"createBff() has no option `isuer`. Did you mean `issuer`?",
			"createBff() option `origin`: an origin is expected, without path or slash: https://shop.acme.test",
			"createBff() option `clientAuth`:",
			"createBff() has no option `proxy`. Did you mean `routes`?",
			"createBff() option `store`: a store is expected",
			"a path apart from /auth is expected, which is the back end's own (at /auth/x)",
		])
			expect(message).toContain(sentence);
		expect(messageOf({ clientAuth: { secret: "canary" } })).not.toContain("canary");
	});

	test.each<[object, string]>([
		[{ routes: undefined }, "option `routes`: an object by path is expected"],
		[{ basePath: "/api" }, "a path apart from /api is expected"],
		[{ store: undefined, origin: app }, "store"],
		[{ clientAuth: "short" }, "sessionKeys"],
	])("%j: %s", (change, sentence) => {
		expect(messageOf(change)).toContain(sentence);
	});

	test("that are none, and middleware that was not made", () => {
		expect(() => createBff("x" as never)).toThrow("createBff() takes an object of options.");
		const { express, hono } = createBff(right);
		expect(() => (express as (...given: unknown[]) => unknown)({}, {}, () => undefined)).toThrow("Write bff.express().");
		expect(() => (hono as (...given: unknown[]) => unknown)({}, {})).toThrow("Write bff.hono().");
	});
});
