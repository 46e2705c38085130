import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { requestOf, signedIn } from "./flow.ts";
import { clients, type House, issuer, openHouse } from "./house.ts";
import { expectCode, expectErrorPage, storeState } from "./outcome.ts";

/** A first-party tool on a device, and a web app in development on one fixed port. */
const tool = {
	client_id: "tool",
	application_type: "native",
	token_endpoint_auth_method: "none",
	redirect_uris: ["http://[::1]/callback", "http://127.0.0.1:7000/callback?from=tool", "http://localhost:7000/callback"],
	first_party: true,
	scope: "openid",
};
const desk = {
	client_id: "desk",
	token_endpoint_auth_method: "none",
	redirect_uris: ["http://127.0.0.1:3000/cb"],
	first_party: true,
	scope: "openid",
};
const everyClient = [...Object.values(clients), tool, desk];

let house: House;
/** Signed in, so that a request which is accepted by mistake comes back with a code. */
let browser: Browser;
beforeAll(async () => {
	house = await openHouse({ file: { clients: everyClient } });
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

const portal = "https://portal.company.test/cb";

describe("AZ-01 a redirect URI that is not byte for byte a registered one is answered on our own page", () => {
	test("AZ-01 twin: each registered URI is answered as it stands", async () => {
		for (const redirect_uri of clients.portal.redirect_uris) {
			const request = requestOf(clients.portal, { redirect_uri });
			expectCode(await browser.go(request.url), request);
		}
	});

	test.each([
		["extra segment", `${portal}/extra`],
		["trailing slash", `${portal}/`],
		["double slash", "https://portal.company.test//cb"],
		["extra query", `${portal}?x=1`],
		["empty query", `${portal}?`],
		["query of the other with more", `${portal}?tenant=1&x=1`],
		["query changed", `${portal}?tenant=2`],
		["query doubled", `${portal}?tenant=1&tenant=1`],
		["path in capitals", "https://portal.company.test/CB"],
		["host in capitals", "https://Portal.company.test/cb"],
		["scheme in capitals", "HTTPS://portal.company.test/cb"],
		["default port", "https://portal.company.test:443/cb"],
		["other port", "https://portal.company.test:8443/cb"],
		["fragment", `${portal}#x`],
		["empty fragment", `${portal}#`],
		["escaped letter", "https://portal.company.test/%63b"],
		["escaped slash", `${portal}%2F`],
		["escaped twice", "https://portal.company.test/%2563b"],
		["dot segments", "https://portal.company.test/x/../cb"],
		["one dot", "https://portal.company.test/./cb"],
		["escaped dots", "https://portal.company.test/x/%2e%2e/cb"],
		["backslash", "https://portal.company.test\\cb"],
		["path parameter", `${portal};x=1`],
		["http", "http://portal.company.test/cb"],
		["without scheme", "//portal.company.test/cb"],
		["without host", "/cb"],
		["one slash", "https:/portal.company.test/cb"],
		["dot after the host", "https://portal.company.test./cb"],
		["longer host", "https://portal.company.test.evil.test/cb"],
		["longer label", "https://evilportal.company.test/cb"],
		["registered one as path", `https://evil.test/${portal}`],
		["registered one as query", `https://evil.test/?${portal}`],
		["origin alone", "https://portal.company.test"],
		["prefix", "https://portal.company.test/c"],
		["leading blank", ` ${portal}`],
		["trailing blank", `${portal} `],
		["line break", `${portal}\n`],
		["tab inside", "https://portal.company.test/\tcb"],
		["NUL", `${portal}\0`],
		["line separator", `${portal}\u2028`],
		["Cyrillic letter", "https://p\u043ertal.company.test/cb"],
		["full-width letter", "https://portal.company.test/\uff43b"],
		["two at once", `${portal} https://evil.test/`],
		["another client's", clients.shop.redirect_uris[0]],
		["none", undefined],
		["empty", ""],
	])("AZ-01 %s: %j", async (_what, redirect_uri) => {
		const before = await storeState(house);
		expectErrorPage(await browser.go(requestOf(clients.portal, { redirect_uri }).url));
		// An error of the request is no reason to go there either.
		expectErrorPage(await browser.go(requestOf(clients.portal, { redirect_uri, response_type: "token", prompt: "none" }).url));
		expectErrorPage(await browser.go(requestOf(clients.portal, { redirect_uri, response_mode: "form_post", scope: "nothing" }).url));
		expect(await storeState(house)).toEqual(before);
	});

	test("AZ-01 what was sent stands nowhere on the page", async () => {
		const shown = await browser.go(requestOf(clients.portal, { redirect_uri: 'https://evil.test/"><script>alert(1)</script>' }).url);
		expectErrorPage(shown);
		expect(shown.text("error-text")).toContain("does not know the app that sent you or the address that it gave");
		expect(shown.html).not.toContain("evil.test");
		expect(shown.html).not.toContain("alert(1)");
	});
});

test.each([
	["portal", "https://portal.company.test@evil.test/cb"],
	["portal", "https://portal.company.test:443@evil.test/"],
	["portal", "https://portal.company.test%40evil.test/cb"],
	["portal", "https://alice@portal.company.test/cb"],
	["portal", "https://alice:secret@portal.company.test/cb"],
	["portal", "https://@portal.company.test/cb"],
	["portal", "https://evil.test\\@portal.company.test/cb"],
	["mobile", "http://127.0.0.1@evil.test/callback"],
	["mobile", "http://127.0.0.1:80@evil.test/callback"],
	["mobile", "http://127.0.0.1:80:80@evil.test/callback"],
	["mobile", "http://alice@127.0.0.1:51004/callback"],
	["mobile", "com.company.app://127.0.0.1@evil.test/callback"],
] as const)("AZ-03 a user name before the host: %s at %j", async (name, redirect_uri) => {
	const client = clients[name];
	expectErrorPage(await browser.go(requestOf(client, { redirect_uri }).url));
	const honest = requestOf(client);
	expect((await browser.go(honest.url)).page).toBe(name === "mobile" ? "continue" : undefined);
});

describe("AZ-05 only the port of a native client's loopback redirect may vary (RFC 8252 §7.3)", () => {
	test.each([
		["mobile", "http://127.0.0.1/callback"],
		["mobile", "http://127.0.0.1:1/callback"],
		["mobile", "http://127.0.0.1:51004/callback"],
		["mobile", "http://127.0.0.1:65535/callback"],
		["tool", "http://[::1]:51004/callback"],
		["tool", "http://127.0.0.1:51004/callback?from=tool"],
		["tool", "http://localhost:7000/callback"],
	])("AZ-05 twin: %s at %s", async (client_id, redirect_uri) => {
		const request = requestOf(clients.mobile, { client_id, redirect_uri });
		const page = await browser.go(request.url);
		expect(page.page).toBe("continue");
		expectCode(await browser.click(page, "continue-submit"), request);
	});

	test.each([
		["mobile", "http://127.0.0.1:51004/other"],
		["mobile", "http://127.0.0.1:51004/callback/"],
		["mobile", "http://127.0.0.1:51004/callback/more"],
		["mobile", "http://127.0.0.1:51004/callback?x=1"],
		["mobile", "http://127.0.0.1:51004/callback#x"],
		["mobile", "http://127.0.0.1:51004"],
		["mobile", "https://127.0.0.1:51004/callback"],
		["mobile", "com.company.app://127.0.0.1:51004/callback"],
		["mobile", "http://localhost:51004/callback"],
		["mobile", "http://localhost/callback"],
		["mobile", "http://127.0.0.2:51004/callback"],
		["mobile", "http://[::1]:51004/callback"],
		["mobile", "http://127.1:51004/callback"],
		["mobile", "http://2130706433:51004/callback"],
		["mobile", "http://0x7f.0.0.1:51004/callback"],
		["mobile", "http://[::ffff:127.0.0.1]:51004/callback"],
		["mobile", "http://0.0.0.0:51004/callback"],
		["mobile", "http://127.0.0.1.evil.test/callback"],
		["mobile", "http://127.0.0.1.evil.test:51004/callback"],
		["mobile", "http://127.0.0.1:/callback"],
		["mobile", "http://127.0.0.1:0/callback"],
		["mobile", "http://127.0.0.1:051004/callback"],
		["mobile", "http://127.0.0.1:65536/callback"],
		["mobile", "http://127.0.0.1:-1/callback"],
		["mobile", "http://127.0.0.1:5100 4/callback"],
		["mobile", "http://127.0.0.1:5\n1/callback"],
		["mobile", "com.company.app:/callback2"],
		["mobile", "com.company.app:///callback"],
		["mobile", "com.company.app.evil:/callback"],
		["tool", "http://127.0.0.1:51004/callback"],
		["tool", "http://127.0.0.1:51004/callback?from=other"],
		["tool", "http://[::1]:51004/callback?from=tool"],
		["tool", "http://localhost:7001/callback"],
		["tool", "http://[0:0:0:0:0:0:0:1]:51004/callback"],
		["desk", "http://127.0.0.1:3001/cb"],
		["desk", "http://127.0.0.1/cb"],
	])("AZ-05 %s at %j", async (client_id, redirect_uri) => {
		expectErrorPage(await browser.go(requestOf(clients.mobile, { client_id, redirect_uri }).url));
	});

	test("AZ-05 twin: a web client's loopback redirect at its own port", async () => {
		const request = requestOf(clients.mobile, { client_id: "desk", redirect_uri: desk.redirect_uris[0] });
		expectCode(await browser.go(request.url), request);
	});
});

test.each([
	["shop", "https://shopXcompany.test/callback"],
	["shop", "https://shop.companyXtest/callback"],
	["shop", "https://*.company.test/callback"],
	["shop", "https://shop.company.test/*"],
	["shop", "https://shop.company.test/.*"],
	["shop", "https://shop.company.test/callbac."],
	["shop", "https://(shop|evil).company.test/callback"],
	["shop", "*"],
	["shop", ".*"],
	["shop", "^https://shop.company.test/callback$"],
	["crm-api", "https://crm-api.company.test/callback"],
	["night", "https://night.company.test/callback"],
	["night", "undefined"],
])("AZ-06 a pattern, or a URI that is first seen in the request: %s at %s", async (client_id, redirect_uri) => {
	const before = await storeState(house);
	expectErrorPage(await browser.go(requestOf(clients.shop, { client_id, redirect_uri }).url));
	// The second time it is as unknown as the first.
	expectErrorPage(await browser.go(requestOf(clients.shop, { client_id, redirect_uri }).url));
	expect(await storeState(house)).toEqual(before);
	const honest = requestOf(clients.shop);
	expectCode(await browser.go(honest.url), honest);
});

test.each([
	"javascript:alert(1)",
	"JaVaScRiPt:alert(1)",
	" javascript:alert(1)",
	"java\tscript:alert(1)",
	"javascript://portal.company.test/%0aalert(1)",
	"data:text/html,<script>alert(1)</script>",
	"vbscript:alert(1)",
	"blob:https://portal.company.test/cb",
	"file:///etc/passwd",
	"about:blank",
	"portal:/cb",
	"intent://portal.company.test/cb#Intent;end",
])("AZ-07 %j is never gone to", async (redirect_uri) => {
	for (const response_mode of [undefined, "form_post"]) {
		const shown = await browser.go(requestOf(clients.portal, { redirect_uri, response_mode }).url);
		expectErrorPage(shown);
		expect(shown.html).not.toContain("alert(1)");
	}
	const honest = requestOf(clients.portal);
	expectCode(await browser.go(honest.url), honest);
});

test("AZ-03 AZ-06 AZ-07 what could not be told apart is not registered", async () => {
	const open = (redirect_uris: readonly string[]) =>
		openHouse({ file: { resources: [], clients: [{ ...clients.legacy, application_type: "native", redirect_uris }] } });
	const [honest] = clients.legacy.redirect_uris;
	for (const [uri, reason] of [
		["https://rp@evil.test/cb", /user name/],
		["https://rp:443@evil.test/", /user name/],
		["https://*.company.test/cb", /pattern/],
		["https://shop.company.test/(.*)", /pattern/],
		["javascript:alert", /scheme/],
		["JaVaScRiPt:alert", /capitals/],
		[" https://rp.company.test/cb", /blanks/],
		["data:text/html,x", /scheme/],
		["rp:/cb", /dot/],
		["https://rp.company.test/cb#x", /fragment/],
	] as const) {
		await expect(open([honest, uri]), uri).rejects.toThrow(reason);
	}
	await using twin = await open([honest, "com.company.app:/cb"]);
	expect(twin.gatehouse.ground.registry().clients.get("legacy")?.redirectUris).toEqual([honest, "com.company.app:/cb"]);
});

describe("I9 every Location to another host is a registered redirect URI and our own parameters", () => {
	const ours = new Set(["code", "state", "iss", "error", "error_description"]);
	const registered = new Map(everyClient.map((client) => [client.client_id, "redirect_uris" in client ? client.redirect_uris : []]));

	/** Whether a Location is what I9 allows for that client. */
	function isAllowed(location: string, clientId: string): boolean {
		return (registered.get(clientId) ?? []).some((uri) => {
			const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d+)?(\/.*)$/.exec(uri);
			const own = clientId === "mobile" || clientId === "tool" ? loopback : null;
			const port = own && /^:\d{1,5}(?=\/)/.exec(location.slice(own[1]?.length))?.[0];
			const sent = own && location.startsWith(own[1] ?? "") ? `${own[1]}${port ?? ""}${own[2]}` : uri;
			const query = location.slice(sent.length + 1);
			return (
				location.startsWith(`${sent}${sent.includes("?") ? "&" : "?"}`) &&
				query.split("&").every((pair) => ours.has(pair.split("=")[0] ?? ""))
			);
		});
	}

	const piece = fc.constantFrom("/", "?", "#", "@", ":", ".", "%", "\\", "&", "evil.test", "//evil.test", "\r\n", "\0", "%0d%0a", "é", "*");
	const mutated = (uri: fc.Arbitrary<string>) =>
		fc.tuple(uri, fc.nat(60), piece, fc.nat(4)).map(([text, at, put, cut]) => text.slice(0, at) + put + text.slice(at + cut));
	const clientAndUri = fc.constantFrom(...registered).chain(([client_id, uris]) => {
		const own = fc.constantFrom(...(uris.length > 0 ? uris : ["https://evil.test/"]));
		const another = fc.constantFrom(...[...registered.values()].flat());
		return fc.tuple(fc.constant(client_id), fc.oneof({ weight: 3, arbitrary: own }, mutated(own), mutated(another), another, fc.webUrl()));
	});
	const value = fc.oneof(fc.constantFrom("none", "login", "form_post", "fragment", "token", "openid", "https://evil.test/"), fc.string());

	test("I9 whatever is sent", async () => {
		let away = 0;
		await fc.assert(
			fc.asyncProperty(
				clientAndUri,
				fc.dictionary(fc.constantFrom("state", "prompt", "scope", "response_type", "response_mode", "nonce", "max_age", "resource"), value),
				async ([client_id, redirect_uri], fields) => {
					const answer = await browser.send("GET", requestOf(clients.portal, { ...fields, client_id, redirect_uri }).url);
					expect([200, 303, 400]).toContain(answer.statusCode);
					const { location } = answer.headers;
					if (location === undefined || location.startsWith("/")) return;
					away++;
					expect(location, client_id).toSatisfy((to: string) => isAllowed(to, client_id));
				},
			),
			{ numRuns: 400 },
		);
		expect(away, "some of them went to their client").toBeGreaterThan(5);
	});

	test.each(["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "../evil"])(
		"I9 `continue` is no address to go to: %s",
		async (to) => {
			for (const path of ["/authorize", "/login", "/consent", "/continue", "/select-account"])
				expectErrorPage(await browser.go(`${issuer}${path}?continue=${encodeURIComponent(to)}`));
		},
	);
});
