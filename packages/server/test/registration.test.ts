import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asserted, assertionClaims, clientKey } from "./client-key.ts";
import { authorize, codeOf, requestOf, signedIn } from "./flow.ts";
import { basic, clients, type House, issuer, openHouse } from "./house.ts";
import { expectErrorPage } from "./outcome.ts";
import { aClient, bearer, initialToken, manage, openRegistration, register, registered, registrationState } from "./registering.ts";
import { certificate, openStranger } from "./strangers.ts";

let house: House;
beforeAll(async () => {
	house = await openRegistration();
});
afterAll(() => house[Symbol.asyncDispose]());

/** 400 with the code of RFC 7591 §3.2.2 and the member's name, and nothing changed; the honest twin is registered. */
async function expectUnfit(body: unknown, member: string, code = "invalid_client_metadata"): Promise<void> {
	const before = await registrationState(house);
	const answer = await register(house, body);
	expect(answer.statusCode, answer.body).toBe(400);
	expect(answer.headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
	expect(answer.json()).toEqual({
		error: code,
		error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
		trace_id: answer.headers["x-trace-id"],
	});
	expect(answer.json().error_description).toContain(member);
	expect(await registrationState(house)).toEqual(before);
}

describe("what is answered", () => {
	test("a client that says what it must is registered with the defaults, and gets what it needs", async () => {
		const answer = await register(house);
		expect(answer.statusCode).toBe(201);
		expect(answer.headers).toMatchObject({ "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
		expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
		const client = answer.json();
		expect(client).toEqual({
			...aClient,
			client_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
			client_id_issued_at: Math.floor(house.now() / 1000),
			client_secret: expect.stringMatching(/^[\w-]{43}$/),
			client_secret_expires_at: 0,
			registration_client_uri: `${issuer}/register/${client.client_id}`,
			registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
			application_type: "web",
			grant_types: ["authorization_code"],
			response_types: ["code"],
			token_endpoint_auth_method: "client_secret_basic",
			scope: "openid profile email address phone",
			subject_type: "public",
			id_token_signed_response_alg: "RS256",
		});
	});

	test("everything that is understood is echoed, and works at once", async () => {
		const body = {
			client_name: "All of it",
			client_uri: "https://maker.test/",
			policy_uri: "https://maker.test/privacy",
			tos_uri: "https://elsewhere.test/terms",
			contacts: ["someone@maker.test"],
			application_type: "web",
			token_endpoint_auth_method: "client_secret_post",
			redirect_uris: ["https://maker.test/cb?bar=foo", "https://maker.test/other"],
			post_logout_redirect_uris: ["https://maker.test/bye"],
			backchannel_logout_uri: "https://maker.test/logout",
			backchannel_logout_session_required: true,
			grant_types: ["authorization_code", "refresh_token"],
			response_types: ["code"],
			scope: "openid email offline_access",
			subject_type: "public",
			id_token_signed_response_alg: "ES256",
			request_object_signing_alg: "RS256",
			request_uris: ["https://maker.test/requests/1#WmGhY3"],
			initiate_login_uri: "https://maker.test/start",
			default_acr_values: ["1"],
			default_max_age: 3600,
			require_auth_time: true,
			jwks: { keys: [{ kty: "RSA", use: "sig", alg: "RS256", n: "AQAB".repeat(90), e: "AQAB" }] },
		};
		const client = await registered(house, body);
		expect(client).toMatchObject(body);
		expect(house.gatehouse.ground.registry().clients.get(client.client_id)).toMatchObject({ name: "All of it", enabled: true });
	});

	test("a public client gets no secret", async () => {
		const client = await registered(house, { ...aClient, token_endpoint_auth_method: "none" });
		expect(client).not.toHaveProperty("client_secret");
		expect(client).not.toHaveProperty("client_secret_expires_at");
	});

	test("null is as if it was not sent, and what nobody knows is ignored", async () => {
		const client = await registered(house, { ...aClient, logo_uri: null, scope: null, "client_name#de": "Gerät", nonsense: { a: [1] } });
		expect(Object.keys(client)).not.toEqual(expect.arrayContaining(["logo_uri"]));
		expect(client).not.toHaveProperty("nonsense");
		expect(client["scope"]).toBe("openid profile email address phone");
	});

	test("`offline_access` comes with the grant type refresh_token", async () => {
		const both = await registered(house, { ...aClient, grant_types: ["authorization_code", "refresh_token"] });
		expect(both["scope"]).toBe("openid profile email address phone offline_access");
		const without = await registered(house, { ...aClient, scope: "openid offline_access" });
		expect(without["scope"]).toBe("openid");
	});

	test("the first party's own clients are as they were", () => {
		expect(house.gatehouse.ground.registry().clients.get("shop")).toMatchObject({ firstParty: true, registeredItself: false });
	});

	test("discovery names the door where it is open, and not where it is off", async () => {
		const discovery = async (one: House) => (await one.request({ url: "/.well-known/openid-configuration" })).json();
		expect(await discovery(house)).toMatchObject({ registration_endpoint: `${issuer}/register` });
		await using off = await openHouse();
		expect(await discovery(off)).not.toHaveProperty("registration_endpoint");
	});

	test("other methods are 405, other paths 404", async () => {
		for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] as const) {
			const answer = await house.request({ method, url: "/register" });
			expect([answer.statusCode, answer.headers["allow"]]).toEqual([405, "POST"]);
		}
		const answer = await house.request({ method: "POST", url: "/register/abc" });
		expect([answer.statusCode, answer.headers["allow"]]).toEqual([405, "GET, PUT, DELETE"]);
		expect((await house.request({ method: "GET", url: "/register/a/b" })).statusCode).toBe(404);
		expect((await house.request({ method: "GET", url: `/register/${"a".repeat(65)}` })).statusCode).toBe(404);
	});
});

describe("a client that registered itself", () => {
	test("signs people in at once: consent is asked, and says where it leads and that nobody reviewed it", async () => {
		const client = await registered(house);
		const request = requestOf({ ...client, client_name: "x" } as never, { redirect_uri: client.redirect_uris[0] });
		const browser = house.browser();
		const page = await authorize(browser, request);
		expect(page.page).toBe("consent");
		expect(page.html).toContain("Gadget Maker");
		expect(page.html).toContain("maker.test");
		expect(page.html).toContain("Not reviewed by <bdi>Company</bdi>");
		const code = codeOf(await browser.click(page, "consent-allow"));
		const answer = await house.post(
			"/token",
			{ grant_type: "authorization_code", code, redirect_uri: client.redirect_uris[0], code_verifier: request.verifier },
			basic(client),
		);
		expect(answer.json()).toMatchObject({ token_type: "Bearer", scope: "openid" });
	});

	test("DR-09 a name is shown as it reads: marks that turn text round are taken away, and one that is too long is refused", async () => {
		const client = await registered(house, { ...aClient, client_name: "\u202eynapmoC\u202c \u200bof\u0007 Gatehouse\u2066" });
		expect(client["client_name"]).toBe("ynapmoC of Gatehouse");
		const browser = house.browser();
		const page = await authorize(browser, requestOf(client as never));
		expect(page.page).toBe("consent");
		expect(page.html).toContain("ynapmoC of Gatehouse");
		expect(page.html).toContain("maker.test");
		expect(page.html).toContain("Not reviewed by <bdi>Company</bdi>");
		await expectUnfit({ ...aClient, client_name: "x".repeat(10_240) }, "client_name");
		await expectUnfit({ ...aClient, client_name: "\u202e\u202c" }, "client_name");
	});

	test("DR-09 letters that nobody sees make no name; what is written with real ones stays as it is", async () => {
		for (const client_name of ["\u3164", "\u115f\u1160", "\u2800\u2800", "\uffa0", "\u034f", "\u17b4", "\ufe0f", "\u{e0041}"])
			await expectUnfit({ ...aClient, client_name }, "client_name");
		for (const client_name of ["Zo\u0308e", "\uac00\ub098", "\u0627\u0644", "\u0915\u094d\u0937", "\u{1f3e6}"])
			expect((await registered(house, { ...aClient, client_name }))["client_name"]).toBe(client_name);
	});

	test("PG-03 script in its name and its addresses is inert", async () => {
		const client = await registered(house, { ...aClient, client_name: "<script>alert(1)</script>" });
		const page = await authorize(house.browser(), requestOf(client as never));
		expect(page.html).not.toContain("<script>alert(1)");
		for (const member of ["client_uri", "logo_uri", "policy_uri", "tos_uri", "initiate_login_uri"])
			for (const uri of [
				"javascript:alert(1)",
				"data:text/html,x",
				"JaVaScRiPt:alert(1)",
				"http://maker.test/",
				"https://user@maker.test/",
			])
				await expectUnfit({ ...aClient, [member]: uri }, member);
	});

	test("DR-05 what only an operator decides is ignored, not stored and not answered", async () => {
		const smuggled = {
			first_party: true,
			reviewed: true,
			require_pkce: false,
			legacy_assertion_audience: true,
			client_secrets: [{ value: "chosen-by-the-client-itself-and-long" }],
			client_secret: "chosen-by-the-client-itself-and-long",
			allowed_cors_origins: ["https://evil.test"],
			enabled: false,
			client_id: "shop",
			skip_consent: true,
			skipConsent: true,
			roles: ["admin"],
			admin: true,
			tenant: "another",
			service_account: true,
			serviceAccountsEnabled: true,
			access_token_lifetime: 86_400,
			accessTokenLifetime: "24h",
			registration_access_token: "chosen",
			registration_client_uri: "https://evil.test/",
			client_secret_expires_at: 1,
			client_id_issued_at: 1,
			scope: "openid profile crm.read crm.write groups admin",
		};
		const client = await registered(house, { ...aClient, ...smuggled });
		const twin = await registered(house, { ...aClient, scope: "openid profile" });
		expect(Object.keys(client).toSorted()).toEqual(Object.keys(twin).toSorted());
		expect(client["scope"]).toBe("openid profile");
		expect(client.client_id).not.toBe("shop");
		const row = await house.gatehouse.ground.store.clients.find(client.client_id);
		expect(row?.metadata).toEqual({ client_id: client.client_id, ...aClient, scope: "openid profile" });
		const { firstParty, reviewed, requirePkce, legacyAssertionAudience, enabled, corsOrigins } =
			house.gatehouse.ground.registry().clients.get(client.client_id) ?? {};
		expect({ firstParty, reviewed, requirePkce, legacyAssertionAudience, enabled }).toEqual({
			firstParty: false,
			reviewed: false,
			requirePkce: true,
			legacyAssertionAudience: false,
			enabled: true,
		});
		expect([...(corsOrigins ?? [])]).toEqual(["https://maker.test"]);
		const chosen = await house.post(
			"/token",
			{ grant_type: "authorization_code", code: "x" },
			basic({ client_id: client.client_id, client_secret: smuggled.client_secret }),
		);
		expect(chosen.statusCode).toBe(401);
	});

	test("DR-05 a scope of APIs alone is as if none was asked for, and an API stays out of reach", async () => {
		const client = await registered(house, { ...aClient, scope: "crm.read admin" });
		expect(client["scope"]).toBe("openid profile email address phone");
		const request = requestOf(client as never, { scope: "openid crm.read" });
		const shown = await authorize(house.browser(), request);
		expect(shown.url.searchParams.get("error")).toBe("invalid_scope");
	});

	test("the settings that the conformance suite needs are effective, for confidential clients, and in no answer", async () => {
		await using loose = await openRegistration({ dynamic: "open", requirePkce: false, legacyAssertionAudience: true });
		const confidential = await registered(loose);
		const publicOne = await registered(loose, { ...aClient, token_endpoint_auth_method: "none" });
		expect(confidential).not.toHaveProperty("require_pkce");
		expect(confidential).not.toHaveProperty("legacy_assertion_audience");
		const { clients: known } = loose.gatehouse.ground.registry();
		expect(known.get(confidential.client_id)).toMatchObject({ requirePkce: false, legacyAssertionAudience: true });
		expect(known.get(publicOne.client_id)).toMatchObject({ requirePkce: true });
		const without = { code_challenge: undefined, code_challenge_method: undefined };
		expect((await authorize(loose.browser(), requestOf(confidential as never, without))).page).toBe("consent");
		const refused = await authorize(loose.browser(), requestOf(publicOne as never, without));
		expect(refused.url.searchParams.get("error")).toBe("invalid_request");
	});

	test("third-party-initiated login: the address is echoed, and must be https, on loopback too", async () => {
		const client = await registered(house, { ...aClient, initiate_login_uri: "https://maker.test/login" });
		expect(client["initiate_login_uri"]).toBe("https://maker.test/login");
		expect((await manage(house, "GET", client)).json()).toMatchObject({ initiate_login_uri: "https://maker.test/login" });
		await expectUnfit({ ...aClient, initiate_login_uri: "http://maker.test/login" }, "initiate_login_uri");
		await expectUnfit({ ...aClient, initiate_login_uri: "http://localhost:3000/login" }, "initiate_login_uri");
	});
});

describe("redirect URIs", () => {
	const unfit: Readonly<Record<string, readonly string[]>> = {
		"AZ-03": ["https://rp@evil.test/cb", "https://rp:443@evil.test/"],
		"AZ-06": ["https://*.maker.test/cb", "https://maker.test/*", "https://maker.test/(a|b)", "https://maker.test/cb$"],
		"AZ-07": ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", " https://maker.test/cb", "myapp:/cb", "com.maker.app:/cb"],
		"AZ-01": ["https://maker.test/cb#x", "http://maker.test/cb", "/cb", "https://MAKER.test/cb", "https://maker.test/a/../cb", ""],
	};
	test.each(Object.entries(unfit))("%s what may not be registered is 400 invalid_redirect_uri, and nothing is stored", async (_, uris) => {
		for (const uri of uris) {
			await expectUnfit({ ...aClient, redirect_uris: [uri] }, "redirect_uris[0]", "invalid_redirect_uri");
			await expectUnfit({ ...aClient, redirect_uris: ["https://maker.test/cb", uri] }, "redirect_uris[1]", "invalid_redirect_uri");
		}
		await registered(house);
	});

	test("AZ-06 none at all is refused, and none is learnt from a request", async () => {
		for (const redirect_uris of [undefined, [], null, "https://maker.test/cb", [1], [[]], {}])
			await expectUnfit({ ...aClient, redirect_uris }, "redirect_uris", "invalid_redirect_uri");
		const client = await registered(house, { grant_types: ["client_credentials"] });
		expect(client["response_types"]).toEqual([]);
		const request = requestOf(client as never, { redirect_uri: "https://maker.test/cb" });
		expectErrorPage(await house.browser().go(request.url), "invalid_request", 400);
	});

	test("AZ-06 a dot stands for itself", async () => {
		const client = await registered(house, { ...aClient, redirect_uris: ["https://rp.maker.test/cb"] });
		expectErrorPage(await house.browser().go(requestOf(client as never, { redirect_uri: "https://rpXmaker.test/cb" }).url));
	});

	test("a native app may have a private-use scheme and loopback, a web app may not", async () => {
		const redirect_uris = ["com.maker.app:/callback", "http://127.0.0.1/callback"];
		const native = { ...aClient, application_type: "native", token_endpoint_auth_method: "none", redirect_uris };
		expect(await registered(house, native)).toMatchObject({ redirect_uris });
		await expectUnfit({ ...native, application_type: "web" }, "redirect_uris[0]", "invalid_redirect_uri");
	});

	test("URIs of several hosts are one client's, unless its subjects are pairwise", async () => {
		const redirect_uris = ["https://maker.test/cb", "https://example.org/redirect"];
		await registered(house, { ...aClient, redirect_uris });
		await expectUnfit({ ...aClient, redirect_uris, subject_type: "pairwise" }, "sector_identifier_uri");
		await registered(house, { ...aClient, subject_type: "pairwise" });
	});
});

test("what is not offered, such as the implicit flow, is left out where something else is left, and the answer says so (RFC 7591 §3.2.1)", async () => {
	await using house = await openRegistration();
	const all = ["code", "id_token", "id_token token", "code id_token", "code token", "token id_token code"];
	const device = "urn:ietf:params:oauth:grant-type:device_code";
	const body = { ...aClient, response_types: all, grant_types: ["authorization_code", "implicit", "refresh_token", device] };
	const registered = await register(house, body);
	expect(registered.statusCode).toBe(201);
	expect(registered.json()).toMatchObject({ response_types: ["code"], grant_types: ["authorization_code", "refresh_token"] });
});

describe("values that do not fit", () => {
	test.each([
		["client_name", 7],
		["client_name", ""],
		["contacts", "someone@maker.test"],
		["contacts", [1]],
		["application_type", "mobile"],
		["token_endpoint_auth_method", "client_secret_jwt"],
		["token_endpoint_auth_method", "tls_client_auth"],
		["token_endpoint_auth_method", ["none"]],
		["grant_types", ["implicit"]],
		["grant_types", ["authorization_code", "password"]],
		["grant_types", ["password"]],
		["grant_types", ["urn:ietf:params:oauth:grant-type:device_code"]],
		["grant_types", "authorization_code"],
		["response_types", ["token"]],
		["response_types", ["code", "none"]],
		["response_types", []],
		["response_types", "code"],
		["scope", 7],
		["scope", ["openid"]],
		["scope", 'open"id'],
		["subject_type", "private"],
		["id_token_signed_response_alg", "none"],
		["id_token_signed_response_alg", "HS256"],
		["userinfo_signed_response_alg", "none"],
		["request_object_signing_alg", "none"],
		["token_endpoint_auth_signing_alg", "HS256"],
		["jwks", {}],
		["jwks", { keys: [] }],
		["jwks", { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB", d: "AQAB" }] }],
		["jwks", { keys: [{ kty: "oct", k: "AQAB" }] }],
		["jwks", "https://maker.test/jwks"],
		["jwks_uri", "ftp://maker.test/jwks"],
		["backchannel_logout_uri", "https://maker.test/logout#x"],
		["backchannel_logout_session_required", "true"],
		["post_logout_redirect_uris", ["javascript:alert(1)"]],
		["default_max_age", -1],
		["default_max_age", "3600"],
		["default_acr_values", "1"],
		["require_auth_time", 1],
		["request_uris", ["http://maker.test/r"]],
		["require_signed_request_object", true],
	])("%s: %j", async (member, value) => {
		await expectUnfit({ ...aClient, [member]: value }, member);
	});

	test("`code` without its grant type is refused", async () => {
		await expectUnfit({ ...aClient, grant_types: ["client_credentials"], response_types: ["code"] }, "response_types");
	});

	test("keys are kept without what is no key's, and the one client has either a set or an address", async () => {
		const key = {
			kty: "EC",
			crv: "P-256",
			x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
			y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
		};
		const client = await registered(house, { ...aClient, jwks: { keys: [{ ...key, kid: "1", surprise: { a: 1 } }], more: 1 } });
		expect(client["jwks"]).toEqual({ keys: [{ ...key, kid: "1" }] });
		await expectUnfit({ ...aClient, jwks: { keys: [key] }, jwks_uri: "https://maker.test/jwks" }, "jwks");
	});

	test("a software statement is refused with a code of its own", async () => {
		await expectUnfit({ ...aClient, software_statement: "a.b.c" }, "software_statement", "unapproved_software_statement");
	});

	test("everything that is wrong is told at once", async () => {
		const answer = await register(house, { ...aClient, client_name: 1, scope: 2, jwks: 3 });
		expect(answer.json().error_description).toMatch(/client_name .*jwks .*scope /);
	});

	test("what is kept of one client is bounded", async () => {
		const post_logout_redirect_uris = Array.from({ length: 20 }, (_, i) => `https://maker.test/${"x".repeat(1_000)}${i}`);
		await expectUnfit({ ...aClient, post_logout_redirect_uris }, "post_logout_redirect_uris");
		await registered(house, { ...aClient, post_logout_redirect_uris: post_logout_redirect_uris.slice(0, 7) });
	});

	test("DR-02 nothing private is to be called, and nothing is called to find that out", async () => {
		const hosts = ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "0x7f.1", "2130706433"];
		for (const host of hosts)
			for (const member of ["jwks_uri", "logo_uri", "backchannel_logout_uri", "sector_identifier_uri"])
				await expectUnfit({ ...aClient, [member]: `https://${host}/x` }, member);
		await expectUnfit({ ...aClient, request_uris: ["https://10.0.0.1/x#y"] }, "request_uris[0]");
		await registered(house, { ...aClient, jwks_uri: "https://maker.test/jwks" });
	});
});

describe("a sector", () => {
	test("DR-02 OIDC Registration §5: its document is fetched once, and must list every redirect URI; a private one is not called", async () => {
		const document = ["https://maker.test/cb", "https://maker.test/other"];
		await using sector = await openStranger((_, response) => response.end(JSON.stringify(document)), { tls: true });
		const uri = `https://rp.example:${sector.port}/redirect_uris.json`;
		const file = { registration: { dynamic: "open" }, outbound: { ca: "/rp.pem", allow: [`rp.example:${sector.port}`] } };
		const lookup = async () => ["127.0.0.1"];
		await using calling = await openHouse({ file, files: { "/rp.pem": certificate }, outbound: { lookup } });
		const body = { ...aClient, subject_type: "pairwise", sector_identifier_uri: uri };
		expect(await registered(calling, body)).toMatchObject(body);
		expect(sector.requests).toHaveLength(1);
		expect(sector.requests[0]).toMatchObject({ method: "GET", url: "/redirect_uris.json" });

		const other = await registered(calling);
		const joined = await manage(calling, "PUT", other, { ...body, client_id: other.client_id });
		expect([joined.statusCode, joined.json()]).toMatchObject([200, body]);
		const outside = await registered(calling, { ...aClient, redirect_uris: ["https://evil.test/cb"] });

		const before = await registrationState(calling);
		const claimed = { ...body, redirect_uris: outside.redirect_uris, client_id: outside.client_id };
		const refused = await manage(calling, "PUT", outside, claimed);
		expect([refused.statusCode, refused.json()]).toMatchObject([400, { error: "invalid_client_metadata" }]);
		expect(refused.json().error_description).toContain(
			"sector_identifier_uri leads to a list without the redirect URI https://evil.test/cb",
		);
		expect(await registrationState(calling)).toEqual(before);
		document.shift();
		const bad = await register(calling, body);
		expect([bad.statusCode, bad.json()]).toMatchObject([400, { error: "invalid_client_metadata" }]);
		expect(bad.json().error_description).toContain("sector_identifier_uri");
		expect(await registrationState(calling)).toEqual(before);

		const connections = sector.connections();
		for (const host of [
			`127.0.0.1:${sector.port}`,
			`[::ffff:127.0.0.1]:${sector.port}`,
			`2130706433:${sector.port}`,
			`elsewhere.test:${sector.port}`,
		]) {
			const refused = await register(calling, { ...body, sector_identifier_uri: `https://${host}/redirect_uris.json` });
			expect([refused.statusCode, refused.json().error]).toEqual([400, "invalid_client_metadata"]);
		}
		expect(sector.connections()).toBe(connections);
		expect(await registrationState(calling)).toEqual(before);
	});

	test("DR-02 what is named for later is not called at registration", async () => {
		await using maker = await openStranger((_, response) => response.end("{}"), { tls: true });
		const at = (path: string) => `https://rp.example:${maker.port}${path}`;
		const file = { registration: { dynamic: "open" }, outbound: { ca: "/rp.pem", allow: [`rp.example:${maker.port}`] } };
		await using calling = await openHouse({ file, files: { "/rp.pem": certificate }, outbound: { lookup: async () => ["127.0.0.1"] } });
		const body = {
			jwks_uri: at("/jwks"),
			backchannel_logout_uri: at("/logout"),
			request_uris: [at("/r#x")],
			tos_uri: at("/tos"),
			policy_uri: at("/policy"),
		};
		await registered(calling, { ...aClient, ...body });
		expect(maker.connections()).toBe(0);
	});
});

describe("bodies", () => {
	test.each([
		["text", "hello"],
		["nothing", ""],
		["half an object", '{"redirect_uris": ['],
		["a list", "[]"],
		["null", "null"],
		["a number", "1"],
		["two objects", "{}{}"],
		["a form", "redirect_uris=https%3A%2F%2Fmaker.test%2Fcb"],
	])("PG-10 %s is 400", async (_, body) => {
		await expectUnfit(body, "body");
	});

	test("PG-10 another type, charset or coding of the body is 400", async () => {
		for (const type of [
			"application/x-www-form-urlencoded",
			"text/plain",
			"multipart/form-data; boundary=x",
			"application/json; charset=latin1",
		]) {
			const answer = await register(house, aClient, { "content-type": type });
			expect([type, answer.statusCode, answer.json().error]).toEqual([type, 400, "invalid_client_metadata"]);
		}
		expect((await register(house, aClient, { "content-type": "application/json; charset=UTF-8" })).statusCode).toBe(201);
	});

	test("PG-10 10 MB is 413, and nesting ends at 32", async () => {
		const before = await registrationState(house);
		const answer = await register(house, { ...aClient, pad: "x".repeat(10_000_000) });
		expect([answer.statusCode, answer.json().error]).toEqual([413, "content_too_large"]);
		const nested = (depth: number) =>
			`{"client_name":"Deep","redirect_uris":["https://maker.test/cb"],"pad":${"[".repeat(depth)}${"]".repeat(depth)}}`;
		expect((await register(house, nested(32))).statusCode).toBe(400);
		expect((await register(house, nested(30_000))).statusCode).toBe(400);
		expect(await registrationState(house)).toEqual(before);
		expect((await register(house, nested(31))).statusCode).toBe(201);
		expect(
			(await register(house, `{"client_name":"Deep","redirect_uris":["https://maker.test/cb"],"pad":"${"[{".repeat(40)}\\"["}`)).statusCode,
		).toBe(201);
		// Brackets in a text are text, also behind a quotation mark that does not end it.
		const client_name = `Maker "${"[".repeat(40)}\\"`;
		expect((await registered(house, { ...aClient, client_name }))["client_name"]).toBe(client_name);
	});

	test("PG-10 prototypes stay clean", async () => {
		const body = `{"__proto__":{"first_party":true,"client_name":"Polluted"},"constructor":{"prototype":{"reviewed":true}},"redirect_uris":["https://maker.test/cb"],
			"jwks":{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","__proto__":{"polluted":true}}]}}`;
		const client = await registered(house, body);
		expect(client).not.toHaveProperty("client_name");
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
		expect(house.gatehouse.ground.registry().clients.get(client.client_id)).toMatchObject({ firstParty: false, reviewed: false });
	});
});

describe("DR-01 who may register", () => {
	const unauthorized = async (one: House, headers: Record<string, string>, challenge: RegExp) => {
		const before = await registrationState(one);
		const answer = await register(one, aClient, headers);
		expect([answer.statusCode, answer.json().error]).toEqual([401, "invalid_token"]);
		expect(answer.headers["www-authenticate"]).toMatch(challenge);
		expect(answer.headers["cache-control"]).toBe("no-store");
		expect(await registrationState(one)).toEqual(before);
	};
	const plain = /^Bearer realm="https:\/\/auth\.company\.test"$/;
	const wrong = /^Bearer realm="https:\/\/auth\.company\.test", error="invalid_token"/;

	test("DR-01 nobody while it is off, which it is unless said: 401, whatever is sent, and nothing happens", async () => {
		await using off = await openHouse();
		await unauthorized(off, {}, plain);
		const { token } = await initialToken(off);
		await unauthorized(off, bearer(token), wrong);
		const nonsense = await register(off, "nonsense", { "content-type": "text/plain" });
		expect(nonsense.statusCode).toBe(401);
	});

	test("DR-01 whoever was given a token, as often as it says, and only while it lives", async () => {
		await using closed = await openRegistration({ dynamic: "token" });
		await unauthorized(closed, {}, plain);
		const { token, id } = await initialToken(closed, 2);
		for (const other of ["x", token.slice(0, -1), `${token}=`, token.toUpperCase(), `${token.slice(0, 22)}${"A".repeat(42)}`])
			await unauthorized(closed, bearer(other), wrong);
		await unauthorized(closed, { authorization: `Basic ${token}` }, plain);
		const bad = await register(closed, { redirect_uris: ["x"] }, bearer(token));
		expect(bad.statusCode).toBe(400);

		const client = await registered(closed, aClient, bearer(token));
		expect(await closed.gatehouse.ground.store.registrations.find(client.client_id)).toMatchObject({
			registration: { registrationTokenId: id },
		});
		await registered(closed, aClient, { authorization: `bearer ${token}` });
		await unauthorized(closed, bearer(token), wrong);

		const short = await initialToken(closed, 5, 60_000);
		await registered(closed, aClient, bearer(short.token));
		closed.wait(60_000);
		await unauthorized(closed, bearer(short.token), wrong);
		// Nothing of what it brings is looked at, and nothing called that it names.
		expect((await register(closed, { redirect_uris: ["x"] }, bearer(short.token))).statusCode).toBe(401);

		const revoked = await initialToken(closed, 5);
		await closed.gatehouse.ground.store.registrations.revokeToken(revoked.id, closed.now(), []);
		await unauthorized(closed, bearer(revoked.token), wrong);
	});

	test("DR-01 of parallel uses of one token so many win as it has uses", async () => {
		await using closed = await openRegistration({ dynamic: "token" });
		const { token } = await initialToken(closed, 3);
		const answers = await Promise.all(Array.from({ length: 12 }, () => register(closed, aClient, bearer(token))));
		expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(3);
		expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(9);
		expect(await closed.gatehouse.ground.store.registrations.count()).toBe(3);
	});

	test("a token that is sent where everybody may register is judged all the same", async () => {
		await unauthorized(house, bearer("x"), wrong);
		const { token } = await initialToken(house);
		await registered(house, aClient, bearer(token));
		await unauthorized(house, bearer(token), wrong);
	});

	test("the log and the events name no token and no secret", async () => {
		const { token } = await initialToken(house);
		const client = await registered(house, aClient, bearer(token));
		await register(house, aClient, bearer(token));
		await manage(house, "PUT", client, { ...aClient, client_id: client.client_id, client_secret: "wrong" });
		const told = JSON.stringify([house.log, await house.gatehouse.ground.store.events.list({ limit: 1_000 })]);
		for (const secret of [token, client.client_secret, client.registration_access_token]) expect(told).not.toContain(secret);
		expect(told).toContain(client.client_id);
	});

	test("AD-09 nothing that the store holds works as a token or a secret", async () => {
		const { token, id } = await initialToken(house);
		const client = await registered(house);
		const { registrations, clients: rows } = house.gatehouse.ground.store;
		const kept = JSON.stringify(
			[await rows.find(client.client_id), await registrations.find(client.client_id), await registrations.findToken(id)],
			(_, value) =>
				value instanceof Uint8Array || value?.type === "Buffer" ? Buffer.from(value.data ?? value).toString("base64url") : value,
		);
		for (const secret of [token, token.slice(22), client.client_secret, client.registration_access_token])
			expect(kept).not.toContain(secret);
		const hash = Buffer.from((await registrations.find(client.client_id))?.registration.tokenHash ?? []).toString("base64url");
		expect((await manage(house, "GET", client, undefined, hash)).statusCode).toBe(401);
	});
});

describe("limits", () => {
	test("one network registers and changes so much in an hour, and other networks as before", async () => {
		await using small = await openRegistration();
		const { guesses } = small.gatehouse.ground.store;
		const place = {
			kind: "network",
			bucket: small.gatehouse.ground.tokens.macs.bucket("registration", "127.0.0.0/24"),
			limit: 9_999,
			window: 3_600_000,
		} as const;
		const client = await registered(small);
		for (let taken = 1; taken < 2_500; taken += 100)
			await guesses.take(
				Array.from({ length: Math.min(100, 2_500 - taken) }, () => place),
				small.now(),
			);
		for (const answer of [await register(small), await manage(small, "PUT", client, { ...aClient, client_id: client.client_id })]) {
			expect([answer.statusCode, answer.json().error]).toEqual([429, "too_many_requests"]);
			expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
		}
		expect(
			(
				await small.request({
					method: "POST",
					url: "/register",
					remoteAddress: "192.0.2.7",
					headers: { "content-type": "application/json" },
					payload: JSON.stringify(aClient),
				})
			).statusCode,
		).toBe(201);
		small.wait(3_600_000);
		await registered(small);
	});
});

test("a client of the file is managed by the file alone", async () => {
	const answer = await house.request({ url: `/register/${clients.shop.client_id}`, headers: bearer("A".repeat(43)) });
	expect(answer.statusCode).toBe(401);
});

test("a whole flow with PKCE and refresh, by a client that registered itself", async () => {
	const body = { ...aClient, token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"] };
	const client = await registered(house, body);
	const tokens = await signedIn(house, client as never, { scope: "openid profile offline_access" });
	const again = await house.post("/token", {
		grant_type: "refresh_token",
		refresh_token: tokens.refresh_token,
		client_id: client.client_id,
		client_secret: client.client_secret,
	});
	expect(again.statusCode).toBe(200);
});

test("a client that signs registers its keys, gets no secret, and proves itself by what it signs; its keys are judged first", async () => {
	const key = clientKey("RS256");
	const keyless = { ...aClient, token_endpoint_auth_method: "private_key_jwt" };
	await expectUnfit(keyless, "jwks");
	const client = await registered(house, { ...keyless, jwks: { keys: [{ ...key.jwk, use: "sig", alg: "RS256" }] } });
	expect(client).not.toHaveProperty("client_secret");
	const request = requestOf(client as never);
	const browser = house.browser();
	const code = codeOf(await browser.click(await authorize(browser, request), "consent-allow"));
	const redeem = (audience: string) =>
		house.post("/token", {
			grant_type: "authorization_code",
			code,
			redirect_uri: client.redirect_uris[0],
			code_verifier: request.verifier,
			...asserted(key.sign(assertionClaims(client.client_id, audience, house.now()))),
		});
	expect((await redeem(`${issuer}/token`)).json().error, "only where the setting says so").toBe("invalid_client");
	expect((await redeem(issuer)).statusCode).toBe(200);

	await using loose = await openRegistration({ dynamic: "open", legacyAssertionAudience: true });
	const legacy = await registered(loose, { ...keyless, jwks: { keys: [key.jwk] } });
	const answer = await loose.post("/token", {
		grant_type: "authorization_code",
		code: "x",
		...asserted(key.sign(assertionClaims(legacy.client_id, `${issuer}/token`, loose.now()))),
	});
	expect(answer.json().error).toBe("invalid_grant");
});

test("a token is a use: it is noted, so that the client is not taken away for want of one", async () => {
	const client = await registered(house, { ...aClient, token_endpoint_auth_method: "client_secret_post" });
	const lastUsed = async () => (await house.gatehouse.ground.store.registrations.find(client.client_id))?.registration.lastUsedAt;
	const registeredAt = await lastUsed();
	house.wait(5_000);
	await house.post("/token", {
		grant_type: "authorization_code",
		code: "x",
		client_id: client.client_id,
		client_secret: client.client_secret,
	});
	expect(await lastUsed()).toBe(registeredAt);
	await signedIn(house, client as never);
	expect(await lastUsed()).toBe(house.now());
});

test("AZ-17 CA-09 request objects of one who registered itself are waited for among strangers: 64 that hang hold up no operator's client", async () => {
	let reached: () => void = () => {};
	const allReached = new Promise<void>((resolve) => {
		reached = resolve;
	});
	const published = clientKey("ES256", { kid: "published" });
	await using hanging = await openStranger(() => {
		if (hanging.requests.length === 64) reached();
	});
	await using lively = await openStranger((_request, response) => response.end(JSON.stringify({ keys: [published.jwk] })));
	const hosts = Array.from({ length: 16 }, (_, i) => `host-${i}.localhost:${hanging.port}`);
	const remote = { client_id: "remote", token_endpoint_auth_method: "private_key_jwt", jwks_uri: `http://${lively.host}/jwks` };
	await using own = await openHouse({
		file: {
			registration: { dynamic: "open" },
			outbound: { allow: [...hosts, lively.host] },
			clients: [...Object.values(clients), { ...remote, grant_types: ["client_credentials"], scope: "crm.read" }],
		},
		outbound: { deadline: () => new AbortController().signal },
	});
	const request_uris = hosts.map((host) => `http://${host}/object`);
	const { client_id } = await registered(own, { ...aClient, jwks: { keys: [clientKey().jwk] }, request_uris });
	const asked = request_uris.flatMap((request_uri) =>
		Array.from({ length: 4 }, () => own.browser().go(`${issuer}/authorize?${new URLSearchParams({ client_id, request_uri })}`)),
	);
	await allReached;
	const assertion = published.sign(assertionClaims("remote", issuer, own.now()));
	expect((await own.post("/token", { grant_type: "client_credentials", ...asserted(assertion) })).statusCode).toBe(200);
	await hanging[Symbol.asyncDispose]();
	expect(new Set((await Promise.all(asked)).map(({ page }) => page))).toEqual(new Set(["error"]));
});
