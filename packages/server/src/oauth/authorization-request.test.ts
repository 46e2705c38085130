import { type OAuthError, parseParameters, scopeClaims } from "@gatehouse/protocol";
import { describe, expect, test } from "vitest";
import { type AuthorizationRequest, type Client, type ClientRow, registryOf, resolveClient, resolveResource } from "../model/index.ts";
import { validateAuthorizationRequest } from "./authorization-request.ts";

const now = Date.UTC(2026, 10, 21);
const issuer = "https://auth.test";
const crm = resolveResource({ identifier: "https://crm.test", scopes: { "crm.read": "Read", "crm.write": "Write" } });
const orders = resolveResource({ identifier: "https://orders.test", scopes: { "orders.read": "Read" } });
const retired = resolveResource({ identifier: "https://retired.test", scopes: { "retired.read": "Read" }, enabled: false });

const client = (metadata: Partial<ClientRow["metadata"]> = {}): Client =>
	resolveClient({
		id: "app",
		metadata: {
			client_id: "app",
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email offline_access crm.read crm.write orders.read retired.read",
			...metadata,
		},
		secrets: [],
		managedBy: "file",
		held: false,
		createdAt: now,
		updatedAt: now,
	});

/** A client that sees people by other names. */
const elsewhere = { ...client({ subject_type: "pairwise", redirect_uris: ["https://elsewhere.test/cb"] }), id: "elsewhere" };
const registry = registryOf(1, [elsewhere], [crm, orders, retired]);

const right = {
	response_type: "code",
	scope: "openid",
	code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	code_challenge_method: "S256",
};
const hints: Readonly<Record<string, { readonly sub: string; readonly aud: string }>> = {
	"of-alice": { sub: "alice", aud: "gone" },
	"of-alice-elsewhere": { sub: "alice-elsewhere", aud: "elsewhere" },
};

function validate(fields: Readonly<Record<string, string | undefined>> = {}, of = client(), more = ""): AuthorizationRequest {
	const all = Object.entries({ ...right, ...fields }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
	const parameters = parseParameters(`${new URLSearchParams(all)}${more}`);
	const ground = { issuer, registry: () => registry, verifyIdTokenHint: (token: string) => hints[token] };
	return validateAuthorizationRequest(parameters, of, "https://app.test/cb", ground, now);
}

/** The code that a request is refused with. */
function refusal(fields: Readonly<Record<string, string | undefined>>, of = client(), more = ""): string {
	try {
		validate(fields, of, more);
	} catch (error) {
		return (error as OAuthError).code;
	}
	return "accepted";
}

describe("a request that is right", () => {
	test("as little as it may be", () => {
		const request = validate();
		expect(request).toEqual({
			client: expect.objectContaining({ id: "app" }),
			redirectUri: "https://app.test/cb",
			responseMode: "query",
			scope: ["openid"],
			requestedScope: ["openid"],
			resourceNamed: false,
			claimScope: [],
			prompt: new Set(),
			hinted: [],
			codeChallenge: right.code_challenge,
		});
		expect(Object.isFrozen(request)).toBe(true);
	});

	test("as much as it may be", () => {
		const claims = '{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}';
		const request = validate({
			scope: "openid profile crm.read",
			state: "s",
			nonce: "n",
			response_mode: "form_post",
			prompt: "login consent",
			max_age: "60",
			login_hint: "alice",
			id_token_hint: "of-alice",
			claims,
			ui_locales: "de en",
			display: "page",
		});
		expect(request).toMatchObject({
			responseMode: "form_post",
			state: "s",
			nonce: "n",
			prompt: new Set(["login", "consent"]),
			maxAge: 60,
			loginHint: "alice",
			hinted: [{ subjects: ["alice"], client: {} }],
			uiLocales: "de en",
			claims: { id_token: { email: null }, userinfo: { name: { essential: true } } },
			claimScope: ["email"],
		});
	});
});

test("faults are found in the order of the specifications: the first one is told", () => {
	const wrong = {
		response_type: "token",
		response_mode: "fragment",
		scope: "nothing",
		code_challenge: undefined,
		prompt: "none login",
		registration: "{}",
	};
	const order: string[] = [];
	let fields: Record<string, string | undefined> = wrong;
	for (const [name, value] of [
		["registration", undefined],
		["response_type", "code"],
		["response_mode", "query"],
		["scope", "openid"],
		["code_challenge", right.code_challenge],
		["prompt", "none"],
	] as const) {
		order.push(refusal(fields));
		fields = { ...fields, [name]: value };
	}
	expect(order).toEqual([
		"registration_not_supported",
		"unsupported_response_type",
		"invalid_request",
		"invalid_scope",
		"invalid_request",
		"invalid_request",
	]);
	expect(refusal(fields)).toBe("accepted");
});

describe("response_type and response_mode (RFC 6749 §4.1.1, OAuth 2.0 Multiple Response Types §2.1)", () => {
	test.each([
		[{ response_type: undefined }, "invalid_request"],
		[{ response_type: "token" }, "unsupported_response_type"],
		[{ response_type: "code id_token" }, "unsupported_response_type"],
		[{ response_mode: "query" }, "accepted"],
		[{ response_mode: "form_post" }, "accepted"],
		[{ response_mode: "fragment" }, "invalid_request"],
	])("%j: %s", (fields, outcome) => {
		expect(refusal(fields)).toBe(outcome);
	});

	test("a client without the grant is told so (RFC 6749 §4.1.2.1)", () => {
		expect(refusal({}, client({ grant_types: ["client_credentials"] }))).toBe("unauthorized_client");
	});
});

describe("scope and resource (RFC 6749 §3.3, RFC 8707 §2.1)", () => {
	const scopes = (fields: Record<string, string | undefined>, more = "", of = client()) => {
		const { scope, requestedScope, resourceNamed } = validate(fields, of, more);
		return [scope.join(" "), requestedScope.join(" "), resourceNamed];
	};

	test("absent: what the client registered, but for offline_access and what an API that is switched off would have", () => {
		const all = "openid profile email crm.read crm.write orders.read";
		expect(scopes({ scope: undefined })).toEqual([all, `${all} retired.read`, false]);
	});

	test("resource narrows what is granted, and not what was asked for", () => {
		const scope = "openid profile crm.read orders.read";
		expect(scopes({ scope }, "&resource=https://crm.test")).toEqual(["openid profile crm.read", scope, true]);
		expect(scopes({ scope }, "&resource=https://crm.test&resource=https://orders.test")).toEqual([scope, scope, true]);
		expect(scopes({ scope }, `&resource=${issuer}`)).toEqual(["openid profile", scope, true]);
	});

	test.each([
		["&resource=https://nobody.test", "openid"],
		["&resource=https://crm.test", "openid orders.read"],
		["&resource=https://retired.test", "openid retired.read"],
		[`&resource=${issuer}`, "crm.read"],
		["&resource=https://crm.test&resource=https://orders.test", "openid crm.read"],
	])("invalid_target: %s for %s", (more, scope) => {
		expect(refusal({ scope }, client(), more)).toBe("invalid_target");
	});

	test.each(["profile", "offline_access", "email profile", " ", "retired.read", "openid unknown", "openid \u00e9"])(
		"invalid_scope: %j",
		(scope) => {
			expect(refusal({ scope })).toBe("invalid_scope");
		},
	);

	test("offline_access is left out where it may not be had (OpenID Connect Core §11)", () => {
		expect(scopes({ scope: "openid offline_access" })).toEqual(["openid offline_access", "openid offline_access", false]);
		for (const metadata of [{ grant_types: ["authorization_code"] }, { scope: "openid" }])
			expect(scopes({ scope: "openid offline_access" }, "", client(metadata))).toEqual(["openid", "openid", false]);
	});
});

describe("PKCE (RFC 7636 §4.3, RFC 9700 §2.1.1)", () => {
	const without = { code_challenge: undefined, code_challenge_method: undefined };
	test.each([
		["a public client", { token_endpoint_auth_method: "none" }, "invalid_request"],
		["a confidential client", {}, "invalid_request"],
		["an exempted confidential client", { require_pkce: false }, "accepted"],
		["a public client that says it is exempted", { token_endpoint_auth_method: "none", require_pkce: false }, "invalid_request"],
	])("%s without a challenge (%j): %s", (_what, metadata, outcome) => {
		expect(refusal(without, client(metadata))).toBe(outcome);
		for (const wrong of [
			{ ...without, code_challenge_method: "S256" },
			{ code_challenge_method: "plain" },
			{ code_challenge_method: undefined },
			{ code_challenge: "short" },
		])
			expect(refusal(wrong, client(metadata))).toBe("invalid_request");
		expect(refusal({}, client(metadata))).toBe("accepted");
	});
});

describe("hints (OpenID Connect Core §3.1.2.1, §3.1.2.2)", () => {
	const demand = (sub: unknown) => JSON.stringify({ id_token: { sub: { value: sub } } });
	test.each([
		[{ id_token_hint: "of-nobody" }, "invalid_request"],
		[{ claims: demand("bob"), id_token_hint: "of-alice" }, "invalid_request"],
		[{ claims: demand(7) }, "invalid_request"],
		[{ claims: "[]" }, "invalid_request"],
		[{ max_age: "-1" }, "invalid_request"],
		[{ max_age: "NaN" }, "invalid_request"],
		[{ prompt: "none consent" }, "invalid_request"],
		[{ prompt: "create" }, "invalid_request"],
	])("%j: %s", (fields, outcome) => {
		expect(refusal(fields)).toBe(outcome);
	});

	test("one person is named by the hint, by claims, or by both alike", () => {
		const subjects = (fields: Readonly<Record<string, string>>) => validate(fields).hinted.map((hint) => hint.subjects);
		expect(subjects({ id_token_hint: "of-alice" })).toEqual([["alice"]]);
		expect(subjects({ claims: demand("alice") })).toEqual([["alice"]]);
		expect(subjects({ id_token_hint: "of-alice", claims: demand("alice") })).toEqual([["alice"], ["alice"]]);
		expect(subjects({ claims: '{"id_token":{"sub":{"values":["bob","alice"]}}}' })).toEqual([["bob", "alice"]]);
		expect(subjects({ claims: '{"id_token":{"sub":null},"userinfo":{"sub":{"value":"bob"}}}' })).toEqual([]);
	});

	test("whose word a hint is, the client says that it was made for; names of two sectors do not contradict each other", () => {
		expect(validate({ id_token_hint: "of-alice-elsewhere", claims: demand("alice") }).hinted).toEqual([
			{ subjects: ["alice-elsewhere"], client: expect.objectContaining({ sector: "elsewhere.test" }) },
			{ subjects: ["alice"], client: expect.objectContaining({ id: "app" }) },
		]);
		expect(refusal({ id_token_hint: "of-alice-elsewhere", claims: demand("alice") }, elsewhere)).toBe("invalid_request");
	});

	test.each([
		["no value", { essential: true }, "accepted"],
		["the value that is reached", { essential: true, value: "1" }, "accepted"],
		["one of several that is reached", { essential: true, values: ["gold", "1"] }, "accepted"],
		["another value, as a wish", { value: "gold" }, "accepted"],
		["another value, not essential by its word", { essential: false, values: ["gold"] }, "accepted"],
		["no values at all", { essential: true, values: [] }, "accepted"],
		["another value", { essential: true, value: "gold" }, "unmet_authentication_requirements"],
		["other values", { essential: true, values: ["2", "gold", ""] }, "unmet_authentication_requirements"],
		["a value of another kind", { essential: true, value: 1 }, "unmet_authentication_requirements"],
	] as const)("I11 an essential acr with %s (OpenID Connect Core §5.5.1.1)", (_what, wish, outcome) => {
		expect(refusal({ claims: JSON.stringify({ id_token: { acr: wish } }) })).toBe(outcome);
		expect(refusal({ claims: JSON.stringify({ userinfo: { acr: wish } }) })).toBe("accepted");
	});

	test("default_max_age stands in for max_age (OpenID Connect Registration §2)", () => {
		expect(validate({}, client({ default_max_age: 600 })).maxAge).toBe(600);
		expect(validate({ max_age: "5" }, client({ default_max_age: 600 })).maxAge).toBe(5);
		expect(validate({ max_age: "0" }, client({ default_max_age: 600 })).maxAge).toBe(0);
	});

	test("a claim is covered by the scope that names it, as far as the client registered it", () => {
		for (const [scope, names] of Object.entries(scopeClaims)) {
			for (const name of names) {
				const { claims, claimScope } = validate({ claims: JSON.stringify({ userinfo: { [name]: null } }) });
				const registered = client().scope.has(scope);
				expect(Object.keys(claims?.userinfo ?? {}), name).toEqual(registered ? [name] : []);
				expect(claimScope, name).toEqual(registered ? [scope] : []);
			}
		}
	});
});

test("AZ-10 whatever came twice is named, in characters that an error_description may hold (RFC 6749 §4.1.2.1)", () => {
	expect(() => validate({}, client(), "&state=1&state=2")).toThrow("`state` was sent more than once");
	expect(() => validate({}, client(), "&a%22%0d%0a%5c%c3%a9=1&a%22%0d%0a%5c%c3%a9=2")).toThrow("`a?????` was sent more than once");
});
