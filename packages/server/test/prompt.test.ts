import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, codeOf, payloadOf, type Request, redeem, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, type House, openHouse, password } from "./house.ts";
import { expectCode, expectRefusal, storeState } from "./outcome.ts";

const minute = 60_000;

/** A client whose registration says how fresh a sign-in must be (OpenID Connect Registration §2). */
const careful = { ...clients.legacy, client_id: "careful", redirect_uris: ["https://careful.company.test/cb"], default_max_age: 600 };
const carefully = (fields: Fields = {}) =>
	requestOf(clients.legacy, { client_id: "careful", redirect_uri: careful.redirect_uris[0], ...fields });

let house: House;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), careful] } });
});
afterAll(() => house[Symbol.asyncDispose]());

/** A browser in which alice is signed in. */
async function aliceIn(): Promise<Browser> {
	return (await signedIn(house, clients.portal)).browser;
}

async function idTokenOf(shown: Shown, request: Request): Promise<Record<string, unknown>> {
	const answer = await redeem(house, request, expectCode(shown, request));
	expect(answer.statusCode, answer.body).toBe(200);
	return payloadOf(answer.json().id_token);
}

/** The name of the person whom an answer is about. */
async function whoIs(shown: Shown, request: Request): Promise<unknown> {
	const answer = await redeem(house, request, expectCode(shown, request));
	const headers = { authorization: `Bearer ${answer.json().access_token}` };
	return (await house.request({ url: "/userinfo", headers })).json().preferred_username;
}

describe("AZ-15 prompt=none shows nothing, whatever it comes to (OpenID Connect Core §3.1.2.1)", () => {
	test("AZ-15 without session login_required, with one a code", async () => {
		const request = requestOf(clients.portal, { prompt: "none" });
		const before = await storeState(house);
		expectRefusal(await house.browser().go(request.url), request, "login_required");
		expect(await storeState(house)).toEqual(before);
		expectCode(await (await aliceIn()).go(request.url), request);
	});

	test.each([
		["a confidential third party", clients.analytics, true],
		["a public third party", clients.gadget, false],
	] as const)("AZ-15 %s without consent: consent_required", async (_what, client, remembered) => {
		await using own = await openHouse();
		const browser = own.browser();
		await signedIn(own, clients.portal, {}, browser);
		const ask = (fields: Fields) => requestOf(client, { prompt: "none", scope: "openid email", ...fields });
		const silent = ask({});
		const before = await storeState(own);
		expectRefusal(await browser.go(silent.url), silent, "consent_required");
		const bare = ask({ scope: "openid" });
		expectRefusal(await browser.go(bare.url), bare, "consent_required");
		expect(await storeState(own)).toEqual(before);

		await signedIn(own, client, { scope: "openid email" }, browser);
		const again = await browser.go(silent.url);
		if (remembered) expectCode(again, silent);
		else expectRefusal(again, silent, "consent_required");
		const more = ask({ scope: "openid email profile" });
		expectRefusal(await browser.go(more.url), more, "consent_required");
	});

	test("AZ-15 a first-party app on a device: interaction_required, for its private scheme and its loopback", async () => {
		const browser = await aliceIn();
		for (const redirect_uri of ["com.company.app:/callback", "http://127.0.0.1:51004/callback"]) {
			const silent = requestOf(clients.mobile, { prompt: "none", redirect_uri });
			expectRefusal(await browser.go(silent.url), silent, "interaction_required");
			const honest = requestOf(clients.mobile, { redirect_uri });
			expectCode(await browser.click(await browser.go(honest.url), "continue-submit"), honest);
			expectRefusal(await browser.go(silent.url), silent, "interaction_required");
		}
	});

	test.each([
		"none login",
		"login none",
		"none consent",
		"none select_account",
		"none none login",
		"create",
		"None",
		"NONE",
		"login,consent",
		"none\tlogin",
	])("AZ-15 prompt=%j is refused", async (prompt) => {
		const browser = await aliceIn();
		const request = requestOf(clients.portal, { prompt });
		expectRefusal(await browser.go(request.url), request, "invalid_request");
		expectRefusal(await house.browser().go(request.url), request, "invalid_request");
		const honest = requestOf(clients.portal, { prompt: "none none" });
		expectCode(await browser.go(honest.url), honest);
	});

	test.each(["-1", "NaN", "1.5", "1e3", "0x10", "+1", " 1", "1 ", "one", "Infinity", "12345678901", "١"])(
		"AZ-15 max_age=%j is refused",
		async (max_age) => {
			const browser = await aliceIn();
			const request = requestOf(clients.portal, { max_age });
			expectRefusal(await browser.go(request.url), request, "invalid_request");
			for (const right of ["1", "001", "3600", "9999999999", ""]) {
				const honest = requestOf(clients.portal, { max_age: right });
				expectCode(await browser.go(honest.url), honest);
			}
		},
	);

	test("AZ-15 max_age=0 re-authenticates, and ends there", async () => {
		const browser = await aliceIn();
		house.wait(minute);
		const silent = requestOf(clients.portal, { max_age: "0", prompt: "none" });
		expectRefusal(await browser.go(silent.url), silent, "login_required");
		const request = requestOf(clients.portal, { max_age: "0" });
		const login = await browser.go(request.url);
		expect(login.page).toBe("login");
		const signedInAt = house.now();
		const id = await idTokenOf(await browser.signIn(login, "alice", password), request);
		expect(id["auth_time"]).toBe(Math.floor(signedInAt / 1000));
	});
});

describe("how fresh a sign-in must be (OpenID Connect Core §3.1.2.1)", () => {
	test("max_age counts from the sign-in, not from its use, and the ID token says when that was", async () => {
		const browser = await aliceIn();
		const signedInAt = house.now();
		const request = requestOf(clients.portal, { max_age: "60" });
		house.wait(minute);
		const id = await idTokenOf(await browser.go(request.url), request);
		expect(id["auth_time"]).toBe(Math.floor(signedInAt / 1000));
		house.wait(1);
		const login = await browser.go(request.url);
		expect(login.page).toBe("login");
		const again = await idTokenOf(await browser.signIn(login, "alice", password), request);
		expect(again["auth_time"]).toBe(Math.floor(house.now() / 1000));
		expect(again["sid"]).toBe(id["sid"]);
		expect(again["sub"]).toBe(id["sub"]);
	});

	test("default_max_age of the registration holds where the request says nothing, and yields to what it says", async () => {
		const browser = await aliceIn();
		house.wait(10 * minute + 1);
		expect((await browser.go(carefully().url)).page).toBe("login");
		const longer = carefully({ max_age: "3600" });
		expectCode(await browser.go(longer.url), longer);
		const silent = carefully({ prompt: "none" });
		expectRefusal(await browser.go(silent.url), silent, "login_required");
		const request = carefully();
		expectCode(await authorize(browser, request), request);
		const after = carefully();
		expectCode(await browser.go(after.url), after);
	});

	test("prompt=login asks whoever is signed in, once, and keeps their session", async () => {
		const browser = await aliceIn();
		const plain = requestOf(clients.portal);
		const before = await idTokenOf(await browser.go(plain.url), plain);
		const secret = browser.cookies.get("__Host-gatehouse");
		const request = requestOf(clients.portal, { prompt: "login" });
		const login = await browser.go(request.url);
		expect(login.page).toBe("login");
		const after = await idTokenOf(await browser.signIn(login, "alice", password), request);
		expect(after["sid"]).toBe(before["sid"]);
		expect(browser.cookies.get("__Host-gatehouse")).not.toBe(secret);
		expect((await browser.go(request.url)).page).toBe("login");
	});

	test("prompt=login as another person ends the first one's session and families, and answers for the other", async () => {
		const first = await signedIn(house, clients.portal, { scope: "openid profile" });
		const request = requestOf(clients.portal, { prompt: "login", scope: "openid profile" });
		const shown = await first.browser.signIn(await first.browser.go(request.url), "bob", password);
		expect(await whoIs(shown, request)).toBe("bob");
		const dead = await refresh(house, clients.portal, first.refresh_token);
		expect({ status: dead.statusCode, error: dead.json().error }).toEqual({ status: 400, error: "invalid_grant" });
	});

	test("a wrong password leaves the session as it was", async () => {
		const browser = await aliceIn();
		const login = await browser.go(requestOf(clients.portal, { prompt: "login" }).url);
		expect((await browser.signIn(login, "alice", "not the password")).page).toBe("login");
		const request = requestOf(clients.portal, { prompt: "none" });
		expectCode(await browser.go(request.url), request);
	});

	test("several prompts are answered one after the other: sign in, then consent", async () => {
		const browser = await aliceIn();
		const request = requestOf(clients.portal, { prompt: "consent login", scope: "openid email" });
		const login = await browser.go(request.url);
		expect(login.page).toBe("login");
		const consent = await browser.signIn(login, "alice", password);
		expect(consent.page).toBe("consent");
		expectCode(await browser.click(consent, "consent-allow"), request);
	});
});

describe("which account (OpenID Connect Core §3.1.2.1)", () => {
	test("prompt=select_account: on with the person who is signed in", async () => {
		const browser = await aliceIn();
		const request = requestOf(clients.portal, { prompt: "select_account", scope: "openid profile" });
		const page = await browser.go(request.url);
		expect(page.page).toBe("select-account");
		expect(page.text("account-1")).toContain("Alice Example");
		expect(await whoIs(await browser.click(page, "account-1"), request)).toBe("alice");
	});

	test("prompt=select_account: or as another, who is not asked again", async () => {
		const browser = await aliceIn();
		const request = requestOf(clients.portal, { prompt: "select_account", scope: "openid profile" });
		const login = await browser.click(await browser.go(request.url), "account-other");
		expect(login.page).toBe("login");
		expect(await whoIs(await browser.signIn(login, "bob", password), request)).toBe("bob");
	});

	test("prompt=select_account without session is the sign-in page, and with consent both are asked", async () => {
		const request = requestOf(clients.portal, { prompt: "select_account" });
		const browser = house.browser();
		const login = await browser.go(request.url);
		expect(login.page).toBe("login");
		expectCode(await browser.signIn(login, "alice", password), request);
		const both = requestOf(clients.portal, { prompt: "select_account consent", scope: "openid email" });
		const consent = await browser.click(await browser.go(both.url), "account-1");
		expect(consent.page).toBe("consent");
		expectCode(await browser.click(consent, "consent-allow"), both);
	});

	test("an answer that the page does not offer is refused, and settles nothing", async () => {
		const browser = await aliceIn();
		for (const [path, client, fields] of [
			["/select-account", clients.portal, { prompt: "select_account" }],
			["/continue", clients.mobile, {}],
			["/consent", clients.gadget, { scope: "openid email" }],
		] as const) {
			const shown = await browser.go(requestOf(client, fields).url);
			const before = await storeState(house);
			for (const answer of [undefined, "", "yes", "account-2"]) {
				const refused = await browser.send("POST", path, { ...browser.hidden(shown), answer });
				expect({ status: refused.statusCode, location: refused.headers.location }).toEqual({ status: 400, location: undefined });
			}
			expect(await storeState(house)).toEqual(before);
		}
	});

	test("login_hint fills in the name, is inert, and tells nothing about who exists", async () => {
		const hinted = async (login_hint: string) => house.browser().go(requestOf(clients.portal, { login_hint }).url);
		const [alice, nobody] = [await hinted("alice"), await hinted("bobby")];
		expect(alice.html).toMatch(/<input[^>]*id="username"[^>]*value="alice"/);
		const plain = (shown: Shown, name: string) => shown.html.replaceAll(name, "NAME").replaceAll(/(?<=value="|continue=)[\w-]{40,}/g, "");
		expect(plain(alice, "alice")).toBe(plain(nobody, "bobby"));
		const script = await hinted('"><script>alert(1)</script>');
		expect(script.page).toBe("login");
		expect(script.html).not.toContain("<script>alert(1)");
		const request = requestOf(clients.portal, { login_hint: "bob" });
		expectCode(await (await aliceIn()).go(request.url), request);
	});
});

describe("id_token_hint (OpenID Connect Core §3.1.2.1)", () => {
	const idTokens = async (client: TestClient = clients.portal) => ({
		alice: (await signedIn(house, client)).id_token,
		bob: (await signedIn(house, client, {}, house.browser(), "bob")).id_token,
	});

	test("the person it names is signed in: no question; another is: login_required, or the sign-in page", async () => {
		const { alice, bob } = await idTokens();
		const browser = await aliceIn();
		const right = requestOf(clients.portal, { id_token_hint: alice, prompt: "none" });
		expectCode(await browser.go(right.url), right);
		const wrong = requestOf(clients.portal, { id_token_hint: bob, prompt: "none" });
		expectRefusal(await browser.go(wrong.url), wrong, "login_required");
		const asked = requestOf(clients.portal, { id_token_hint: bob, scope: "openid profile" });
		const login = await browser.go(asked.url);
		expect(login.page).toBe("login");
		expect(await whoIs(await browser.signIn(login, "bob", password), asked)).toBe("bob");
	});

	test("somebody else than it names signs in: login_required, not a token for the wrong person", async () => {
		const { alice } = await idTokens();
		const browser = house.browser();
		const request = requestOf(clients.portal, { id_token_hint: alice });
		expectRefusal(await browser.signIn(await browser.go(request.url), "bob", password), request, "login_required");
		const again = await browser.go(request.url);
		expect(again.page).toBe("login");
		expectCode(await browser.signIn(again, "alice", password), request);
	});

	test("an expired one still names somebody, and so does one of another client", async () => {
		const { alice } = await idTokens(clients.shop);
		house.wait(2 * 3_600_000);
		const browser = await aliceIn();
		const request = requestOf(clients.portal, { id_token_hint: alice, prompt: "none" });
		expectCode(await browser.go(request.url), request);
	});

	test("whatever is no ID token of this issuer is refused", async () => {
		const tokens = await signedIn(house, clients.portal);
		const [head, body, signature = ""] = tokens.id_token.split(".");
		const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
		for (const id_token_hint of [
			tokens.access_token,
			tokens.refresh_token,
			"not a token",
			`${none}.${body}.`,
			`${head}.${body}.`,
			`${head}.${body}.${signature.slice(0, -4)}AAAA`,
			`${head}.${Buffer.from('{"sub":"someone"}').toString("base64url")}.${signature}`,
			`${tokens.id_token}.x`,
		]) {
			const request = requestOf(clients.portal, { id_token_hint });
			expectRefusal(await tokens.browser.go(request.url), request, "invalid_request");
		}
		const honest = requestOf(clients.portal, { id_token_hint: tokens.id_token });
		expectCode(await tokens.browser.go(honest.url), honest);
	});
});

describe("PG-02 a first-party app on a device is confirmed each time (RFC 8252 §8.6)", () => {
	const loopback = "http://127.0.0.1:51004/callback";

	test.each(["com.company.app:/callback", loopback])(
		"PG-02 on an existing session one page with one button, every time: %s",
		async (redirect_uri) => {
			const browser = await aliceIn();
			for (let time = 0; time < 3; time++) {
				const request = requestOf(clients.mobile, { redirect_uri, scope: "openid profile" });
				const page = await browser.go(request.url);
				expect(page.page).toBe("continue");
				expect(page.html).toContain("Alice Example");
				expect(page.html).toContain("Mobile");
				expect(await whoIs(await browser.click(page, "continue-submit"), request)).toBe("alice");
			}
		},
	);

	test("PG-02 no prompt gets around it; whoever has just signed in for this request is not asked once more", async () => {
		const browser = await aliceIn();
		for (const fields of [{ max_age: "3600" }, { prompt: "select_account" }, { response_mode: "form_post" }, { login_hint: "alice" }]) {
			let page = await browser.go(requestOf(clients.mobile, fields).url);
			if (page.page === "select-account") page = await browser.click(page, "account-1");
			expect(page.page).toBe("continue");
		}
		for (const fields of [{ prompt: "login" }, { max_age: "0" }]) {
			const request = requestOf(clients.mobile, fields);
			const login = await browser.go(request.url);
			expect(login.page).toBe("login");
			expectCode(await browser.signIn(login, "alice", password), request);
		}
		const consented = requestOf(clients.mobile, { prompt: "consent", scope: "openid profile" });
		const consent = await browser.go(consented.url);
		expect(consent.page).toBe("consent");
		expectCode(await browser.click(consent, "consent-allow"), consented);
	});

	test("PG-02 as another account instead", async () => {
		const browser = await aliceIn();
		const request = requestOf(clients.mobile, { scope: "openid profile" });
		const login = await browser.click(await browser.go(request.url), "continue-other");
		expect(login.page).toBe("login");
		expect(await whoIs(await browser.signIn(login, "bob", password), request)).toBe("bob");
	});

	test("PG-02 pressing the button in one tab settles nothing for the request of another", async () => {
		const browser = await aliceIn();
		const [one, two] = [requestOf(clients.mobile), requestOf(clients.mobile)];
		const page = await browser.go(one.url);
		expect((await browser.go(two.url)).page).toBe("continue");
		expectCode(await browser.click(page, "continue-submit"), one);
		expect((await browser.go(two.url)).page).toBe("continue");
	});

	test("PG-02 twin: where the redirect proves the app, single sign-on asks nothing", async () => {
		const browser = await aliceIn();
		const request = requestOf(clients.shop);
		expect(codeOf(await browser.go(request.url))).toBeTruthy();
	});
});
