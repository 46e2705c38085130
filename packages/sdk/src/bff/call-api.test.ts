import { afterEach, describe, expect, test, vi } from "vitest";
import { AuthError } from "../client/auth-error.ts";
import type { AccessToken } from "../core/access-token.ts";
import type { WantedToken } from "../sessions/sessions.ts";
import { callApi } from "./call-api.ts";
import { answerError } from "./refusal.ts";
import { findRoute, readRoutes } from "./routes.ts";

const own = "https://shop.acme.test";
const orders = "https://orders.acme.test";
const routes = readRoutes({
	"/api/orders/*": { to: `${orders}/v1`, scope: "orders.read", methods: ["GET", "POST", "PUT", "DELETE"] },
	"/api/me": { to: "https://crm.internal.test/me", methods: ["GET"] },
});

interface Sent {
	readonly url: string;
	readonly init: RequestInit & { readonly headers: Headers };
	readonly body: string;
}

type Api = (sent: Sent) => Response | Promise<Response>;

/** One call through the back end to an API that answers as it is told; the first token is `token-1`. */
function house(api: Api = () => Response.json({ fine: true })) {
	const sent: Sent[] = [];
	const wanted: WantedToken[] = [];
	let generation = 1;
	const calling = {
		own,
		token: async (options: WantedToken): Promise<AccessToken> => {
			wanted.push(options);
			if (options.refused === `token-${generation}`) generation++;
			return { accessToken: `token-${generation}`, expiresIn: 600, scope: [] };
		},
		fetch: async (url: string, init: RequestInit): Promise<Response> => {
			const body = await new Response(init.body ?? null).text();
			sent.push({ url, init: init as Sent["init"], body });
			init.signal?.throwIfAborted();
			return api(sent.at(-1)!);
		},
	};
	const call = async (target: string, init: RequestInit & { readonly duplex?: "half" } = {}): Promise<Response> => {
		const found = findRoute(routes, init.method ?? "GET", target);
		if (!found || !("url" in found)) throw new Error("no route");
		try {
			return await callApi(new Request(own + target, init), found, calling);
		} catch (error) {
			if (error instanceof AuthError) return answerError(error);
			throw error;
		}
	};
	return { call, sent, wanted, calling };
}

const toldOf = async (answer: Response) => [answer.status, answer.headers.get("gatehouse-error")];
const headersOf = (headers: Headers) => Object.fromEntries(headers);

afterEach(() => vi.useRealTimers());

describe("what goes on to an API", () => {
	test("is the request, with the person's token for that API and scope, and who calls", async () => {
		const { call, sent, wanted } = house();
		const body = JSON.stringify({ what: "kettle" });
		const headers = { "content-type": "application/json", accept: "application/json", "idempotency-key": "1", "x-tenant": "acme" };
		const answer = await call("/api/orders/new?dry=1", {
			method: "POST",
			body,
			headers: { ...headers, "content-length": String(body.length) },
		});
		expect(await answer.json()).toEqual({ fine: true });
		expect(wanted).toEqual([{ resource: orders, scope: "orders.read" }]);
		expect(sent.map(({ url, init: { method, redirect }, body }) => [url, method, redirect, body])).toEqual([
			[`${orders}/v1/new?dry=1`, "POST", "manual", body],
		]);
		expect(headersOf(sent[0]!.init.headers)).toEqual({
			...headers,
			"content-length": String(body.length),
			authorization: "Bearer token-1",
			"accept-encoding": "identity",
			via: "1.1 gatehouse-bff",
			forwarded: 'by=_gatehouse-bff;host="shop.acme.test";proto=https',
		});
	});

	test.each([
		["cookie", "__Host-shop=secret"],
		["authorization", "Basic c2VjcmV0"],
		["dpop", "proof"],
		["host", "evil.test"],
		["origin", own],
		["referer", `${own}/secret`],
		["forwarded", "for=10.0.0.1"],
		["via", "1.1 evil"],
		["x-forwarded-for", "10.0.0.1"],
		["x-forwarded-host", "evil.test"],
		["x-forwarded-user", "admin"],
		["x-real-ip", "10.0.0.1"],
		["x-original-url", "/admin"],
		["x-rewrite-url", "/admin"],
		["x-http-method-override", "DELETE"],
		["x-remote-user", "admin"],
		["x-auth-request-user", "admin"],
		["x-user-id", "admin"],
		["x-webauth-user", "admin"],
		["x-goog-iap-jwt-assertion", "admin"],
		["x-ssl-client-s-dn", "admin"],
		["ssl-client-cert", "admin"],
		["x-client-cert", "admin"],
		["x-middleware-subrequest", "admin"],
		["x_forwarded_for", "10.0.0.1"],
		["proxy-authorization", "Basic c2VjcmV0"],
		["proxy-connection", "keep-alive"],
		["sec-fetch-site", "same-origin"],
		["sec-ch-ua", "x"],
		["access-control-request-method", "GET"],
		["x-csrf", "1"],
		["keep-alive", "timeout=5"],
		["te", "trailers"],
		["trailer", "x-sum"],
		["upgrade", "websocket"],
		["expect", "100-continue"],
		["accept-encoding", "gzip"],
	])("is never %s: %s", async (name, value) => {
		const { call, sent } = house();
		await call("/api/orders", { headers: { [name]: value, "x-kept": "yes" } });
		const headers = headersOf(sent[0]!.init.headers);
		expect(headers["x-kept"]).toBe("yes");
		expect(headers[name]).not.toBe(value);
		expect(JSON.stringify(headers)).not.toMatch(/evil|10\.0\.0\.1|admin|c2VjcmV0|secret/);
	});

	test("is nothing that `Connection` names, but a length and a type stay what they are (RFC 9110 §7.6.1)", async () => {
		const { call, sent } = house();
		const named = "close, X-Secret , content-length, Content-Type, authorization";
		await call("/api/orders", {
			method: "PUT",
			body: "{}",
			headers: { connection: named, "x-secret": "1", "content-length": "2", "content-type": "application/json" },
		});
		expect(headersOf(sent[0]!.init.headers)).toMatchObject({
			"content-length": "2",
			"content-type": "application/json",
			authorization: "Bearer token-1",
		});
		expect([...sent[0]!.init.headers.keys()]).not.toContain("x-secret");
	});

	test.each<[string, RequestInit, number]>([
		["two lengths", { method: "POST", body: "{}", headers: { "content-length": "2, 2" } }, 400],
		["a length that is none", { method: "POST", body: "{}", headers: { "content-length": "+2" } }, 400],
		["a length and a coding", { method: "POST", body: "{}", headers: { "content-length": "2", "transfer-encoding": "chunked" } }, 400],
		["another coding", { method: "POST", body: "{}", headers: { "transfer-encoding": "gzip, chunked" } }, 400],
		["a coding that looks alike", { method: "POST", body: "{}", headers: { "transfer-encoding": "xchunked" } }, 400],
		["a GET with a length", { headers: { "content-length": "2" } }, 400],
		["a GET with a coding", { headers: { "transfer-encoding": "chunked" } }, 400],
		["more than it says", { method: "POST", body: "{}GET /admin", headers: { "content-length": "2" } }, 400],
		["less than it says", { method: "POST", body: "{}", headers: { "content-length": "3" } }, 400],
		["more than 64 MiB, as it says", { method: "POST", body: "{}", headers: { "content-length": "67108865" } }, 413],
	])("PG-10: is refused where it is not clear where it ends: %s", async (_, init, status) => {
		const { call, sent } = house();
		expect(await toldOf(await call("/api/orders", init))).toEqual([status, "invalid_request"]);
		expect(sent).toEqual([]);
		// The honest twin.
		const twin = init.method === undefined ? {} : { method: "POST", body: "{}", headers: { "content-length": "2" } };
		expect((await call("/api/orders", twin)).status).toBe(200);
	});

	test("a long body passes in pieces, no faster than it is taken, and ends at 64 MiB whatever it says", async () => {
		const { calling } = house();
		let pulled = 0;
		let taken = 0;
		const piece = new Uint8Array(1024 * 1024);
		const endless = new ReadableStream<Uint8Array>({
			pull(controller) {
				pulled++;
				controller.enqueue(piece);
			},
		});
		const fetch = async (_: string, { body }: RequestInit): Promise<Response> => {
			for await (const chunk of body as ReadableStream<Uint8Array>) {
				expect(chunk.byteLength).toBe(piece.byteLength);
				taken++;
				await Promise.resolve();
				expect(pulled - taken).toBeLessThan(8);
			}
			return new Response();
		};
		const found = findRoute(routes, "POST", "/api/orders") as never;
		const request = new Request(`${own}/api/orders`, { method: "POST", body: endless, duplex: "half" } as RequestInit);
		await expect(callApi(request, found, { ...calling, fetch })).rejects.toMatchObject({ status: 413, code: "invalid_request" });
		expect(taken).toBe(64);
	});
});

describe("what comes back", () => {
	test("RP-03: is the answer, for this person and now, and nothing that acts on the app's origin or tells what stands behind", async () => {
		const kept = { "content-type": "text/csv", etag: '"1"', "content-disposition": "attachment", link: "<x>; rel=next", "x-total": "7" };
		const headers = new Headers({
			...kept,
			"cache-control": "public, max-age=3600",
			vary: "Accept",
			"access-control-allow-origin": "*",
			"access-control-allow-credentials": "true",
			"clear-site-data": '"*"',
			"content-security-policy": "default-src *",
			"cross-origin-opener-policy": "unsafe-none",
			"service-worker-allowed": "/",
			"strict-transport-security": "max-age=0",
			"alt-svc": "h3=evil",
			connection: "x-hop",
			"x-hop": "1",
			"keep-alive": "1",
			server: "orders-7",
			"x-powered-by": "Express",
			via: "1.1 mesh",
			"gatehouse-error": "session_expired",
			"x-accel-redirect": "/secret",
			"cdn-cache-control": "public, max-age=600",
			"cloudflare-cdn-cache-control": "public, max-age=600",
			"surrogate-control": "max-age=600",
			"surrogate-key": "orders",
			"edge-control": "cache-maxage=1h",
			"set-login": "logged-in",
			"secure-session-registration": '(ES256);path="/x"',
		});
		headers.append("set-cookie", "a=1");
		headers.append("set-cookie", "__Host-shop=evil; Secure; Path=/");
		const answer = await house(() => new Response("1;2", { headers })).call("/api/orders");
		expect(await answer.text()).toBe("1;2");
		expect(headersOf(answer.headers)).toEqual({
			...kept,
			"cache-control": "no-store",
			vary: "Cookie",
			"x-content-type-options": "nosniff",
			"content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
			"cross-origin-resource-policy": "same-origin",
			"referrer-policy": "no-referrer",
		});
	});

	test("is no length of what was decoded on the way", async () => {
		const headers = { "content-encoding": "gzip", "content-length": "3" };
		const answer = await house(() => new Response("decoded", { headers })).call("/api/orders");
		expect([answer.headers.get("content-encoding"), answer.headers.get("content-length")]).toEqual([null, null]);
	});

	test.each([
		["Basic realm=x", null],
		["Bearer, Negotiate", null],
		['Bearer error="insufficient_scope"', 'Bearer error="insufficient_scope"'],
	])("a challenge %s is %s: no browser asks for a password", async (challenge, passed) => {
		const { call } = house(() => new Response(null, { status: 401, headers: { "www-authenticate": challenge } }));
		expect((await call("/api/orders")).headers.get("www-authenticate")).toBe(passed);
	});

	test.each([204, 205, 304])("status %i has no body", async (status) => {
		expect((await house(() => new Response(null, { status })).call("/api/orders")).status).toBe(status);
	});

	test.each<[number, string, string, string | null]>([
		[201, "/api/orders", `${orders}/v1/1041`, "/api/orders/1041"],
		[201, "/api/orders", "/v1/1041?x=1#y", "/api/orders/1041?x=1#y"],
		[201, "/api/orders", "https://elsewhere.test/1041", null],
		[202, "/api/orders", "/v2/1041", null],
		[303, "/api/orders/1", "2", "/api/orders/2"],
		[307, "/api/orders/", `${orders}/v1`, "/api/orders"],
		[301, "/api/me", "https://crm.internal.test/me", "/api/me"],
	])("%i at %s with Location %s leads to %s", async (status, at, location, own) => {
		const answer = await house(() => new Response(null, { status, headers: { location } })).call(at);
		expect([answer.status, answer.headers.get("location")]).toEqual([status, own]);
	});

	test.each([
		["/api/orders", "https://evil.test/"],
		["/api/orders", "//evil.test/v1"],
		["/api/orders", "/v1x"],
		["/api/orders", "/v2/1041"],
		["/api/orders", `${orders}/v1/../admin`],
		["/api/orders", "https://user@orders.acme.test/v1"],
		["/api/orders", "http://orders.acme.test/v1"],
		["/api/orders", "/v1/%2e%2e%2fadmin"],
		["/api/me", "/me/secret"],
	])("a redirect at %s to %s is no answer: nobody follows it", async (at, location) => {
		const { call, sent } = house(() => new Response("go", { status: 302, headers: { location } }));
		const answer = await call(at);
		expect(await toldOf(answer)).toEqual([502, "route_not_allowed"]);
		expect([answer.headers.get("location"), sent.length]).toEqual([null, 1]);
		expect(await answer.text()).not.toMatch(/evil|internal|admin/);
	});
});

describe("a token that the API calls invalid", () => {
	const strict: Api = ({ init: { headers } }) =>
		headers.get("authorization") === "Bearer token-1"
			? new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } })
			: new Response("fine");

	test("is followed by one call with a fresh one, with the same body", async () => {
		const { call, sent, wanted } = house(strict);
		for (const init of [{}, { method: "POST", body: "{}", headers: { "content-length": "2" } }])
			expect(await (await call("/api/orders", init)).text()).toBe("fine");
		expect(sent.map(({ body, init }) => [body, init.headers.get("authorization")])).toEqual([
			["", "Bearer token-1"],
			["", "Bearer token-2"],
			["{}", "Bearer token-2"],
		]);
		expect(wanted[1]).toEqual({ resource: orders, scope: "orders.read", refused: "token-1" });
	});

	test("is told to the caller when the body has gone, and the next call has a fresh one", async () => {
		const { call, sent } = house(strict);
		const upload = () => ({ method: "PUT", body: new Blob(["long"]).stream(), duplex: "half" as const });
		expect((await call("/api/orders", upload())).status).toBe(401);
		expect((await call("/api/orders", upload())).status).toBe(200);
		expect(sent.map(({ body }) => body)).toEqual(["long", "long"]);
	});

	test("is not tried a third time, nor where the API means something else", async () => {
		const never: Api = () => new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
		const { call, sent } = house(never);
		const answer = await call("/api/orders");
		expect([answer.status, answer.headers.get("gatehouse-error"), sent.length]).toEqual([401, null, 2]);
		const other = house(() => new Response(null, { status: 401 }));
		await other.call("/api/orders");
		expect(other.sent).toHaveLength(1);
	});

	test("and no fresh one to be had: the caller is told why", async () => {
		const { call, calling } = house(strict);
		const token = calling.token;
		calling.token = async (wanted) => {
			if (wanted.refused) throw new AuthError("session_expired", "The issuer has ended the session.");
			return token(wanted);
		};
		expect(await toldOf(await call("/api/orders"))).toEqual([401, "session_expired"]);
	});
});

describe("an API that does not answer", () => {
	test("is 502, and nothing is said of where it stands", async () => {
		const { call } = house(() => {
			throw new TypeError("connect ECONNREFUSED crm.internal.test");
		});
		const answer = await call("/api/me");
		expect(await toldOf(answer)).toEqual([502, "upstream_unreachable"]);
		expect(await answer.text()).not.toContain("internal");
	});

	test("is 504 after thirty seconds", async () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		const hanging = Promise.withResolvers<void>();
		const { call } = house(
			({ init: { signal } }) =>
				new Promise((_, reject) => {
					signal!.addEventListener("abort", () => reject(signal!.reason));
					hanging.resolve();
				}),
		);
		const answer = call("/api/orders");
		await hanging.promise;
		await vi.advanceTimersByTimeAsync(29_999);
		expect(await Promise.race([answer, "waiting"])).toBe("waiting");
		await vi.advanceTimersByTimeAsync(1);
		expect(await toldOf(await answer)).toEqual([504, "upstream_unreachable"]);
	});

	test("is hung up on when the browser hangs up", async () => {
		const browser = new AbortController();
		const asked = Promise.withResolvers<AbortSignal>();
		const { call } = house(
			({ init: { signal } }) =>
				new Promise((_, reject) => {
					signal!.addEventListener("abort", () => reject(signal!.reason));
					asked.resolve(signal!);
				}),
		);
		const answer = call("/api/orders", { signal: browser.signal });
		const signal = await asked.promise;
		expect(signal.aborted).toBe(false);
		browser.abort();
		await answer;
		expect(signal.aborted).toBe(true);
	});

	test("an answer that nobody reads any more is cancelled, and one that breaks off breaks off", async () => {
		const cancelled = Promise.withResolvers<void>();
		const body = new ReadableStream({ cancel: () => cancelled.resolve() });
		await (await house(() => new Response(body)).call("/api/orders")).body!.cancel();
		await cancelled.promise;
		const broken = new ReadableStream({
			pull(controller) {
				controller.error(new Error("reset"));
			},
		});
		await expect((await house(() => new Response(broken)).call("/api/orders")).text()).rejects.toThrow("reset");
	});
});
