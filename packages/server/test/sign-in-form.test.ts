import { expect, test } from "vitest";
import { authorize, codeOf, isActive, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, issuer, openHouse, password } from "./house.ts";

const minute = 60_000;
const hour = 60 * minute;

const session = "__Host-gatehouse";
const mark = "__Host-gatehouse-browser";

test.each(["cross-site", "same-site", "none"])(
	"LG-11 a sign-in form whose Sec-Fetch-Site is %s is 403 and nothing is evaluated",
	async (site) => {
		await using house = await openHouse();
		const browser = house.browser();
		const shown = await browser.go(requestOf(clients.portal).url);
		const fields = { ...browser.hidden(shown), username: "alice", password };
		const answer = await browser.send("POST", "/login", fields, { "sec-fetch-site": site });
		expect(answer.statusCode).toBe(403);
		expect(answer.headers["set-cookie"]).toBeUndefined();
		expect(await house.gatehouse.ground.store.sessions.list({ limit: 10, now: house.now() })).toEqual([]);
		// The twin: the same form, sent as the page sends it.
		expect((await browser.signIn(shown, "alice", password)).url.searchParams.get("code")).toBeTruthy();
	},
);

test.each([
	["no form token", (fields: Record<string, string>) => ({ ...fields, form: "" })],
	["a made-up form token", (fields: Record<string, string>) => ({ ...fields, form: "A".repeat(43) })],
])("LG-11 %s starts the request again once, and the second time is 403 with the reason", async (_name, change) => {
	await using house = await openHouse();
	const browser = house.browser();
	const request = requestOf(clients.portal);
	const shown = await browser.go(request.url);
	const first = await browser.send("POST", "/login", { ...change(browser.hidden(shown)), username: "alice", password });
	expect(first.statusCode).toBe(303);
	expect(first.headers.location).toMatch(/^\/authorize\?continue=/);
	expect(first.headers["set-cookie"]).toBeUndefined();

	const again = await browser.go(`${issuer}${first.headers.location}`);
	expect(again.page).toBe("login");
	const second = await browser.send("POST", "/login", { ...change(browser.hidden(again)), username: "alice", password });
	expect(second.statusCode).toBe(403);
	expect(second.body).toContain('id="error-code"');
	// The twin: the page that was started again works, and still answers the same request.
	const done = await browser.signIn(again, "alice", password);
	expect(done.url.searchParams.get("state")).toBe(request.fields["state"]);
});

test("LG-11 an attacker's own form token and request sign nobody in as the attacker", async () => {
	await using house = await openHouse();
	const attacker = house.browser();
	const theirs = await attacker.go(requestOf(clients.portal).url);
	const victim = house.browser();
	await victim.go(requestOf(clients.portal).url);
	const answer = await victim.send("POST", "/login", { ...attacker.hidden(theirs), username: "bob", password });
	expect(answer.statusCode).toBe(303);
	expect(answer.headers["set-cookie"]).toBeUndefined();
	expect(victim.cookies.has(session)).toBe(false);
});

test("LG-11 a form without any request is 403", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	await browser.go(requestOf(clients.portal).url);
	const answer = await browser.send("POST", "/login", { username: "alice", password, form: "x" });
	expect(answer.statusCode).toBe(403);
	expect(answer.headers["set-cookie"]).toBeUndefined();
});

test("LG-12 the secret of the cookie changes at each sign-in, the old one is dead, and the sid stays for the same person", async () => {
	await using house = await openHouse();
	const first = await signedIn(house, clients.portal);
	const before = first.browser.cookies.get(session)!;
	house.wait(minute);
	const second = await signedIn(house, clients.portal, { prompt: "login" }, first.browser);
	const after = first.browser.cookies.get(session)!;
	expect(after).not.toBe(before);
	const sid = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[1]!, "base64url").toString()).sid;
	expect(sid(second.id_token)).toBe(sid(first.id_token));

	const thief = house.browser();
	thief.cookies.set(session, before);
	expect((await thief.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("error")).toBe("login_required");
	expect((await first.browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("code")).toBeTruthy();
});

test("LG-12 a preset session cookie is not taken over by a sign-in", async () => {
	await using house = await openHouse();
	const attacker = await signedIn(house, clients.portal, {}, house.browser(), "bob");
	const fixed = attacker.browser.cookies.get(session)!;
	const victim = house.browser();
	victim.cookies.set(session, fixed);
	const tokens = await signedIn(house, clients.portal, { prompt: "login" }, victim, "alice");
	expect(victim.cookies.get(session)).not.toBe(fixed);
	// Another person replaces the session: bob's is ended properly, and the fixed cookie opens nothing.
	expect((await attacker.browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("error")).toBe(
		"login_required",
	);
	expect((await refresh(house, clients.portal, attacker.refresh_token)).json().error).toBe("invalid_grant");
	expect(await isActive(house, tokens.access_token, clients.portal)).toBe(true);
});

test("LG-13 a session ends when it was idle, and when its absolute life is over; using it keeps it from idling alone", async () => {
	await using house = await openHouse({ file: { sessions: { idle: "1h", absolute: "3h" } } });
	const { browser } = await signedIn(house, clients.portal);
	const silently = async () => (await browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams;
	for (let i = 0; i < 3; i++) {
		house.wait(50 * minute);
		const request = requestOf(clients.portal, { prompt: "none" });
		const code = codeOf(await browser.go(request.url));
		expect((await redeem(house, request, code)).statusCode).toBe(200);
	}
	house.wait(31 * minute);
	expect((await silently()).get("error")).toBe("login_required");

	const idle = await signedIn(house, clients.portal);
	house.wait(hour + 1000);
	expect((await idle.browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("error")).toBe("login_required");
	expect((await refresh(house, clients.portal, idle.refresh_token)).json().error).toBe("invalid_grant");
});

test("LG-13 an offline family keeps its own limits when the session is over", async () => {
	await using house = await openHouse({
		file: { sessions: { idle: "1h", absolute: "3h" }, refreshTokens: { idle: "2d", absolute: "4d" } },
	});
	const tokens = await signedIn(house, clients.portal, { scope: "openid offline_access" });
	house.wait(24 * hour);
	const next = await refresh(house, clients.portal, tokens.refresh_token);
	expect(next.statusCode, next.body).toBe(200);
	house.wait(47 * hour);
	const third = await refresh(house, clients.portal, next.json().refresh_token);
	expect(third.statusCode, third.body).toBe(200);
	house.wait(26 * hour);
	expect((await refresh(house, clients.portal, third.json().refresh_token)).json().error).toBe("invalid_grant");
});

test("a refresh keeps the session of an online family from idling", async () => {
	await using house = await openHouse({ file: { sessions: { idle: "1h", absolute: "30d" } } });
	const tokens = await signedIn(house, clients.portal);
	let current = tokens.refresh_token;
	for (let i = 0; i < 4; i++) {
		house.wait(40 * minute);
		const answer = await refresh(house, clients.portal, current);
		expect(answer.statusCode, answer.body).toBe(200);
		current = answer.json().refresh_token;
	}
	expect((await tokens.browser.go(requestOf(clients.portal, { prompt: "none" }).url)).url.searchParams.get("code")).toBeTruthy();
});

test("a doubly opened tab is no dead end: signed in in one, the other goes on without asking", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const one = requestOf(clients.portal);
	const two = requestOf(clients.shop);
	const first = await browser.go(one.url);
	const second = await browser.go(two.url);
	codeOf(await browser.signIn(first, "alice", password));
	const late = await browser.signIn(second, "alice", password);
	expect(late.url.searchParams.get("state")).toBe(two.fields["state"]);
	expect(codeOf(late)).toBeTruthy();
});

test("a browser that keeps no cookies learns so, after one attempt", async () => {
	await using house = await openHouse();
	let at = requestOf(clients.portal).url;
	const seen: string[] = [];
	for (let hop = 0; hop < 8; hop++) {
		const answer = await house.browser().send("GET", at);
		seen.push(new URL(at, issuer).pathname);
		if (answer.headers.location === undefined) {
			expect(answer.statusCode).toBe(400);
			expect(answer.body).toContain('id="error-text"');
			break;
		}
		at = `${issuer}${answer.headers.location}`;
	}
	expect(seen).toEqual(["/authorize", "/login", "/authorize", "/login"]);
});

test("a page that was left open for more than an hour starts its request again and works", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	house.wait(hour + 1000);
	const again = await browser.signIn(shown, "alice", password);
	expect(again.page).toBe("login");
	expect(codeOf(await browser.signIn(again, "alice", password))).toBeTruthy();
});

test("the cookies carry what browsers need to guard them (PG-07), and the mark is set once", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const first = await browser.send("GET", requestOf(clients.portal).url);
	expect(first.headers["set-cookie"]).toMatch(
		/^__Host-gatehouse-browser=[\w-]{22}; Path=\/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax$/,
	);
	const value = browser.cookies.get(mark);
	const second = await browser.send("GET", requestOf(clients.portal).url);
	expect(second.headers["set-cookie"]).toBeUndefined();
	const shown = await browser.go(requestOf(clients.portal).url);
	const answer = await browser.send("POST", "/login", { ...browser.hidden(shown), username: "alice", password });
	const set = [answer.headers["set-cookie"] ?? []].flat();
	expect(set).toHaveLength(2);
	expect(set[0]).toMatch(/^__Host-gatehouse=[\w-]{64}; Path=\/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax$/);
	expect(set[1]).toMatch(/^__Host-gatehouse-device=[\w-]+; Path=\/; Max-Age=15552000; HttpOnly; Secure; SameSite=Lax$/);
	expect(browser.cookies.get(mark)).toBe(value);
});

test("PG-07 a session cookie that a neighbouring host tossed in beside the real one is passed over", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const real = browser.cookies.get(session)!;
	for (const header of [`${session}=tossed; ${session}=${real}`, `${session}=${real}; ${session}=${"A".repeat(64)}`]) {
		const answer = await house.request({
			url: requestOf(clients.portal, { prompt: "none" }).url.slice(issuer.length),
			headers: { cookie: header },
		});
		expect(answer.headers.location).toContain("code=");
	}
	const tossed = await house.request({
		url: requestOf(clients.portal, { prompt: "none" }).url.slice(issuer.length),
		headers: { cookie: `${session}=tossed` },
	});
	expect(tossed.headers.location).toContain("error=login_required");
});

test("PG-07 a name that begins with what no browser takes for white space is none of ours: any neighbouring host may set it", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const real = browser.cookies.get(session)!;
	const asked = (cookie: string) =>
		house.request({ url: requestOf(clients.portal, { prompt: "none" }).url.slice(issuer.length), headers: { cookie } });
	for (const dressed of ["\u00a0", "\u0085", "\u00ef\u00bb\u00bf", "\ufeff"])
		expect((await asked(`${dressed}${session}=${real}`)).headers.location).toContain("error=login_required");
	expect((await asked(` \t${session}=${real} `)).headers.location).toContain("code=");
});

test("signing in twice with one form gives the same person one session, not an error", async () => {
	await using house = await openHouse();
	const browser = house.browser();
	const shown = await browser.go(requestOf(clients.portal).url);
	const fields = { ...browser.hidden(shown), username: "alice", password };
	const answers = await Promise.all([browser.send("POST", "/login", fields), browser.send("POST", "/login", fields)]);
	expect(answers.map((answer) => answer.statusCode)).toEqual([303, 303]);
	expect(codeOf(await authorize(browser, requestOf(clients.portal)))).toBeTruthy();
});
