import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeClient, holdClient } from "./family.ts";
import { refresh, signedIn } from "./flow.ts";
import { encode } from "./form.ts";
import { basic, clients, type House, openHouse } from "./house.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

const shop = "https://shop.company.test";
const portal = "https://portal.company.test";
const exposed = "WWW-Authenticate, DPoP-Nonce, Date, Retry-After";

/** The CORS headers of an answer, and `Vary`. */
function corsOf(answer: LightMyRequestResponse): Record<string, unknown> {
	return Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name.startsWith("access-control-") || name === "vary"));
}

const readable = (origin: string) => ({ "access-control-allow-origin": origin, "access-control-expose-headers": exposed, vary: "Origin" });
const unreadable = { vary: "Origin" };

const shared = ["/token", "/revoke", "/userinfo"] as const;
const open = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"] as const;

/** Origins that no client has: look-alikes of the shop's and others. */
const foreign = [
	"null",
	"https://evil.test",
	"https://shop.company.test.evil.test",
	"https://evilshop.company.test",
	"https://shop.company.test:8443",
	"https://shop.company.test:443",
	"https://shop.company.test/",
	"https://shop.company.test/callback",
	"http://shop.company.test",
	"https://SHOP.company.test",
	"https://sub.shop.company.test",
	"https://company.test",
	"https://shop.company.test, https://evil.test",
	"https://shop.company.test https://evil.test",
	"*",
	"",
	// A client that is switched off has no origins.
	"https://retired.company.test",
	// A private-use scheme has none either.
	"com.company.app://callback",
];

describe("the preflight", () => {
	const preflight = (url: string, origin: string | undefined, method = "POST") =>
		house.request({
			method: "OPTIONS",
			url,
			headers: {
				...(origin === undefined ? {} : { origin }),
				"access-control-request-method": method,
				"access-control-request-headers": "authorization, content-type, dpop",
			},
		});

	test.each(
		shared.flatMap((path) =>
			[shop, portal, "https://app.analytics.test", "https://gadget.test", "http://127.0.0.1"].map((origin) => ({ path, origin })),
		),
	)("$path allows $origin: any origin of any enabled client", async ({ path, origin }) => {
		const answer = await preflight(path, origin);
		expect({ status: answer.statusCode, body: answer.body }).toEqual({ status: 204, body: "" });
		expect(corsOf(answer)).toEqual({
			"access-control-allow-origin": origin,
			"access-control-allow-methods": path === "/userinfo" ? "GET, POST" : "POST",
			"access-control-allow-headers": "Authorization, Content-Type, DPoP",
			"access-control-max-age": "3600",
			vary: "Origin",
		});
	});

	test.each(shared.flatMap((path) => foreign.map((origin) => ({ path, origin }))))(
		"PG-14 $path does not allow $origin",
		async ({ path, origin }) => {
			expect(corsOf(await preflight(path, origin))).toEqual(unreadable);
			expect(corsOf(await preflight(path, shop))).toMatchObject({ "access-control-allow-origin": shop });
		},
	);

	test.each(shared)("%s without an origin allows nobody", async (path) => {
		expect(corsOf(await preflight(path, undefined))).toEqual(unreadable);
	});

	test.each(open.flatMap((path) => [shop, "https://evil.test", "null", undefined].map((origin) => ({ path, origin }))))(
		"$path is everyone's: $origin",
		async ({ path, origin }) => {
			const answer = await preflight(path, origin, "GET");
			expect(answer.statusCode).toBe(204);
			expect(corsOf(answer)).toEqual({
				"access-control-allow-origin": "*",
				"access-control-allow-methods": "GET",
				"access-control-allow-headers": "Authorization, Content-Type, DPoP",
				"access-control-max-age": "3600",
			});
		},
	);

	test("I13 a client that is switched off is no reason to allow its origin", async () => {
		await holdClient(house, "gadget", true);
		expect(corsOf(await preflight("/token", "https://gadget.test"))).toEqual(unreadable);
		await holdClient(house, "gadget", false);
		expect(corsOf(await preflight("/token", "https://gadget.test"))).toMatchObject({
			"access-control-allow-origin": "https://gadget.test",
		});
	});

	test("`allowed_cors_origins` takes the place of the redirect URIs' origins", async () => {
		const allow = (allowed_cors_origins: readonly string[] | undefined) =>
			changeClient(house, "gadget", ({ metadata, ...row }) => {
				const { allowed_cors_origins: _, ...rest } = metadata;
				return { ...row, metadata: { ...rest, ...(allowed_cors_origins ? { allowed_cors_origins } : {}) } };
			});
		await allow(["https://console.gadget.test"]);
		expect(corsOf(await preflight("/token", "https://gadget.test"))).toEqual(unreadable);
		expect(corsOf(await preflight("/token", "https://console.gadget.test"))).toMatchObject({
			"access-control-allow-origin": "https://console.gadget.test",
		});
		await allow([]);
		expect(corsOf(await preflight("/token", "https://console.gadget.test"))).toEqual(unreadable);
		await allow(undefined);
		expect(corsOf(await preflight("/token", "https://gadget.test"))).toMatchObject({
			"access-control-allow-origin": "https://gadget.test",
		});
	});
});

describe("the answer", () => {
	const post = (url: string, fields: Record<string, string>, origin: string, headers: Record<string, string> = {}) =>
		house.request({
			method: "POST",
			url,
			headers: { "content-type": "application/x-www-form-urlencoded", origin, ...headers },
			payload: encode(fields),
		});

	test("/token: the client's own origin alone, whatever the answer is", async () => {
		const tokens = await signedIn(house, clients.shop, {}, browser);
		const refreshing = { grant_type: "refresh_token", client_id: "shop", refresh_token: tokens.refresh_token };
		const right = await post("/token", refreshing, shop);
		expect({ status: right.statusCode, cors: corsOf(right) }).toEqual({ status: 200, cors: readable(shop) });
		// Another client's origin passed the preflight; the answer is not for it.
		for (const origin of [portal, ...foreign]) {
			const answer = await post("/token", refreshing, origin);
			expect({ status: answer.statusCode, cors: corsOf(answer) }).toEqual({ status: 200, cors: unreadable });
		}
		// Errors too: an app must be able to read why.
		for (const [fields, status] of [
			[{ ...refreshing, refresh_token: "unknown" }, 400],
			[{ ...refreshing, grant_type: "password" }, 400],
			[{ client_id: "shop" }, 400],
			[{ ...refreshing, client_secret: "x" }, 401],
		] as const) {
			const answer = await post("/token", fields, shop);
			expect({ status: answer.statusCode, cors: corsOf(answer) }).toEqual({ status, cors: readable(shop) });
			expect(corsOf(await post("/token", fields, portal))).toEqual(unreadable);
		}
		const inQuery = await post("/token?a=b", refreshing, shop);
		expect({ status: inQuery.statusCode, cors: corsOf(inQuery) }).toEqual({ status: 400, cors: readable(shop) });
		const byGet = await house.request({ url: "/token", headers: { origin: shop } });
		expect({ status: byGet.statusCode, cors: corsOf(byGet) }).toEqual({ status: 405, cors: unreadable });
	});

	test("/token: a client that uses the header, a body in JSON, a client that is unknown or off", async () => {
		const byHeader = await post("/token", { grant_type: "x" }, portal, basic(clients.portal));
		expect({ status: byHeader.statusCode, cors: corsOf(byHeader) }).toEqual({ status: 400, cors: readable(portal) });
		const wrong = await post("/token", { grant_type: "x" }, portal, {
			authorization: `Basic ${Buffer.from("portal:wrong").toString("base64")}`,
		});
		expect({ status: wrong.statusCode, cors: corsOf(wrong) }).toEqual({ status: 401, cors: readable(portal) });
		expect(corsOf(await post("/token", { client_id: "nobody" }, shop))).toEqual(unreadable);
		expect(corsOf(await post("/token", {}, shop))).toEqual(unreadable);
		expect(corsOf(await post("/token", { client_id: "retired" }, "https://retired.company.test"))).toEqual(unreadable);
		expect(corsOf(await post("/token", { client_id: "shop" }, shop, { "content-type": "application/json" }))).toEqual(readable(shop));
		expect(corsOf(await post("/token", { client_id: "__proto__" }, shop))).toEqual(unreadable);
	});

	test("/revoke: the same", async () => {
		const tokens = await signedIn(house, clients.shop, {}, browser);
		const fields = { client_id: "shop", token: tokens.access_token };
		for (const origin of [portal, "null", "https://evil.test"]) expect(corsOf(await post("/revoke", fields, origin))).toEqual(unreadable);
		const right = await post("/revoke", fields, shop);
		expect({ status: right.statusCode, cors: corsOf(right) }).toEqual({ status: 200, cors: readable(shop) });
		const stranger = await post("/revoke", { client_id: "gadget", token: tokens.refresh_token }, "https://gadget.test");
		expect({ status: stranger.statusCode, cors: corsOf(stranger) }).toEqual({ status: 400, cors: readable("https://gadget.test") });
		expect((await refresh(house, clients.shop, tokens.refresh_token)).statusCode).toBe(200);
	});

	test("/userinfo: the origin of the client that the token was issued to; an expired token's too", async () => {
		const tokens = await signedIn(house, clients.shop, {}, browser);
		const get = (origin: string, options: InjectOptions = {}) =>
			house.request({
				url: "/userinfo",
				...options,
				headers: { origin, authorization: `Bearer ${tokens.access_token}`, ...options.headers },
			});
		const right = await get(shop);
		expect({ status: right.statusCode, cors: corsOf(right) }).toEqual({ status: 200, cors: readable(shop) });
		for (const origin of [portal, ...foreign]) expect(corsOf(await get(origin))).toEqual(unreadable);
		expect(corsOf(await post("/userinfo", { access_token: tokens.access_token }, shop))).toEqual(readable(shop));
		expect(corsOf(await post("/userinfo", { access_token: tokens.access_token }, portal))).toEqual(unreadable);
		house.wait(600_000);
		const expired = await get(shop);
		expect({ status: expired.statusCode, cors: corsOf(expired) }).toEqual({ status: 401, cors: readable(shop) });
		expect(expired.headers["www-authenticate"]).toContain("invalid_token");
		for (const wrong of ["Bearer x", "Bearer a.b.c", `Bearer a.${Buffer.from("null").toString("base64url")}.c`, "Basic", ""])
			expect(corsOf(await get(shop, { headers: { authorization: wrong } }))).toEqual(unreadable);
	});

	test.each(open)("%s is everyone's, origin or not, error or not", async (url) => {
		for (const headers of [{}, { origin: shop }, { origin: "https://evil.test" }, { origin: "null" }]) {
			const answer = await house.request({ url, headers });
			expect(answer.statusCode).toBe(200);
			expect(corsOf(answer)).toEqual({ "access-control-allow-origin": "*", "access-control-expose-headers": exposed });
			expect(answer.headers["cache-control"]).toBe("public, max-age=300");
		}
		const refused = await house.request({ method: "POST", url, headers: { origin: shop } });
		expect({ status: refused.statusCode, cors: corsOf(refused) }).toEqual({
			status: 405,
			cors: { "access-control-allow-origin": "*", "access-control-expose-headers": exposed },
		});
	});
});

describe("nothing else has CORS, and nothing ever allows credentials", () => {
	const others = [
		"/authorize",
		"/login",
		"/select-account",
		"/consent",
		"/continue",
		"/end-session",
		"/signed-out",
		"/account",
		"/introspect",
		"/register",
		"/health/live",
		"/health/ready",
		"/",
		"/token/",
		"//token",
		"/TOKEN",
		"/.well-known/",
		"/.well-known/jwks.json/",
		"/nothing",
	];
	test.each(others.flatMap((url) => (["GET", "POST", "OPTIONS", "HEAD"] as const).map((method) => ({ url, method }))))(
		"$method $url",
		async ({ url, method }) => {
			const answer = await house.request({
				method,
				url,
				headers: {
					origin: shop,
					"access-control-request-method": "POST",
					...(method === "POST" ? { "content-type": "application/x-www-form-urlencoded" } : {}),
				},
				...(method === "POST" ? { payload: "client_id=shop&token=x" } : {}),
			});
			expect(Object.keys(corsOf(answer)).filter((name) => name !== "vary")).toEqual([]);
		},
	);

	test("credentials are never allowed, also where they are sent", async () => {
		const tokens = await signedIn(house, clients.shop, {}, browser);
		const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		for (const url of [...shared, ...open, ...others])
			for (const method of ["GET", "POST", "OPTIONS"] as const) {
				const headers = { origin: shop, cookie, authorization: `Bearer ${tokens.access_token}`, "access-control-request-method": "POST" };
				const answer = await house.request({ method, url, headers });
				expect(answer.headers).not.toHaveProperty("access-control-allow-credentials");
				expect(answer.headers).not.toHaveProperty("access-control-allow-private-network");
			}
	});
});

test("the pages of an app in a web view, whose origin is a scheme of its own, may read what concerns their client alone", async () => {
	const origin = "capacitor://localhost";
	await using own = await openHouse();
	await changeClient(own, "mobile", (row) => ({ ...row, metadata: { ...row.metadata, allowed_cors_origins: [origin] } }));
	const asked = await own.request({
		method: "OPTIONS",
		url: "/token",
		headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
	});
	expect(corsOf(asked)).toMatchObject({ "access-control-allow-origin": origin });
	const read = (client: { readonly client_id: string }) =>
		own.post("/token", { client_id: client.client_id, grant_type: "refresh_token", refresh_token: "none" }, { origin });
	expect(corsOf(await read(clients.mobile))).toEqual(readable(origin));
	expect(corsOf(await read(clients.shop))).toEqual(unreadable);
});
