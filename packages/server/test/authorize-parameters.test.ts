import dns from "node:dns";
import net from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { pkce, requestOf, signedIn } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { clients, crm, type House, issuer, openHouse, orders } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";

let house: House;
/** Signed in: whatever is accepted by mistake comes back with a code. */
let browser: Browser;
beforeAll(async () => {
	house = await openHouse();
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

/** What a right request of each client comes to in a signed-in browser. */
const honestly = [
	["shop", undefined],
	["portal", undefined],
	["legacy", undefined],
	["analytics", "consent"],
	["gadget", "consent"],
	["mobile", "continue"],
] as const;

async function expectHonest(name: (typeof honestly)[number][0], fields: Fields = {}): Promise<void> {
	const request = requestOf(clients[name], fields);
	const shown = await browser.go(request.url);
	const page = new Map<string, string | undefined>(honestly).get(name);
	if (page === undefined) expectCode(shown, request);
	else expect(shown.page).toBe(page);
}

/** A POST to the authorization endpoint, and what it leads to. */
async function post(url: string, fields: Fields): Promise<Shown> {
	const answer = await browser.send("POST", url, fields, { "sec-fetch-site": "cross-site" });
	const { location } = answer.headers;
	if (location?.startsWith("/")) return browser.go(location);
	return { ...(await browser.go(`${issuer}/signed-out`)), status: answer.statusCode, headers: answer.headers };
}

describe("AZ-10 a parameter that came twice (RFC 6749 §3.1)", () => {
	const single = [
		"response_type",
		"scope",
		"state",
		"nonce",
		"code_challenge",
		"code_challenge_method",
		"response_mode",
		"prompt",
		"max_age",
		"login_hint",
		"id_token_hint",
		"claims",
		"ui_locales",
		"display",
		"acr_values",
		"request",
		"request_uri",
		"anything",
	];

	test.each(single)("AZ-10 %s goes back as invalid_request", async (name) => {
		const request = requestOf(clients.shop);
		const value = String(request.fields[name] ?? "x");
		const refusedOf = name === "state" ? requestOf(clients.shop, { ...request.fields, state: undefined }) : request;
		for (const second of [value, "other", ""]) {
			const twice = { ...request.fields, [name]: [value, second] };
			const half = encode({ [name]: second });
			expectRefusal(await browser.go(`${issuer}/authorize?${encode(twice)}`), refusedOf, "invalid_request");
			expectRefusal(await post(`${issuer}/authorize`, twice), refusedOf, "invalid_request");
			expectRefusal(await post(`${issuer}/authorize?${half}`, { ...request.fields, [name]: value }), refusedOf, "invalid_request");
		}
		await expectHonest("shop");
	});

	test("AZ-10 a response mode that came twice is none: the answer travels in the query", async () => {
		const request = requestOf(clients.shop, { response_mode: "form_post" });
		expectRefusal(await browser.go(`${request.url}&response_mode=form_post`), request, "invalid_request");
		expect((await browser.go(request.url)).page).toBe("form-post");
	});

	test.each(["client_id", "redirect_uri"])("AZ-10 %s stays on our own page", async (name) => {
		const request = requestOf(clients.shop);
		const value = request.fields[name] as string;
		for (const second of [value, "https://evil.test/", ""]) {
			const twice = { ...request.fields, [name]: [value, second] };
			expectErrorPage(await browser.go(`${issuer}/authorize?${encode(twice)}`));
			const posted = await browser.send("POST", `${issuer}/authorize`, twice);
			expect({ status: posted.statusCode, location: posted.headers.location }).toEqual({ status: 400, location: undefined });
			const split = await browser.send("POST", `${issuer}/authorize?${encode({ [name]: second })}`, request.fields);
			expect({ status: split.statusCode, location: split.headers.location }).toEqual({ status: 400, location: undefined });
		}
		await expectHonest("shop");
	});

	test("AZ-10 twin: `resource` alone may repeat (RFC 8707 §2), and halves that differ make one request", async () => {
		await expectHonest("shop", { scope: "openid crm.read orders.read", resource: [crm, orders] });
		const { fields } = requestOf(clients.shop);
		const { client_id, ...others } = fields;
		const request = { ...requestOf(clients.shop), fields };
		expectCode(await post(`${issuer}/authorize?${encode({ client_id })}`, others), request);
	});
});

describe("AZ-11 only the code flow", () => {
	test.each(["token", "id_token", "code token", "code id_token", "code id_token token", "code code", "none", "CODE", " code", "code "])(
		"AZ-11 response_type=%j",
		async (response_type) => {
			const request = requestOf(clients.portal, { response_type });
			expectRefusal(await browser.go(request.url), request, "unsupported_response_type");
			await expectHonest("portal");
		},
	);

	test.each([undefined, ""])("AZ-11 response_type %j is missing", async (response_type) => {
		const request = requestOf(clients.portal, { response_type });
		expectRefusal(await browser.go(request.url), request, "invalid_request");
		await expectHonest("portal");
	});

	test("AZ-11 a client that is not registered for codes", async () => {
		const client = { ...clients.night, client_id: "nightly", redirect_uris: ["https://nightly.company.test/cb"] };
		await using own = await openHouse({ file: { clients: [...Object.values(clients), client] } });
		const request = requestOf(clients.shop, { client_id: "nightly", redirect_uri: "https://nightly.company.test/cb", scope: "crm.read" });
		expectRefusal(await own.browser().go(request.url), request, "unauthorized_client");
		expect((await own.browser().go(requestOf(clients.shop).url)).page).toBe("login");
	});
});

describe("AZ-13 PKCE with S256 for everyone (RFC 7636 §4.3, RFC 9700 §2.1.1)", () => {
	const { challenge } = pkce();
	const wrong: readonly (readonly [string, Fields])[] = [
		["method plain", { code_challenge_method: "plain" }],
		["method s256", { code_challenge_method: "s256" }],
		["method S512", { code_challenge_method: "S512" }],
		["two methods", { code_challenge_method: "S256 plain" }],
		["no method, which means plain", { code_challenge_method: undefined }],
		["an empty method, which means none", { code_challenge_method: "" }],
		["a method without challenge", { code_challenge: undefined }],
		["a method with an empty challenge", { code_challenge: "" }],
		["plain without challenge", { code_challenge: undefined, code_challenge_method: "plain" }],
		["42 characters", { code_challenge: challenge.slice(1) }],
		["44 characters", { code_challenge: `${challenge}A` }],
		["128 characters", { code_challenge: "A".repeat(128) }],
		["129 characters", { code_challenge: "A".repeat(129) }],
		["padding", { code_challenge: `${challenge}=` }],
		["the other base64", { code_challenge: `+/${challenge.slice(2)}` }],
		["a dot and a tilde, which a verifier may have", { code_challenge: `.~${challenge.slice(2)}` }],
		["a blank", { code_challenge: ` ${challenge.slice(1)}` }],
		["a line break after it", { code_challenge: `${challenge}\n` }],
		["letters of another script", { code_challenge: `\u0430${challenge.slice(1)}` }],
		["a spelling that no SHA-256 has", { code_challenge: `${challenge.slice(0, -1)}B` }],
	];

	const cases = honestly.flatMap(([name]) => wrong.map(([what, fields]) => [name, what, fields] as const));
	test.each(cases)("AZ-13 %s with %s", async (name, _what, fields) => {
		const request = requestOf(clients[name], fields);
		expectRefusal(await browser.go(request.url), request, "invalid_request");
		await expectHonest(name);
		await expectHonest(name, { nonce: undefined });
	});

	test.each(honestly)("AZ-13 %s without a challenge: only a confidential client that was exempted by name", async (name) => {
		const without = { code_challenge: undefined, code_challenge_method: undefined };
		if (name === "legacy") {
			await expectHonest(name, without);
			await expectHonest(name, { ...without, nonce: undefined });
		} else {
			const request = requestOf(clients[name], without);
			expectRefusal(await browser.go(request.url), request, "invalid_request");
			await expectHonest(name);
		}
	});

	test("AZ-13 a public client cannot be exempted", async () => {
		const file = { resources: [], clients: [{ ...clients.legacy, client_secret: undefined, token_endpoint_auth_method: "none" }] };
		await expect(openHouse({ file: JSON.parse(JSON.stringify(file)) })).rejects.toThrow(/require_pkce/);
	});
});

describe("AZ-14 how the answer travels back", () => {
	test.each(["fragment", "form_post.jwt", "query.jwt", "jwt", "web_message", "FORM_POST", "query form_post", "cookie", "__proto__"])(
		"AZ-14 response_mode=%s is refused in the query",
		async (response_mode) => {
			for (const more of [{}, { prompt: "none" }, { response_type: "token" }]) {
				const request = requestOf(clients.shop, { response_mode, ...more });
				expectRefusal(await browser.go(request.url), request, "response_type" in more ? "unsupported_response_type" : "invalid_request");
			}
			await expectHonest("shop", { response_mode: "query" });
			await expectHonest("shop", { response_mode: "" });
			const posted = await browser.go(requestOf(clients.shop, { response_mode: "form_post" }).url);
			expect({ status: posted.status, page: posted.page }).toEqual({ status: 200, page: "form-post" });
		},
	);
});

describe("AZ-17 request objects are off (OpenID Connect Core §6)", () => {
	const connect = vi.spyOn(net.Socket.prototype, "connect");
	const lookup = vi.spyOn(dns, "lookup");
	const fetched = vi.spyOn(globalThis, "fetch");
	afterAll(() => vi.restoreAllMocks());

	const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"redirect_uri":"https://evil.test/"}').toString("base64url")}.`;

	test.each([
		["request_uri", "https://evil.test/request.jwt"],
		["request_uri", "http://127.0.0.1:1/"],
		["request_uri", "http://169.254.169.254/latest/meta-data/"],
		["request_uri", "file:///etc/passwd"],
		["request_uri", "gopher://evil.test/"],
		["request_uri", "urn:ietf:params:oauth:request_uri:guessed"],
		["request_uri", `${issuer}/.well-known/openid-configuration`],
		["request", unsigned],
		["request", "not a jwt"],
		["registration", '{"redirect_uris":["https://evil.test/"]}'],
	])("AZ-17 %s=%s is refused and never followed", async (name, value) => {
		const before = await storeState(house);
		const error = `${name}_not_supported`;
		const request = requestOf(clients.portal, { [name]: value });
		expectRefusal(await browser.go(request.url), request, error);
		// The outer parameters alone name the client and where to go: what stands inside is never read.
		expectErrorPage(await browser.go(requestOf(clients.portal, { [name]: value, client_id: undefined }).url));
		expectErrorPage(await browser.go(requestOf(clients.portal, { [name]: value, redirect_uri: undefined }).url));
		expect(connect).not.toHaveBeenCalled();
		expect(lookup).not.toHaveBeenCalled();
		expect(fetched).not.toHaveBeenCalled();
		expect(await storeState(house)).toEqual(before);
		await expectHonest("portal");
	});

	test("AZ-17 discovery says so", async () => {
		const metadata = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(metadata).toMatchObject({ request_parameter_supported: false, request_uri_parameter_supported: false });
	});
});

describe("wishes about the pages are never an error (OpenID Connect Core §3.1.2.1)", () => {
	const wishes = [
		...["page", "popup", "touch", "wap", "hologram", "page popup"].map((display) => ({ display })),
		...["de", "fr-CA fr en", "xx-nonsense", "not a language !", "de ".repeat(300).trim()].map((locales) => ({ ui_locales: locales })),
		...["de", "ja-Kana-JP", "nonsense !"].map((locales) => ({ claims_locales: locales })),
	];
	test.each(wishes)("%j", async (wish) => {
		await expectHonest("portal", wish);
		const page = await house.browser().go(requestOf(clients.portal, wish).url);
		expect({ status: page.status, page: page.page }).toEqual({ status: 200, page: "login" });
	});

	test("login_hint stands in the sign-in form, as text", async () => {
		for (const [hint, shown] of [
			["alice@company.test", "alice@company.test"],
			['"><script>', "&quot;>&lt;script>"],
		]) {
			const page = await house.browser().go(requestOf(clients.portal, { login_hint: hint }).url);
			expect(page.html.includes(` value="${shown}"/>`), hint).toBe(true);
		}
		const page = await house.browser().go(requestOf(clients.portal).url);
		expect(/<input[^>]*\bid="username"[^>]*>/.exec(page.html)?.[0]).not.toContain("value=");
	});

	test("discovery promises what is kept: one design for windows and fingers", async () => {
		const metadata = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(metadata.display_values_supported).toEqual(["page", "touch"]);
	});
});

test("unknown parameters are ignored (RFC 6749 §3.1)", async () => {
	await expectHonest("portal", {
		foo: "bar",
		display: "popup",
		acr_values: "a b",
		ui_locales: "de fr",
		claims_locales: "de",
		dpop_jkt: "x",
	});
	await expectHonest("portal", { __proto__x: "1", constructor: "1", toString: "1", hasOwnProperty: "1" });
});
