import { issuerTest } from "@gatehouse/testing/vitest";
import { expect } from "vitest";
import { company, house, origin } from "../../test/web/house.ts";

const test = issuerTest(company);

test("a page leads to the sign-in; a call of a script, a picture and a frame are answered 401 with JSON, and never redirected", async ({
	issuer,
}) => {
	const { browser } = house(issuer);
	const nobody = browser();
	const page = await nobody.go("/me?a=1");
	expect([page.status, page.headers.get("location")]).toEqual([303, "/auth/sign-in?returnTo=%2Fme%3Fa%3D1"]);
	const frame = { "sec-fetch-dest": "iframe" };
	for (const answer of [await nobody.call("/me"), await nobody.go("/me", { headers: frame })]) {
		expect([answer.status, answer.headers.get("location")]).toEqual([401, null]);
		expect(await answer.json()).toEqual({
			error: "not_signed_in",
			action: "sign-in",
			retryable: false,
			docs: "docs/sdk-errors.md#not_signed_in",
			signIn: "/auth/sign-in",
		});
		expect(answer.headers.get("cache-control")).toBe("no-store");
	}
});

test("a client that says nothing of what it wants is taken by its Accept header", async ({ issuer }) => {
	const { app } = house(issuer);
	const ask = (headers: Readonly<Record<string, string>>) => app(new Request(`${origin}/me`, { headers }));
	expect((await ask({ accept: "text/html,*/*" })).status).toBe(303);
	expect((await ask({ accept: "text/html", "x-requested-with": "XMLHttpRequest" })).status).toBe(401);
	expect((await ask({ accept: "application/json" })).status).toBe(401);
	expect((await ask({})).status).toBe(401);
});

test("a form that was posted without a session leads back to the page that it stood on", async ({ issuer }) => {
	const { browser } = house(issuer);
	const posted = (referer: string) => browser().go("/me", { method: "POST", body: new URLSearchParams("a=1"), headers: { referer } });
	expect((await posted(`${origin}/form?x=1`)).headers.get("location")).toBe("/auth/sign-in?returnTo=%2Fform%3Fx%3D1");
	expect((await posted("https://evil.test/form")).headers.get("location")).toBe("/auth/sign-in?returnTo=%2F");
});

test("RP-04: what another page posts to a guarded route is 403, a sibling host's too, and the app does not hear of it", async ({
	issuer,
}) => {
	const heard: string[] = [];
	const { auth, app, browser, signIn } = house(issuer, { onError: () => undefined });
	const alice = browser();
	await signIn(alice);
	const cookie = [...alice.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
	const form = auth.required().fetch((request) => {
		heard.push(request.method);
		return new Response("done");
	});
	const statusOf = async (method: string, headers: Readonly<Record<string, string>>) =>
		(await form(new Request(`${origin}/form`, { method, headers: { cookie, ...headers } }))).status;
	for (const method of ["POST", "PUT", "PATCH", "DELETE"])
		for (const headers of [
			{ "sec-fetch-site": "same-site", "sec-fetch-mode": "navigate" },
			{ "sec-fetch-site": "cross-site" },
			{ "sec-fetch-site": "same-site", origin },
			{ origin: "https://blog.acme.test" },
			{ origin: "null" },
		])
			expect(await statusOf(method, headers as never)).toBe(403);
	expect(heard).toEqual([]);
	for (const headers of [{ "sec-fetch-site": "same-origin", origin }, { "sec-fetch-site": "none" }, { origin }, {}])
		expect(await statusOf("POST", headers as never)).toBe(200);
	expect(await statusOf("GET", { "sec-fetch-site": "same-site" })).toBe(200);
	expect(heard).toEqual(["POST", "POST", "POST", "POST", "GET"]);
	// Who is not signed in is sent to sign in, whoever led here: nothing was done.
	const nobody = new Request(`${origin}/me`, { method: "POST", headers: { "sec-fetch-site": "same-site" } });
	expect((await app(nobody)).status).toBe(401);
});

test("RP-03: whatever a guarded route says of caches, its answer is kept by none; what it may say more strictly stays", async ({
	issuer,
}) => {
	const { auth, browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const cookie = [...alice.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
	const answer = (headers: HeadersInit) =>
		auth.required().fetch(() => new Response("private", { headers }))(new Request(`${origin}/x`, { headers: { cookie } }));
	for (const [said, kept, vary] of [
		[{}, "no-store", "Cookie"],
		[{ "cache-control": "public, max-age=600", vary: "Accept" }, "no-store", "Accept, Cookie"],
		[{ "cache-control": "no-store, max-age=0", vary: "cookie" }, "no-store, max-age=0", "cookie"],
		[{ vary: "*" }, "no-store", "*"],
		[{ "cdn-cache-control": "public", "cloudflare-cdn-cache-control": "max-age=60", "x-accel-expires": "60" }, "no-store", "Cookie"],
	] as const) {
		const { headers } = await answer(said);
		expect([...headers.keys()].filter((name) => /cdn|x-accel/.test(name))).toEqual([]);
		expect([headers.get("cache-control"), headers.get("vary")]).toEqual([kept, vary]);
	}
	// Also one that cannot be changed, as what `fetch` gives.
	const passed = await auth.required().fetch(() => fetch(`${issuer.url}/.well-known/openid-configuration`))(
		new Request(`${origin}/x`, { headers: { cookie } }),
	);
	expect(passed.headers.get("cache-control")).toBe("no-store");
});

test("RP-03: every answer of the routes, with a cookie or without, is kept by no cache", async ({ issuer }) => {
	const { app, browser, signIn } = house(issuer, { onError: () => undefined });
	const alice = browser();
	const { url } = await alice.open("/me");
	const back = await issuer.signIn({ url });
	const answers = [
		await alice.go("/me"),
		await alice.go("/auth/sign-in"),
		await alice.go("/auth/sign-in?prompt=none"),
		await alice.go(back.href, { from: "elsewhere" }),
		await alice.go(back.href, { from: "elsewhere" }),
		await alice.go("/auth/callback"),
		await alice.go("/auth/sign-out"),
		await alice.call("/auth/sign-out", { method: "POST", body: new URLSearchParams() }),
		await app(new Request(`${origin}/auth/backchannel`, { method: "POST" })),
		await app(new Request(`${origin}/auth/callback`, { method: "PUT" })),
	];
	expect(answers.map(({ status }) => status)).toEqual([303, 303, 400, 200, 200, 200, 200, 200, 400, 405]);
	for (const { headers } of answers) expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Cookie"]);
	await signIn(alice);
});

test("a route that wants a fresh sign-in asks again when it is too old, and not otherwise", async ({ issuer }) => {
	let now = Date.now();
	const { browser, signIn } = house(issuer, { now: () => now });
	const alice = browser();
	await signIn(alice);
	expect((await alice.go("/payouts")).status).toBe(200);
	now += 311_000;
	issuer.clock.pass(311_000);
	const call = await alice.call("/payouts");
	expect([call.status, await call.json()]).toEqual([
		401,
		{
			error: "step_up_required",
			action: "step-up",
			retryable: false,
			docs: "docs/sdk-errors.md#step_up_required",
			signIn: "/auth/sign-in?maxAge=300",
		},
	]);
	const { response } = await signIn(alice, "/payouts");
	expect(await response.text()).toBe("paid");
});

test("a kind of sign-in that the issuer did not make is refused once, and asked for no more by itself", async ({ issuer }) => {
	const codes: string[] = [];
	const { browser, signIn } = house(issuer, { onError: ({ code }) => void codes.push(code) });
	const alice = browser();
	const { revoke } = issuer.calls;
	const { response } = await signIn(alice, "/vault");
	expect([response.status, codes]).toEqual([403, ["step_up_failed"]]);
	// Nobody keeps what came with it.
	expect(issuer.calls.revoke).toBe(revoke + 1);
	expect((await signIn(alice, "/me")).response.status).toBe(200);
	const now = Math.floor(Date.now() / 1000);
	const { url } = await alice.open("/vault");
	const nonce = new URL(url).searchParams.get("nonce");
	const back = await issuer.signIn({ url });
	const claims = { iss: issuer.url, sub: "x", aud: "crm", exp: now + 300, iat: now, nonce, acr: "phr" };
	issuer.answer("token", {
		body: { access_token: "t", token_type: "Bearer", expires_in: 300, id_token: await issuer.sign("JWT", claims) },
	});
	expect(await (await alice.open(back.href, { from: "elsewhere" })).response.text()).toBe("open");
});

test("a session whose grant the issuer has ended is over at the next token, and the page after that asks to sign in", async ({
	issuer,
}) => {
	const { auth, browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const request = () =>
		new Request(origin, { headers: { cookie: [...alice.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ") } });
	const { accessToken, scope } = await auth.token(request(), { resource: "https://orders.acme.test" });
	expect([accessToken.split(".").length, scope]).toEqual([3, ["orders.read"]]);
	await issuer.withdraw({ person: "alice", clientId: "crm" });
	await issuer.endSessions("alice");
	await expect(auth.token(request(), { resource: "https://orders.acme.test", minTtl: 86_400 })).rejects.toMatchObject({
		code: "session_expired",
	});
	expect(await auth.session(request())).toBeUndefined();
	expect(await (await alice.call("/me")).json()).toMatchObject({ error: "session_expired" });
	expect((await signIn(alice)).response.status).toBe(200);
});

test("the token of a session goes to its resource and to no other host, and wrong options are refused at once", async ({ issuer }) => {
	const { auth, browser, signIn } = house(issuer);
	const alice = browser();
	await signIn(alice);
	const request = new Request(origin, {
		headers: { cookie: [...alice.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ") },
	});
	await expect(auth.api(request)("http://evil.test/")).rejects.toMatchObject({ code: "insecure_url" });
	await expect(auth.api(request)("https://evil.test/")).rejects.toMatchObject({ code: "invalid_target" });
	await expect(auth.token(request, { audience: "https://orders.acme.test" } as never)).rejects.toThrow("Did you mean `resource`?");
	await expect(auth.token(new Request(origin), { resource: "https://orders.acme.test" })).rejects.toMatchObject({ code: "not_signed_in" });
});

test("a call to an API goes by the app's own fetch, whichever way it is written, once more with a fresh token when the first is refused", async ({
	issuer,
}) => {
	const seen: (readonly [string, string, string])[] = [];
	const { auth, browser, signIn } = house(issuer, {
		resources: { "https://orders.acme.test": { scope: "orders.read", urls: ["https://gateway.acme.test/orders"] } },
		fetch: async (url, init) => {
			if (!url.startsWith("https://gateway.")) return fetch(url, init);
			const request = new Request(url, init);
			seen.push([request.method, request.headers.get("authorization") ?? "", await request.text()]);
			const refused = { "www-authenticate": 'Bearer error="invalid_token"' };
			return seen.length === 1 ? new Response(null, { status: 401, headers: refused }) : new Response("the orders");
		},
	});
	const alice = browser();
	await signIn(alice);
	const cookie = [...alice.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
	const call = auth.api(new Request(origin, { headers: { cookie } }));
	const url = "https://gateway.acme.test/orders/mine";
	expect(await (await call(url, { method: "POST", body: "one" })).text()).toBe("the orders");
	await call(new Request(url, { method: "PUT", body: "two" }));
	await call(new URL(url));
	expect(seen.map(([method, , body]) => [method, body])).toEqual([
		["POST", "one"],
		["POST", "one"],
		["PUT", "two"],
		["GET", ""],
	]);
	const tokens = seen.map(([, authorization]) => authorization);
	expect(tokens.every((token) => /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(token))).toBe(true);
	expect([tokens[0] === tokens[1], tokens[1] === tokens[2], tokens[2] === tokens[3]]).toEqual([false, true, true]);
});
