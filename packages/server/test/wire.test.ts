import { join } from "node:path";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Shown } from "./browser.ts";
import { authorize, clientLike, codeOf, proof, redeem, refresh, requestOf, signedIn, type TestClient, token } from "./flow.ts";
import type { Fields } from "./form.ts";
import { basic, clients, crm, type House, issuer, openHouse, password } from "./house.ts";

/**
 * Everything on the wire is a promise to clients and scripts: a change here is a change that CHANGELOG.md tells of.
 * `npx vitest run packages/server/test/wire.test.ts -u` writes the files anew.
 */
const signed = clientLike(clients.portal, { client_id: "signed", userinfo_signed_response_alg: "ES256" });

let house: House;
let browser: Browser;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), signed] } });
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

async function frozen(name: string, value: unknown): Promise<void> {
	await expect(`${JSON.stringify(value, undefined, "\t")}\n`).toMatchFileSnapshot(join(import.meta.dirname, "golden", `${name}.json`));
}

/** The headers of transport, which say nothing of ours. */
const ofTransport = new Set(["date", "connection", "content-length", "keep-alive", "transfer-encoding"]);

/** An answer without what differs from run to run. */
function still(answer: LightMyRequestResponse): unknown {
	const headers = Object.entries(answer.headers).filter(([name]) => !ofTransport.has(name));
	const json = /^application\/json/.test(String(answer.headers["content-type"]));
	return {
		status: answer.statusCode,
		headers: Object.fromEntries(
			headers.map(([name, value]) => [name, stilled(value)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
		),
		body: json ? stilled(answer.json()) : stilled(answer.body),
	};
}

/** Tokens are shown as what they hold; ids, hashes, secrets and chance as what they are. The clock of the house stands still. */
function stilled(value: unknown, name = ""): unknown {
	if (Array.isArray(value)) return value.map((one) => stilled(one, name));
	if (typeof value === "object" && value !== null)
		return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, stilled(one, member)]));
	if (typeof value !== "string") return value;
	if (/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(value)) {
		const [header = "", payload = ""] = value.split(".");
		const part = (text: string) => stilled(JSON.parse(Buffer.from(text, "base64url").toString()));
		return { header: part(header), payload: part(payload) };
	}
	// What a description says is for developers to read, and may be said better at any time.
	if (name === "error_description") return "(for developers)";
	if (["at_hash", "kid", "n", "x", "y"].includes(name)) return `(${name}, ${value.length} characters)`;
	if (name === "jti") return value.replace(/^[0-9a-f-]{36}\./, "(grant id).").replace(/[\w-]{22}$/, "(22 characters)");
	return value
		.replaceAll(/(?<=error_description=)(?:"[^"]*"|[^"&]+)/g, "(for developers)")
		.replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, "(id)")
		.replaceAll(/\b[0-9a-f]{32}\b/g, "(trace id)")
		.replaceAll(/(?<![\w-])[\w-]{100,}(?![\w-])/g, "(sealed)")
		.replaceAll(/(?<![\w-])[\w-]{70}(?![\w-])/g, "(70 characters)");
}

/** A request whose own values are always the same. */
const fixed = { state: "a state", nonce: "a nonce" };
const request = (client: TestClient, fields: Fields = {}) => requestOf(client, { ...fixed, ...fields });

async function redeemed(client: TestClient, fields: Fields): Promise<LightMyRequestResponse> {
	const asked = request(client, fields);
	return redeem(house, asked, codeOf(await authorize(browser, asked)));
}

test("both discovery documents are one", async () => {
	const [openid, oauth] = await Promise.all([
		house.request({ url: "/.well-known/openid-configuration" }),
		house.request({ url: "/.well-known/oauth-authorization-server" }),
	]);
	expect(oauth.body).toBe(openid.body);
	expect(openid.json().issuer).toBe(issuer);
	await frozen("discovery", still(openid));
});

test("the JWK set: public members alone, each with its algorithm", async () => {
	const answer = await house.request({ url: "/.well-known/jwks.json" });
	const { keys } = answer.json() as { keys: Record<string, string>[] };
	for (const key of keys)
		for (const secret of ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "key_ops"]) expect(key).not.toHaveProperty(secret);
	expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
	const kinds = new Set(keys.map((key) => JSON.stringify(stilled(key))));
	await frozen("jwks", { ...(still(answer) as object), body: { keys: [...kinds].sort().map((kind) => JSON.parse(kind)) } });
});

test("answers of the token endpoint", async () => {
	const whole = await redeemed(clients.shop, { scope: "openid profile email groups crm.read offline_access" });
	const machine = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
	await frozen("token", {
		"a code, one API and openid": still(whole),
		"a code, an API that was named": still(await redeemed(clients.portal, { scope: "openid crm.read", resource: crm })),
		"a code, without openid": still(await redeemed(clients.portal, { scope: "crm.read" })),
		"a code, a claim of its own": still(await redeemed(clients.portal, { claims: '{"id_token":{"email":null}}', scope: "openid email" })),
		"a code, for a client without refresh tokens": still(await redeemed(clients.legacy, {})),
		"a refresh": still(await refresh(house, clients.shop, whole.json().refresh_token)),
		"client credentials": still(machine),
	});
});

test("refusals of the token endpoint and its neighbours", async () => {
	const asked = request(clients.portal);
	const code = codeOf(await authorize(browser, asked));
	const tokens = (await redeem(house, asked, code)).json();
	const post = (path: string, fields: Fields, headers = {}) => house.post(path, fields, headers);
	const ofPortal = basic(clients.portal);
	await frozen("errors", {
		"no client": still(await post("/token", { grant_type: "authorization_code", code })),
		"a wrong secret": still(await post("/token", { grant_type: "refresh_token" }, { authorization: "Basic cG9ydGFsOng=" })),
		"two methods": still(await post("/token", { client_id: "portal", client_secret: "x" }, ofPortal)),
		"a parameter twice": still(await post("/token", { grant_type: ["a", "b"] }, ofPortal)),
		"no grant type": still(await post("/token", {}, ofPortal)),
		"an unknown grant type": still(await post("/token", { grant_type: "password" }, ofPortal)),
		"a grant type of others": still(await post("/token", { grant_type: "client_credentials" }, ofPortal)),
		"an unknown code": still(await redeem(house, asked, "unknown")),
		"a code twice": still(await redeem(house, asked, code)),
		"a wrong verifier": still(await redeem(house, { ...asked, verifier: "x".repeat(43) }, codeOf(await authorize(browser, asked)))),
		"an unknown refresh token": still(await refresh(house, clients.portal, "unknown")),
		"a refresh token that has ended": still(await refresh(house, clients.portal, tokens.refresh_token)),
		"a scope of others": still(await token(house, clients.night, { grant_type: "client_credentials", scope: "openid" })),
		"no resource where several are possible": still(await token(house, clients.night, { grant_type: "client_credentials" })),
		"parameters in the query": still(await post("/token?a=b", {}, ofPortal)),
		"another method": still(await house.request({ url: "/token" })),
		"a body that is too large": still(await post("/token", { a: "b".repeat(70_000) })),
		"introspection by a public client": still(await post("/introspect", { token: "x", client_id: "shop" })),
		"introspection without a token": still(await post("/introspect", {}, ofPortal)),
		"revocation of another client's token": still(
			await post("/revoke", { token: (await signedIn(house, clients.shop, fixed, browser)).refresh_token }, ofPortal),
		),
		"userinfo without a token": still(await house.request({ url: "/userinfo" })),
		"userinfo with an unknown token": still(await house.request({ url: "/userinfo", headers: { authorization: "Bearer unknown" } })),
		"no such address": still(await house.request({ url: "/nothing" })),
	});
});

test("introspection and revocation", async () => {
	const tokens = (await redeemed(clients.portal, { scope: "openid crm.read" })).json();
	const ask = (client: TestClient, text: string) =>
		house.post("/introspect", { ...proof(client).fields, token: text }, proof(client).headers);
	await frozen("introspection", {
		"an access token, by its API": still(await ask(clients.crmApi, tokens.access_token)),
		"an access token, by its client": still(await ask(clients.portal, tokens.access_token)),
		"a machine's token": still(
			await ask(
				clients.crmApi,
				(await token(house, clients.night, { grant_type: "client_credentials", resource: crm })).json().access_token,
			),
		),
		"a refresh token": still(await ask(clients.portal, tokens.refresh_token)),
		"whatever is not active": still(await ask(clients.analytics, tokens.access_token)),
	});
	await frozen("revocation", still(await house.post("/revoke", { token: tokens.refresh_token }, basic(clients.portal))));
});

test("userinfo", async () => {
	const tokens = (await redeemed(clients.shop, { scope: "openid profile email address phone groups" })).json();
	const headers = { authorization: `Bearer ${tokens.access_token}` };
	const narrowed = (await refresh(house, clients.shop, tokens.refresh_token, { scope: "email" })).json();
	const signing = await signedIn(house, signed, fixed, browser);
	await frozen("userinfo", {
		"signed, for a client that wants it so": still(
			await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${signing.access_token}` } }),
		),
		"every claim": still(await house.request({ url: "/userinfo", headers })),
		"a token narrowed to less than openid": still(
			await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${narrowed.access_token}` } }),
		),
	});
});

test("redirects", async () => {
	const signedInBrowser = house.browser();
	await authorize(signedInBrowser, request(clients.portal));
	const get = (client: TestClient, fields: Fields = {}, by = signedInBrowser) => by.send("GET", request(client, fields).url);
	const fresh = house.browser();
	const login = await fresh.send("GET", request(clients.portal).url);
	const page: Shown = await fresh.go(request(clients.portal).url);
	const submitted = await fresh.send(
		"POST",
		"/login",
		{ ...fresh.hidden(page), username: "alice", password },
		{ "sec-fetch-site": "same-origin" },
	);
	const tokens = await signedIn(house, clients.portal, fixed, house.browser());
	const leaving = house.browser();
	const leaver = await signedIn(house, clients.portal, fixed, leaving);
	const farewell = new URLSearchParams({
		id_token_hint: leaver.id_token,
		post_logout_redirect_uri: clients.portal.post_logout_redirect_uris[0],
		state: "a state",
	});
	await frozen("redirects", {
		"a code": still(await get(clients.portal)),
		"a code, to a redirect URI with a query": still(await get(clients.portal, { redirect_uri: clients.portal.redirect_uris[1] })),
		"an error": still(await get(clients.portal, { scope: "nothing" })),
		"an error without a state": still(await get(clients.portal, { response_type: "token", state: undefined })),
		"nobody is signed in": withoutCookies(still(await get(clients.portal, { prompt: "none" }, house.browser()))),
		"to the sign-in page": withoutCookies(still(login)),
		"back from it": withoutCookies(still(submitted)),
		"signed out, back to the app": withoutCookies(still(await leaving.send("GET", `/end-session?${farewell}`))),
		"nothing to sign out of": withoutCookies(still(await house.browser().send("GET", "/end-session"))),
		"signed out by a hint alone": withoutCookies(still(await tokens.browser.send("GET", `/end-session?id_token_hint=${tokens.id_token}`))),
	});
});

test("cookies", async () => {
	const fresh = house.browser();
	const login = await fresh.send("GET", request(clients.portal).url);
	const page = await fresh.go(request(clients.portal).url);
	const fields = { ...fresh.hidden(page), username: "alice", password };
	const submitted = await fresh.send("POST", "/login", fields, { "sec-fetch-site": "same-origin" });
	const ended = await fresh.click(await fresh.go("/end-session"), "logout-confirm").then(() => fresh.cookies.has("__Host-gatehouse"));
	expect(ended).toBe(false);
	const lines = (answer: LightMyRequestResponse) =>
		[answer.headers["set-cookie"] ?? []].flat().map((line) => line.replace(/^([^=]+)=[^;]+/, (_all, name) => `${name}=(value)`));
	await frozen("cookies", { "the first visit": lines(login), "a sign-in": lines(submitted) });
});

/** Cookies have a file of their own. */
function withoutCookies(answer: unknown): unknown {
	const { headers, ...rest } = answer as { headers: Record<string, unknown> };
	const { "set-cookie": _, ...others } = headers;
	return { ...rest, headers: others };
}
