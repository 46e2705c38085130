import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { payloadOf, type Request, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { clients, type House, openHouse, password } from "./house.ts";
import { expectCode, expectRefusal } from "./outcome.ts";

let house: House;
let alice: Browser;
beforeAll(async () => {
	house = await openHouse();
	alice = (await signedIn(house, clients.portal)).browser;
});
afterAll(() => house[Symbol.asyncDispose]());

type Claims = Record<string, unknown>;

async function released(shown: Shown, request: Request): Promise<{ idToken: Claims; userinfo: Claims; tokens: Record<string, string> }> {
	const answer = await redeem(house, request, expectCode(shown, request));
	expect(answer.statusCode, answer.body).toBe(200);
	const tokens = answer.json();
	const headers = { authorization: `Bearer ${tokens.access_token}` };
	return { idToken: payloadOf(tokens.id_token), userinfo: (await house.request({ url: "/userinfo", headers })).json(), tokens };
}

/** What every ID token holds, whoever asks. */
const own = ["iss", "sub", "aud", "iat", "exp", "auth_time", "sid", "nonce", "at_hash", "acr", "amr"].sort();

describe("the claims parameter (OpenID Connect Core §5.5)", () => {
	test("without it the ID token holds nothing about the person, and userinfo what the scopes name", async () => {
		const request = requestOf(clients.portal, { scope: "openid profile email" });
		const { idToken, userinfo } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual(own);
		expect(userinfo).toMatchObject({ sub: idToken["sub"], name: "Alice Example", email: "alice@company.test", email_verified: true });
		expect(userinfo).not.toHaveProperty("phone_number");
	});

	test.each([
		["plainly", "null", "null"],
		["as essential", '{"essential":true}', '{"essential":true}'],
		["by the value that it has", '{"value":"alice@company.test"}', '{"value":"+49 30 1234567","essential":true}'],
		["by values of which it has one", '{"values":["a","alice@company.test"]}', '{"value":"a","values":["+49 30 1234567"]}'],
		["by no values in particular", '{"values":[]}', '{"essential":true,"values":[]}'],
		["with members that nobody knows", '{"purpose":"to greet you","essential":false}', '{"max_age":1}'],
	])("single claims, asked for %s, go where they were asked for, beyond the scope", async (_what, email, phone) => {
		const request = requestOf(clients.portal, {
			claims: `{"id_token":{"email":${email}},"userinfo":{"phone_number":${phone}},"other":{"x":1}}`,
		});
		const { idToken, userinfo, tokens } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual([...own, "email"].sort());
		expect(idToken["email"]).toBe("alice@company.test");
		expect(Object.keys(userinfo).sort()).toEqual(["phone_number", "sub"]);
		expect(tokens["scope"]).toBe("openid");
		// They stay with the grant.
		const again = (await refresh(house, clients.portal, tokens["refresh_token"] ?? "")).json();
		expect(payloadOf(again.id_token)).toMatchObject({ email: "alice@company.test", sub: idToken["sub"] });
	});

	test.each([
		["value", '{"value":"bob@company.test"}'],
		["value, as essential", '{"essential":true,"value":"Alice@company.test"}'],
		["values", '{"values":["a","b"]}'],
		["value of another kind", '{"value":["alice@company.test"]}'],
		["empty value", '{"value":null}'],
	])("a claim that is asked for with another %s is left out, and is no error (§5.5.1)", async (_what, wish) => {
		const request = requestOf(clients.portal, { claims: `{"id_token":{"email":${wish}},"userinfo":{"email":${wish}}}` });
		const { idToken, userinfo, tokens } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual(own);
		expect(Object.keys(userinfo)).toEqual(["sub"]);
		const again = (await refresh(house, clients.portal, tokens["refresh_token"] ?? "")).json();
		expect(payloadOf(again.id_token)).not.toHaveProperty("email");
		// What a scope brings, no wish takes away.
		const scoped = requestOf(clients.portal, { claims: request.fields["claims"], scope: "openid email" });
		expect((await released(await alice.go(scoped.url), scoped)).userinfo).toMatchObject({ email: "alice@company.test" });
	});

	test("values are compared whole: an address, a boolean, a list", async () => {
		const right = { address: { country: "Germany", locality: "Berlin" }, phone_number_verified: false, groups: ["sales", "staff"] };
		const wrong = { address: { country: "Germany" }, phone_number_verified: 0, groups: ["staff", "sales"] };
		const wishes = (values: object) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
		const request = requestOf(clients.portal, { claims: JSON.stringify({ id_token: wishes(wrong), userinfo: wishes(right) }) });
		const { idToken, userinfo } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual(own);
		expect(userinfo).toEqual({ sub: idToken["sub"], ...right });
	});

	test("a claim in a language (§5.2) is one that nobody has; its plain twin is told", async () => {
		const request = requestOf(clients.portal, {
			claims: '{"id_token":{"name#de":null,"name#":{"essential":true},"#":null},"userinfo":{"name#ja-Kana-JP":null,"name":null}}',
			claims_locales: "de ja-Kana-JP",
		});
		const { idToken, userinfo } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual(own);
		expect(userinfo).toEqual({ sub: idToken["sub"], name: "Alice Example" });
	});

	test.each([
		'{"id_token":null,"userinfo":null}',
		"{}",
		'{"id_token":{}}',
		'{"userinfo":{"unknown_claim":null,"iss":null,"sid":{"essential":true}}}',
	])("%s asks for nothing", async (claims) => {
		const request = requestOf(clients.portal, { claims });
		const { idToken, userinfo } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual(own);
		expect(Object.keys(userinfo)).toEqual(["sub"]);
	});

	test("claims of ours are not replaced by wishes for them", async () => {
		const claims =
			'{"id_token":{"iss":{"value":"https://evil.test"},"aud":{"value":"evil"},"exp":{"value":9999999999},"acr":{"values":["gold"]}}}';
		const request = requestOf(clients.portal, { claims });
		const { idToken } = await released(await alice.go(request.url), request);
		expect(idToken).toMatchObject({ iss: "https://auth.company.test", aud: "portal", exp: Number(idToken["iat"]) + 3600, acr: "1" });
	});

	test.each([
		"",
		" ",
		"x",
		"null",
		"1",
		'"email"',
		"[]",
		'["email"]',
		'{"id_token":[]}',
		'{"id_token":"email"}',
		'{"userinfo":{"email":true}}',
		'{"userinfo":{"email":["a"]}}',
		'{"userinfo":{"email":{"essential":"true"}}}',
		'{"userinfo":{"email":{"values":"a"}}}',
		'{"id_token":{"acr":{"essential":1}}}',
		"{",
		'{"id_token":{"email":null}}}',
		"{'id_token':{}}",
	])("%j is no claims parameter", async (claims) => {
		const request = requestOf(clients.portal, { claims });
		const shown = await alice.go(request.url);
		// Without a value it counts as absent (RFC 6749 §3.1).
		if (claims === "") expectCode(shown, request);
		else expectRefusal(shown, request, "invalid_request");
	});

	test("I5 a claim that no registered scope of the client covers is left out", async () => {
		const request = requestOf(clients.legacy, {
			claims: '{"id_token":{"email":null,"name":null},"userinfo":{"phone_number":null,"groups":null}}',
		});
		const { idToken, userinfo } = await released(await alice.go(request.url), request);
		expect(Object.keys(idToken).sort()).toEqual([...own, "name"].sort());
		expect(Object.keys(userinfo)).toEqual(["sub"]);
	});

	test("the groups of a person can be asked for like any claim", async () => {
		const request = requestOf(clients.portal, { claims: '{"id_token":{"groups":null}}' });
		expect((await released(await alice.go(request.url), request)).idToken["groups"]).toEqual(["sales", "staff"]);
	});
});

describe("single claims are the person's to give, as scopes are", () => {
	const claims = '{"id_token":{"email":null},"userinfo":{"name":null}}';

	test("the consent page asks for the scopes that cover them; unticked, they stay away", async () => {
		const request = requestOf(clients.gadget, { claims });
		const page = await alice.go(request.url);
		expect(page.page).toBe("consent");
		for (const name of ["email", "profile"]) expect(page.html).toContain(`id="scope-${name}"`);
		const all = await released(await alice.click(page, "consent-allow"), request);
		expect(all.idToken["email"]).toBe("alice@company.test");
		expect(all.userinfo["name"]).toBe("Alice Example");
		expect(all.tokens["scope"]).toBe("openid");

		const narrowed = requestOf(clients.gadget, { claims });
		const again = await alice.go(narrowed.url);
		const some = await released(await alice.click(again, "consent-allow", { "scope-email": "" }), narrowed);
		expect(Object.keys(some.idToken).sort()).toEqual(own);
		expect(some.userinfo["name"]).toBe("Alice Example");
	});

	test("I4 a confidential client that was allowed `openid` alone is asked before a claim is released, and then no more", async () => {
		await signedIn(house, clients.analytics, {}, alice);
		const plain = requestOf(clients.analytics, { prompt: "none" });
		expectCode(await alice.go(plain.url), plain);
		const silent = requestOf(clients.analytics, { claims, prompt: "none" });
		expectRefusal(await alice.go(silent.url), silent, "consent_required");
		await signedIn(house, clients.analytics, { claims }, alice);
		expect((await released(await alice.go(silent.url), silent)).idToken["email"]).toBe("alice@company.test");
	});
});

describe("a `sub` that claims demand is the only person the answer may be about (OpenID Connect Core §3.1.2.2)", () => {
	const demand = (sub: unknown) => JSON.stringify({ id_token: { sub: { value: sub } } });
	const subOf = async (username: string) =>
		payloadOf((await signedIn(house, clients.portal, {}, house.browser(), username)).id_token)["sub"];

	test("the person is signed in: no question; another is: login_required, or the sign-in page", async () => {
		const [a, b] = [await subOf("alice"), await subOf("bob")];
		const right = requestOf(clients.portal, { claims: demand(a), prompt: "none" });
		expect((await released(await alice.go(right.url), right)).idToken["sub"]).toBe(a);
		const wrong = requestOf(clients.portal, { claims: demand(b), prompt: "none" });
		expectRefusal(await alice.go(wrong.url), wrong, "login_required");
		const unknown = requestOf(clients.portal, { claims: demand("nobody"), prompt: "none" });
		expectRefusal(await alice.go(unknown.url), unknown, "login_required");

		const { browser } = await signedIn(house, clients.portal);
		const asked = requestOf(clients.portal, { claims: demand(b) });
		const login = await browser.go(asked.url);
		expect(login.page).toBe("login");
		expectRefusal(await browser.signIn(login, "alice", password), asked, "login_required");
		const again = await browser.go(asked.url);
		expect((await released(await browser.signIn(again, "bob", password), asked)).idToken["sub"]).toBe(b);
	});

	test("it agrees with id_token_hint, or the request is refused; what is no text is refused", async () => {
		const tokens = await signedIn(house, clients.portal);
		const bob = await subOf("bob");
		const sub = payloadOf(tokens.id_token)["sub"];
		const both = requestOf(clients.portal, { claims: demand(sub), id_token_hint: tokens.id_token, prompt: "none" });
		expectCode(await alice.go(both.url), both);
		const apart = requestOf(clients.portal, { claims: demand(bob), id_token_hint: tokens.id_token, prompt: "none" });
		expectRefusal(await alice.go(apart.url), apart, "invalid_request");
		const oneOf = requestOf(clients.portal, {
			claims: JSON.stringify({ id_token: { sub: { values: [bob, sub] } } }),
			id_token_hint: tokens.id_token,
			prompt: "none",
		});
		expectCode(await alice.go(oneOf.url), oneOf);
		for (const value of [1, null, ["x"], { x: 1 }, true]) {
			const request = requestOf(clients.portal, { claims: demand(value) });
			expectRefusal(await alice.go(request.url), request, "invalid_request");
		}
		for (const wish of ["null", '{"essential":true}']) {
			const request = requestOf(clients.portal, { claims: `{"id_token":{"sub":${wish}},"userinfo":{"sub":{"value":"other"}}}` });
			expectCode(await alice.go(request.url), request);
		}
	});
});
