import dns from "node:dns";
import net from "node:net";
import { signingAlgorithms } from "@gatehouse/protocol";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Browser } from "./browser.ts";
import { type ClientKey, clientKey, compact } from "./client-key.ts";
import { openCode } from "./family.ts";
import { codeOf, payloadOf, type Request, redeem, requestOf, signedIn } from "./flow.ts";
import { encode, type Fields } from "./form.ts";
import { clients, crm, type House, issuer, ledgerKey, openHouse, orders } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";
import { openStranger, type Stranger } from "./strangers.ts";

const app = (client_id: string, more: object = {}) => ({
	...clients.ledger,
	client_id,
	redirect_uris: [`https://${client_id}.company.test/cb`, `https://${client_id}.company.test/other`],
	...more,
});

/** What stands at the stranger's addresses, by path. */
const documents = new Map<string, string>();
let stranger: Stranger;
let house: House;
let browser: Browser;
let registered: readonly string[];
beforeAll(async () => {
	stranger = await openStranger((request, response) => {
		const document = documents.get(request.url ?? "");
		if (document === undefined) return response.writeHead(404).end();
		if (document.startsWith("http")) return response.writeHead(302, { location: document }).end();
		return response.setHeader("content-type", "application/oauth-authz-req+jwt").end(document);
	});
	const at = (path: string) => `http://${stranger.host}${path}`;
	registered = [
		at("/one"),
		at("/with-fragment#E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
		at("/missing"),
		at("/moved"),
		at("/html"),
		at("/huge"),
	];
	const keys = [...keysByAlg.values()].map(({ jwk }) => jwk);
	house = await openHouse({
		file: {
			outbound: { allow: [stranger.host] },
			clients: [
				...Object.values(clients),
				app("signer", { jwks: { keys }, request_uris: registered }),
				app("strict", { require_signed_request_object: true, request_uris: registered }),
				app("one-algorithm", { jwks: { keys }, request_object_signing_alg: "EdDSA" }),
				{
					...app("public"),
					token_endpoint_auth_method: "none",
					grant_types: ["authorization_code"],
				},
			],
		},
	});
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(async () => {
	await house[Symbol.asyncDispose]();
	await stranger[Symbol.asyncDispose]();
});

const keysByAlg = new Map<string, ClientKey>([
	["ES256", ledgerKey],
	["EdDSA", clientKey("EdDSA", { kid: "ed" })],
	["RS256", clientKey("RS256")],
	["PS256", clientKey("PS256")],
]);

/** The plain request of an app that has an object: what is inside, and where the answer is to go. */
function plain(client: string, fields: Fields = {}): Request {
	return requestOf(clients.ledger, { client_id: client, redirect_uri: `https://${client}.company.test/cb`, ...fields });
}

/** Packs all of a request into an object; `beside` stands beside it, `members` are changed inside. */
function packed(
	request: Request,
	{ beside = {}, members = {}, header = {}, key = ledgerKey }: { beside?: Fields; members?: object; header?: object; key?: ClientKey } = {},
): string {
	const object = key.sign({ ...request.fields, iss: request.fields["client_id"], aud: issuer, ...members }, header);
	return addressOf({ client_id: request.fields["client_id"], response_type: "code", request: object, ...beside });
}
const addressOf = (fields: Fields) => `${issuer}/authorize?${encode(fields)}`;
const seconds = () => Math.floor(house.now() / 1000);
const codeFrom = (shown: Awaited<ReturnType<Browser["go"]>>) => openCode(house, codeOf(shown));

describe("what stands in a signed object is what is asked for (OpenID Connect Core §6.1)", () => {
	test.each([...signingAlgorithms])("signed with %s, everything in it and nothing but the client beside it", async (alg) => {
		const request = plain("signer");
		expectCode(await browser.go(packed(request, { key: keysByAlg.get(alg)!, beside: { response_type: undefined } })), request);
	});

	test("the whole flow: the code is redeemed, the nonce is the one inside", async () => {
		const request = plain("ledger", { redirect_uri: clients.ledger.redirect_uris[0] });
		const code = expectCode(await browser.go(packed(request)), request);
		const tokens = (await redeem(house, request, code)).json();
		expect(payloadOf(tokens.id_token)["nonce"]).toBe(request.fields["nonce"]);
	});

	test("by POST, and where the person signs in first: state, nonce and all the rest come back after the pages", async () => {
		const request = plain("signer", { scope: "openid email", ui_locales: "de" });
		const fresh = house.browser();
		const object = ledgerKey.sign({ ...request.fields });
		const answer = await fresh.send("POST", `${issuer}/authorize`, { client_id: "signer", request: object });
		const page = await fresh.go(String(answer.headers.location));
		expect(page.page).toBe("login");
		expect(page.html).toContain('lang="de"');
		const shown = await fresh.signIn(page, "alice", "correct horse battery staple");
		expectCode(shown, request);
		expect(codeFrom(shown)).toMatchObject({ nonce: request.fields["nonce"], scope: ["openid", "email"] });
	});

	test("I19 it is judged once: one that ends while the person types is answered all the same, and then no more", async () => {
		const request = plain("signer");
		const address = packed(request, { members: { exp: seconds() + 60 } });
		const fresh = house.browser();
		const page = await fresh.go(address);
		house.wait(120_000);
		expectCode(await fresh.signIn(page, "alice", "correct horse battery staple"), request);
		const { redirect_uri, state } = request.fields;
		expectRefusal(await fresh.go(`${address}&${encode({ redirect_uri, state })}`), request, "invalid_request_object");
	});

	test("what is inside wins over what is beside it, and what is only beside it counts too", async () => {
		const request = plain("signer", { scope: "openid email" });
		const { state, nonce, ...members } = request.fields;
		const beside = { state, nonce, scope: "openid profile", redirect_uri: "https://signer.company.test/other" };
		const shown = await browser.go(packed(request, { beside, members: { ...members, state: undefined, nonce: undefined } }));
		expectCode(shown, request);
		expect(codeFrom(shown)).toMatchObject({ nonce, scope: ["openid", "email"] });
	});

	test("numbers, objects and lists are what their texts would be", async () => {
		const request = plain("signer", { scope: "openid crm.read orders.read" });
		const members = {
			max_age: 86_400,
			claims: { id_token: { email: { essential: true } } },
			resource: [crm, orders],
			prompt: null,
			display: "",
		};
		const beside = { prompt: "login", resource: "https://elsewhere.test" };
		const shown = await browser.go(packed(request, { members, beside: { ...beside, prompt: undefined } }));
		expectCode(shown, request);
		expect(codeFrom(shown)).toMatchObject({ scope: ["openid", "crm.read", "orders.read"], resourceNamed: true });
		expect(JSON.parse(codeFrom(shown).claims ?? "{}")).toMatchObject({ id_token: { email: { essential: true } } });
		expectRefusal(await browser.go(packed(request, { members: { max_age: -1 } })), request, "invalid_request");
		expectRefusal(await browser.go(packed(request, { members: { claims: [] } })), request, "invalid_request");
	});

	test("errors of what is inside go where the inside says, with its state", async () => {
		const request = plain("signer", { redirect_uri: "https://signer.company.test/other", scope: "openid nobody.knows" });
		const beside = { redirect_uri: "https://signer.company.test/cb", state: "beside" };
		expectRefusal(await browser.go(packed(request, { beside })), request, "invalid_scope");
		const silent = plain("signer", { prompt: "none" });
		expectRefusal(await house.browser().go(packed(silent)), silent, "login_required");
	});

	test("a redirect URI that is nobody's is an error page, wherever it stands", async () => {
		const evil = plain("signer", { redirect_uri: "https://evil.test/cb" });
		expectErrorPage(await browser.go(packed(evil)));
		expectErrorPage(await browser.go(packed(evil, { beside: { redirect_uri: "https://signer.company.test/cb" } })));
		expectErrorPage(await browser.go(packed(plain("signer", { redirect_uri: undefined }))));
	});

	test("`aud` may be a list with the issuer in it, or absent; so may `iss`; times hold to the second and its skew (D3)", async () => {
		const request = plain("signer");
		for (const members of [
			{ aud: [issuer, "https://other.test"] },
			{ aud: undefined, iss: undefined },
			{ exp: seconds() - 9, nbf: seconds() + 10, iat: seconds() + 10 },
			{ exp: seconds() + 86_400, jti: "1" },
		])
			expectCode(await browser.go(packed(request, { members })), request);
		for (const typ of ["JWT", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"])
			expectCode(await browser.go(packed(request, { header: { typ } })), request);
	});

	test("a public client that has registered a key may sign what it asks for", async () => {
		const request = plain("public");
		expectCode(await browser.go(packed(request)), request);
	});
});

/** What an object must not be, each with its error; its honest twin is the same request, signed right. */
const wrong: readonly (readonly [name: string, change: () => Parameters<typeof packed>[1], error: string])[] = [
	["signed by a stranger", () => ({ key: clientKey("ES256", { kid: "ledger-1" }) }), "invalid_request_object"],
	["signed with a key that is not registered", () => ({ key: clientKey("ES256", { kid: "x" }) }), "invalid_request_object"],
	["expired", () => ({ members: { exp: seconds() - 10 } }), "invalid_request_object"],
	["`exp` as text", () => ({ members: { exp: "9999999999" } }), "invalid_request_object"],
	["`nbf` ahead", () => ({ members: { nbf: seconds() + 11 } }), "invalid_request_object"],
	["`iss` of another client", () => ({ members: { iss: "portal" } }), "invalid_request_object"],
	["`aud` of another issuer", () => ({ members: { aud: "https://other.test" } }), "invalid_request_object"],
	["`aud` a list without the issuer", () => ({ members: { aud: [`${issuer}/token`] } }), "invalid_request_object"],
	["another `client_id` inside", () => ({ members: { client_id: "portal" } }), "invalid_request_object"],
	["another `response_type` inside", () => ({ members: { response_type: "token" } }), "invalid_request_object"],
	["an object in the object", () => ({ members: { request: "a.b.c" } }), "invalid_request_object"],
	["an address in the object", () => ({ members: { request_uri: "https://evil.test/" } }), "invalid_request_object"],
	["an assertion (its `sub` is the client)", () => ({ members: { sub: "signer" } }), "invalid_request_object"],
	["the `typ` of an assertion", () => ({ header: { typ: "client-authentication+jwt" } }), "invalid_request_object"],
	["`crit`", () => ({ header: { crit: ["exp"] } }), "invalid_request_object"],
	["a text that is no Unicode", () => ({ members: { login_hint: "\ud800" } }), "invalid_request_object"],
	["no JWT", () => ({ beside: { request: "a.b.c" } }), "invalid_request_object"],
	["HS256", () => ({ beside: { request: compact({ alg: "HS256" }, {}, () => Buffer.alloc(32)) } }), "invalid_request_object"],
	["unsigned", () => ({ beside: { request: compact({ alg: "none" }, {}, () => Buffer.alloc(0)) } }), "request_not_supported"],
	["an object and an address", () => ({ beside: { request_uri: registered[0] } }), "invalid_request"],
	["AZ-10 twice", () => ({ beside: { request: ["a.b.c", "a.b.c"] } }), "invalid_request"],
	["AZ-18 10⁴ levels", () => ({ members: { claims: JSON.parse(`${"[".repeat(2_000)}${"]".repeat(2_000)}`) } }), "invalid_request_object"],
	["AZ-18 10⁴ scopes", () => ({ members: { scope: "x ".repeat(10_000) } }), "invalid_request"],
];

describe("AZ-17 AZ-18 an object that is none", () => {
	test.each(wrong)(
		"%s: told to the app at its registered address, on a page without one, and nothing happens",
		async (_name, change, error) => {
			const before = await storeState(house);
			const connections = stranger.connections();
			const request = plain("signer");
			const { redirect_uri, state } = request.fields;
			const { beside = {}, ...rest } = change() ?? {};
			// What would be redirected to by the inside is not believed: the address beside it counts.
			const members = { redirect_uri: "https://signer.company.test/other", state: "inside", ...rest.members };
			expectRefusal(await browser.go(packed(request, { ...rest, members, beside: { redirect_uri, state, ...beside } })), request, error);
			expectErrorPage(await browser.go(packed(request, { ...rest, members, beside })), error);
			expectErrorPage(
				await browser.go(packed(request, { ...rest, members, beside: { ...beside, redirect_uri: "https://evil.test/" } })),
				error,
			);
			expect(await storeState(house)).toEqual(before);
			expect(stranger.connections()).toBe(connections);
			expectCode(await browser.go(packed(request)), request);
		},
	);

	test("AZ-18 `__proto__` and `constructor` in the object are parameters that nobody knows", async () => {
		const request = plain("signer");
		const text = JSON.stringify({ ...request.fields, constructor: { prototype: { state: "x" } } });
		const object = ledgerKey.sign(JSON.parse(`{"__proto__":{"redirect_uri":"https://evil.test/"},${text.slice(1)}`));
		expectCode(await browser.go(addressOf({ client_id: "signer", response_type: "code", request: object })), request);
	});

	test("the one algorithm that the client is registered for", async () => {
		const request = plain("one-algorithm");
		const { redirect_uri, state } = request.fields;
		expectCode(await browser.go(packed(request, { key: keysByAlg.get("EdDSA")! })), request);
		expectRefusal(await browser.go(packed(request, { beside: { redirect_uri, state } })), request, "invalid_request_object");
	});

	test("D7 more than 8 KB in all, by GET and by POST, however little of it is asked for", async () => {
		const request = plain("signer");
		const { redirect_uri, state } = request.fields;
		const long = { redirect_uri, state, junk: "x".repeat(8_000) };
		expectRefusal(await browser.go(packed(request, { beside: long })), request, "invalid_request");
		const object = ledgerKey.sign({ ...request.fields });
		const posted = await browser.send("POST", `${issuer}/authorize`, { client_id: "signer", request: object, ...long });
		expect(String(posted.headers.location)).toContain("error=invalid_request&");
		expect(posted.headers).not.toHaveProperty("set-cookie");
	});
});

describe("`require_signed_request_object`: nothing counts but what was signed (RFC 9101 §6.3)", () => {
	test("parameters beside the object are not looked at", async () => {
		const request = plain("strict", { state: undefined });
		const short = { state: "beside", nonce: "beside", scope: "openid email", prompt: "none", resource: "https://nobody.test" };
		const beside = { ...short, login_hint: "x".repeat(300) };
		const shown = await browser.go(packed(request, { beside }));
		expectCode(shown, request);
		expect(codeFrom(shown)).toMatchObject({ scope: ["openid"], nonce: request.fields["nonce"] });
		const without = plain("strict", { redirect_uri: undefined });
		expectErrorPage(await browser.go(packed(without, { beside: { redirect_uri: "https://strict.company.test/cb" } })));
	});

	test("the client stands in it", async () => {
		const request = plain("strict");
		const { redirect_uri, state } = request.fields;
		const beside = { redirect_uri, state };
		expectRefusal(await browser.go(packed(request, { beside, members: { client_id: undefined } })), request, "invalid_request_object");
	});

	test("a request without an object is refused, at whatever point it comes in", async () => {
		const request = plain("strict");
		expectRefusal(await browser.go(request.url), request, "invalid_request");
		const posted = await browser.send("POST", `${issuer}/authorize`, request.fields);
		expectRefusal(await browser.go(String(posted.headers.location)), request, "invalid_request");
	});

	test("what was unpacked before goes on through the pages, in another language, and after the browser lost its cookies", async () => {
		const request = plain("strict");
		const fresh = house.browser();
		const page = await fresh.go(packed(request));
		const german = await fresh.go(`${page.url.pathname}${page.url.search}&ui_locales=de`);
		expect(german.html).toContain('lang="de"');
		fresh.cookies.clear();
		const again = await fresh.go(german.url.href);
		expect(again.page).toBe("login");
		house.wait(120_000);
		expectCode(await fresh.signIn(again, "alice", "correct horse battery staple"), request);
	});
});

describe("AZ-17 `request_uri`: nothing is called but what is registered, to the letter", () => {
	const by = (request: Request, request_uri: string | undefined, more: Fields = {}) => {
		const { redirect_uri, state } = request.fields;
		return browser.go(
			addressOf({ client_id: request.fields["client_id"], response_type: "code", redirect_uri, state, request_uri, ...more }),
		);
	};

	test("the object is fetched, and its state and nonce come back; again for the next request", async () => {
		for (let i = 0; i < 2; i++) {
			const request = plain("signer");
			documents.set("/one", `${ledgerKey.sign({ ...request.fields, iss: "signer", aud: issuer })}\n`);
			const calls = stranger.requests.length;
			const shown = await by(request, registered[0], { state: "beside", nonce: "beside" });
			expectCode(shown, request);
			expect(codeFrom(shown).nonce).toBe(request.fields["nonce"]);
			expect(stranger.requests.length).toBe(calls + 1);
		}
	});

	test("a fragment is compared, and neither sent nor taken for a hash", async () => {
		const request = plain("signer");
		documents.set("/with-fragment", ledgerKey.sign({ ...request.fields }));
		expectCode(await by(request, registered[1]), request);
		expect(stranger.requests.at(-1)?.url).toBe("/with-fragment");
		expect(stranger.requests.at(-1)?.headers["accept"]).toContain("application/oauth-authz-req+jwt");
		const calls = stranger.requests.length;
		expectRefusal(await by(request, registered[1]?.split("#")[0]), request, "request_uri_not_supported");
		expectRefusal(await by(request, `${registered[0]}#x`), request, "request_uri_not_supported");
		expect(stranger.requests.length).toBe(calls);
	});

	test.each(["strict", "signer"])("pages and the second run do not fetch it again (%s)", async (client_id) => {
		const request = plain(client_id);
		documents.set("/one", ledgerKey.sign({ ...request.fields }));
		const fresh = house.browser();
		const calls = stranger.requests.length;
		const page = await fresh.go(addressOf({ client_id, request_uri: registered[0] }));
		documents.delete("/one");
		expectCode(await fresh.signIn(page, "alice", "correct horse battery staple"), request);
		expect(stranger.requests.length).toBe(calls + 1);
	});

	test.each([
		["is not there", 2, "invalid_request_uri"],
		["redirects to what would be good", 3, "invalid_request_uri"],
		["is a page", 4, "invalid_request_uri"],
		["is longer than 8 KB", 5, "invalid_request_uri"],
	])("what %s: invalid_request_uri", async (_name, index, error) => {
		const request = plain("signer");
		const good = ledgerKey.sign({ ...request.fields });
		documents
			.set("/one", good)
			.set("/moved", registered[0] ?? "")
			.set("/html", "<html></html>")
			.set("/huge", `${good}${" ".repeat(10_000)}`);
		expectRefusal(await by(request, registered[index]), request, error);
		expectErrorPage(await by(request, registered[index], { redirect_uri: undefined }), error);
		expectCode(await by(request, registered[0]), request);
	});

	test("unsigned, or signed by a stranger, it is refused like any other", async () => {
		const request = plain("signer");
		documents.set(
			"/one",
			compact({ alg: "none" }, { ...request.fields }, () => Buffer.alloc(0)),
		);
		expectRefusal(await by(request, registered[0]), request, "request_uri_not_supported");
		documents.set("/one", clientKey().sign({ ...request.fields }));
		expectRefusal(await by(request, registered[0]), request, "invalid_request_object");
	});

	test("AZ-17 no connection is made, and no name looked up, for anything else", async () => {
		const [connect, lookup] = [vi.spyOn(net.Socket.prototype, "connect"), vi.spyOn(dns, "lookup")];
		const others = [
			"https://evil.test/request.jwt",
			"http://169.254.169.254/latest/meta-data/",
			"file:///etc/passwd",
			"urn:ietf:params:oauth:request_uri:guessed",
			`http://localhost:${stranger.port}/one`,
			`${registered[0]}/`,
			`${registered[0]}?`,
			`${registered[0]} `,
			registered[0]?.toUpperCase(),
			registered[0]?.replace("127.0.0.1", "127.1"),
		];
		for (const uri of others) {
			const request = plain("signer");
			expectRefusal(await by(request, uri), request, "request_uri_not_supported");
		}
		expectRefusal(
			await by(plain("signer", { state: "s" }), registered[0], { scope: ["openid", "openid"] }),
			plain("signer", { state: "s" }),
			"invalid_request",
		);
		// That of another client is none of this one's.
		const request = plain("ledger", { redirect_uri: clients.ledger.redirect_uris[0] });
		expectRefusal(await by(request, registered[0]), request, "request_uri_not_supported");
		expect(connect).not.toHaveBeenCalled();
		expect(lookup).not.toHaveBeenCalled();
		vi.restoreAllMocks();
	});
});
