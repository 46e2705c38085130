import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, type Request, redeem, requestOf, signedIn } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, type House, issuer, openHouse, password } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal } from "./outcome.ts";

/** A client whose registration holds what no header may hold. */
const odd = {
	...clients.analytics,
	client_id: "odd",
	client_name: "Odd <script>alert(1)</script> € 漢字",
	redirect_uris: ["https://odd.test/cb?a=%0d%0aX-Injected:%201&b=%E2%82%AC"],
};

let house: House;
let browser: Browser;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), odd] } });
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

/** What a page of `response_mode=form_post` carries, and where to (Form Post Response Mode §2). */
function formOf(shown: Shown): { readonly to: string; readonly fields: Record<string, string> } {
	expect({ status: shown.status, page: shown.page }).toEqual({ status: 200, page: "form-post" });
	const [, tag = ""] = /<form ([^>]*)>/.exec(shown.html) ?? [];
	expect(tag).toContain('method="post"');
	expect(shown.html.match(/<form/g)).toHaveLength(1);
	return { to: /action="([^"]*)"/.exec(tag)?.[1]?.replaceAll("&amp;", "&") ?? "", fields: browser.hidden(shown) };
}

const every: readonly (readonly [string, Fields, string | undefined])[] = [
	["success", {}, undefined],
	["success without state", { state: undefined }, undefined],
	["success without nonce", { nonce: undefined }, undefined],
	["an invalid request", { code_challenge: undefined }, "invalid_request"],
	["another response type", { response_type: "token" }, "unsupported_response_type"],
	["an unknown scope", { scope: "openid nobody.knows" }, "invalid_scope"],
	["an unknown resource", { resource: "https://nobody.test" }, "invalid_target"],
	["too late a sign-in", { prompt: "none", max_age: "0" }, "login_required"],
	["too late a sign-in, without state", { prompt: "none", max_age: "0", state: undefined }, "login_required"],
	["a request object", { request: "a.b.c" }, "request_not_supported"],
];

describe("AZ-19 every answer names its issuer (RFC 9207 §2)", () => {
	test.each(every)("AZ-19 %s, in the query", async (_what, fields, error) => {
		const request = requestOf(clients.portal, fields);
		const shown = await browser.go(request.url);
		if (error === undefined) expectCode(shown, request);
		else expectRefusal(shown, request, error);
		expect(shown.url.searchParams.get("iss")).toBe(issuer);
	});

	test.each(every)("AZ-19 %s, as a form post", async (_what, fields, error) => {
		const request = requestOf(clients.portal, { ...fields, response_mode: "form_post" });
		const { to, fields: sent } = formOf(await browser.go(request.url));
		expect(to).toBe(clients.portal.redirect_uris[0]);
		const { state } = request.fields;
		expect(sent).toEqual({
			...(error === undefined ? { code: expect.stringMatching(/^[\w-]+$/) } : { error, error_description: expect.any(String) }),
			...(state === undefined ? {} : { state }),
			iss: issuer,
		});
		if (error === undefined) expect((await redeem(house, request, sent["code"] ?? "")).statusCode).toBe(200);
	});

	test("AZ-19 metadata promise it, with the same issuer", async () => {
		const metadata = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(metadata).toMatchObject({ issuer, authorization_response_iss_parameter_supported: true });
		expect(metadata.response_modes_supported).toEqual(["query", "form_post"]);
	});

	test("AZ-19 an `iss` that was sent with the request is not echoed", async () => {
		const request = requestOf(clients.portal, { iss: "https://evil.test", code: "x", error: "y" });
		expectCode(await browser.go(request.url), request);
	});
});

test("the page of a form post runs its own script alone, and nobody keeps it", async () => {
	const shown = await browser.go(requestOf(clients.portal, { response_mode: "form_post", state: '"><script>alert(1)</script>' }).url);
	expect(formOf(shown).fields["state"]).toBe('"><script>alert(1)</script>');
	expect(shown.html).not.toContain("<script>alert(1)");
	expect(shown.headers["cache-control"]).toBe("no-store");
	expect(shown.headers["referrer-policy"]).toBe("no-referrer");
	expect(shown.headers["content-security-policy"]).toMatch(/script-src 'sha256-[^']+';.*frame-ancestors 'none'/);
	expect(shown.headers["content-security-policy"]).not.toContain("form-action");
});

test("a redirect URI with a query keeps it, in front of the answer", async () => {
	const redirect_uri = clients.portal.redirect_uris[1];
	const request = requestOf(clients.portal, { redirect_uri });
	const shown = await browser.go(request.url);
	expectCode(shown, request);
	expect(String(shown.headers["location"])).toMatch(/^https:\/\/portal\.company\.test\/cb\?tenant=1&code=/);
	expect(formOf(await browser.go(requestOf(clients.portal, { redirect_uri, response_mode: "form_post" }).url)).to).toBe(redirect_uri);
});

describe("AZ-20 only 303 leads on, so that no form is sent on (RFC 9700 §4.12)", () => {
	/** Walks a whole flow by hand, and answers the statuses of everything that was no page. */
	async function walk(request: Request, buttons: Readonly<Record<string, Fields>>, start: "GET" | "POST"): Promise<readonly number[]> {
		const visitor = house.browser();
		const statuses: number[] = [];
		let answer =
			start === "GET" ? await visitor.send("GET", request.url) : await visitor.send("POST", `${issuer}/authorize`, request.fields);
		for (let hop = 0; hop < 12; hop++) {
			const { location } = answer.headers;
			if (location !== undefined) {
				statuses.push(answer.statusCode);
				expect(answer.body).toBe("");
				expect(answer.headers["cache-control"]).toBe("no-store");
				if (!location.startsWith("/")) return statuses;
				answer = await visitor.send("GET", location);
				continue;
			}
			const page = /data-page="([^"]+)"/.exec(answer.body)?.[1] ?? "";
			const shown = { html: answer.body, url: new URL(`${issuer}/${page}`) } as Shown;
			answer = await visitor.send("POST", `/${page}`, { ...visitor.hidden(shown), ...buttons[page] });
		}
		throw new Error("the walk did not end");
	}

	const alice = { username: "alice", password };
	test.each([
		["sign in", requestOf(clients.portal), {}, 3],
		["sign in and consent", requestOf(clients.gadget, { scope: "openid email" }), { consent: { answer: "allow", scope: "email" } }, 5],
		["sign in and refuse", requestOf(clients.gadget, { scope: "openid email" }), { consent: { answer: "deny" } }, 5],
	] as const)("AZ-20 %s, by GET and by POST", async (_what, request, buttons, hops) => {
		expect(await walk(request, { login: alice, ...buttons }, "GET")).toEqual(Array.from({ length: hops }, () => 303));
		expect(await walk(request, { login: alice, ...buttons }, "POST")).toEqual(Array.from({ length: hops + 1 }, () => 303));
	});

	test("AZ-20 a password never goes further than its own form: the wrong one is a page, the right one a 303 without it", async () => {
		const visitor = house.browser();
		const shown = await visitor.go(requestOf(clients.portal).url);
		const fields = { ...visitor.hidden(shown), username: "alice" };
		const wrong = await visitor.send("POST", "/login", { ...fields, password: "not the password" });
		expect({ status: wrong.statusCode, location: wrong.headers.location }).toEqual({ status: 400, location: undefined });
		const right = await visitor.send("POST", "/login", { ...fields, password });
		expect(right.statusCode).toBe(303);
		expect(right.headers.location).not.toContain(encodeURIComponent(password));
		expect(JSON.stringify(right.headers)).not.toContain("horse");
	});
});

describe("PG-05 no character of a request splits a header or breaks a page", () => {
	const nasty: readonly (readonly [string, string])[] = [
		["line breaks", "a\r\nX-Injected: 1\r\n\r\n<html>"],
		["a lone carriage return", "a\rb"],
		["a lone line feed", "a\nb"],
		["line separators", "a\u2028b\u2029c\u0085d"],
		["a NUL", "a\0b"],
		["all control characters", Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join("")],
		["beyond Latin-1", "Zażółć 漢字 😀 \u202e \ufeff"],
		["Latin-1", "é\u00a0\u00ff"],
		["delimiters", "a&b=c#d?e%f+g;h i\"j'k<l>m\\n"],
		["escapes", "%0d%0aX-Injected:%201 %2528 %u2028"],
	];

	test.each(nasty)("PG-05 %s in state", async (_what, state) => {
		for (const fields of [{}, { response_type: "token" }]) {
			const request = requestOf(clients.portal, { state, ...fields });
			const shown = await browser.go(request.url);
			if ("response_type" in fields) expectRefusal(shown, request, "unsupported_response_type");
			else expectCode(shown, request);
			expect(String(shown.headers["location"])).toMatch(/^[\x21-\x7e]+$/);
			expect(shown.headers).not.toHaveProperty("x-injected");
		}
		const visitor = house.browser();
		const signedInNow = requestOf(clients.portal, { state });
		expectCode(await authorize(visitor, signedInNow), signedInNow);
	});

	test.each(nasty)("PG-05 %s in everything else", async (_what, text) => {
		for (const name of ["nonce", "login_hint", "ui_locales", "display", "acr_values", "anything"]) {
			const request = requestOf(clients.portal, { [name]: text });
			expectCode(await browser.go(request.url), request);
			const page = await house.browser().go(request.url);
			expect({ status: page.status, page: page.page }).toEqual({ status: 200, page: "login" });
			expect(page.html).not.toContain("<html>\r");
		}
		for (const [name, error] of [
			["scope", "invalid_scope"],
			["resource", "invalid_target"],
			["prompt", "invalid_request"],
			["max_age", "invalid_request"],
			["claims", "invalid_request"],
			["id_token_hint", "invalid_request"],
			["code_challenge", "invalid_request"],
			["code_challenge_method", "invalid_request"],
			["response_mode", "invalid_request"],
			["response_type", "unsupported_response_type"],
		] as const) {
			const request = requestOf(clients.portal, { [name]: text });
			const shown = await browser.go(request.url);
			expectRefusal(shown, request, error);
			expect(String(shown.headers["location"])).toMatch(/^[\x21-\x7e]+$/);
		}
		const request = requestOf(clients.portal);
		expectRefusal(
			await browser.go(`${request.url}&${encodeURIComponent(text)}=1&${encodeURIComponent(text)}=2`),
			request,
			"invalid_request",
		);
		expectErrorPage(await browser.go(requestOf(clients.portal, { client_id: text }).url));
		expectErrorPage(await browser.go(requestOf(clients.portal, { redirect_uri: text }).url));
	});

	test.each(["%", "%zz", "%c3%28", "%ed%a0%80", "%ff", "%u2028", "a%"])(
		"PG-05 %s is no escape: refused on our own page",
		async (broken) => {
			const request = requestOf(clients.portal);
			for (const name of ["state", "nonce", "x", "client_id"]) expectErrorPage(await browser.go(`${request.url}&${name}x=${broken}`));
			expectErrorPage(await browser.go(`${request.url}&${broken}=1`));
			expectCode(await browser.go(request.url), request);
		},
	);

	test("PG-05 a client whose name and redirect URI hold such characters", async () => {
		// The configuration refuses invisible characters; the store may hold them all the same.
		const { store } = house.gatehouse.ground;
		const row = (await store.clients.all()).find(({ id }) => id === "odd");
		if (!row) throw new Error("it is declared");
		await store.clients.put({ ...row, metadata: { ...row.metadata, client_name: `${odd.client_name}\r\nX: 1\0\u2028\u202e` } }, []);
		await house.gatehouse.refresh();
		const request = requestOf(clients.analytics, { client_id: "odd", redirect_uri: odd.redirect_uris[0], scope: "openid email" });
		const visitor = house.browser();
		const page = await authorize(visitor, request);
		expect(page.page).toBe("consent");
		expect(page.html).not.toContain("<script>alert(1)");
		expect(page.html).not.toContain("\u202e");
		expect(page.html).not.toContain("\u2028");
		const shown = await visitor.click(page, "consent-allow");
		expectCode(shown, request);
		expect(String(shown.headers["location"])).toMatch(/^https:\/\/odd\.test\/cb\?a=%0d%0aX-Injected:%201&b=%E2%82%AC&code=/);
		expect(shown.headers).not.toHaveProperty("x-injected");
		expect(
			visitor.hidden(await visitor.go(requestOf(clients.analytics, { ...request.fields, response_mode: "form_post" }).url)),
		).toHaveProperty("code");
	});

	test("PG-05 what comes as a trace id from outside is not taken over", async () => {
		const answer = await house.request({
			url: "/authorize",
			headers: { "x-trace-id": "theirs", "x-request-id": "theirs", "request-id": "theirs", traceparent: "theirs" },
		});
		expect(answer.headers["x-trace-id"]).toMatch(/^[0-9a-f]{32}$/);
		expect(answer.body).not.toContain("theirs");
		expect(house.log.at(-1)?.fields["trace_id"]).toBe(answer.headers["x-trace-id"]);
	});
});
