import { scopeClaims } from "@gatehouse/protocol";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grantIdOf, openCode, stateOf } from "./family.ts";
import { authorize, codeOf, payloadOf, refresh, requestOf, signedIn, token } from "./flow.ts";
import { clients, crm, type House, issuer, openHouse, password } from "./house.ts";

let house: House;
let browser: ReturnType<House["browser"]>;
beforeAll(async () => {
	house = await openHouse();
	browser = house.browser();
});
afterAll(() => house[Symbol.asyncDispose]());

const ask = (options: Omit<InjectOptions, "url"> & { readonly url?: string }) => house.request({ url: "/userinfo", ...options });
const bearer = (text: string, scheme = "Bearer") => ask({ headers: { authorization: `${scheme} ${text}` } });
const form = "application/x-www-form-urlencoded";
const posted = (payload: string, headers: Record<string, string> = {}) =>
	ask({ method: "POST", headers: { "content-type": form, ...headers }, payload });

/** Expects a refusal of RFC 6750 §3: the status, the challenge with its error, and no claim of anybody. */
function expectChallenged(answer: LightMyRequestResponse, error: "invalid_token" | "insufficient_scope" | "invalid_request"): void {
	const status = { invalid_token: 401, insufficient_scope: 403, invalid_request: 400 }[error];
	expect({ status: answer.statusCode, error: answer.json().error }, answer.body).toEqual({ status, error });
	expect(answer.headers["www-authenticate"]).toMatch(
		new RegExp(`^Bearer realm="${issuer}", error="${error}", error_description="[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]+"`),
	);
	expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
	expect(Object.keys(answer.json())).toEqual(["error", "error_description", "trace_id"]);
}

/** Expects the challenge of a request that showed no token at all: the scheme alone (RFC 6750 §3.1). */
function expectAskedForToken(answer: LightMyRequestResponse): void {
	expect(answer.statusCode).toBe(401);
	expect(answer.headers["www-authenticate"]).toBe(`Bearer realm="${issuer}"`);
	expect(Object.keys(answer.json())).toEqual(["error", "error_description", "trace_id"]);
}

async function expectHonest(accessToken: string): Promise<void> {
	const answer = await bearer(accessToken);
	expect(answer.statusCode, answer.body).toBe(200);
	expect(answer.json().sub).toBe(payloadOf(accessToken)["sub"]);
}

describe("what userinfo says", () => {
	const claims: readonly (readonly [scope: string, names: readonly string[]])[] = [
		["openid", []],
		["openid profile", ["family_name", "given_name", "name", "preferred_username", "updated_at"]],
		["openid email", ["email", "email_verified"]],
		["openid address", ["address"]],
		["openid phone", ["phone_number", "phone_number_verified"]],
		["openid groups", ["groups"]],
		["openid offline_access", []],
		["openid crm.read", []],
	];
	test.each(claims)("OIDC Core §5.4 %s", async (scope, names) => {
		const { access_token } = await signedIn(house, clients.shop, { scope }, browser);
		const answer = await bearer(access_token);
		expect(answer.statusCode, answer.body).toBe(200);
		expect(Object.keys(answer.json()).sort()).toEqual([...names, "sub"].sort());
		expect(answer.json().sub).toBe(payloadOf(access_token)["sub"]);
		expect(answer.headers).toMatchObject({ "cache-control": "no-store" });
	});

	test("what a person has not is left out, never null; a refresh narrows what is said", async () => {
		const bob = await signedIn(house, clients.shop, { scope: "openid profile email phone address groups" }, house.browser(), "bob");
		expect(Object.keys((await bearer(bob.access_token)).json()).sort()).toEqual([
			"email",
			"name",
			"preferred_username",
			"sub",
			"updated_at",
		]);
		const narrowed = await refresh(house, clients.shop, bob.refresh_token, { scope: "openid email" });
		expect(Object.keys((await bearer(narrowed.json().access_token)).json()).sort()).toEqual(["email", "sub"]);
	});

	test("OIDC Core §5.1 every standard claim can be declared, goes to the scope that it belongs to, and is of its type", async () => {
		const everything = {
			name: "Eve Example",
			given_name: "Eve",
			family_name: "Example",
			middle_name: "M.",
			nickname: "evie",
			preferred_username: "eve.example",
			profile: "https://people.company.test/eve",
			picture: "https://people.company.test/eve.png",
			website: "https://eve.example",
			gender: "female",
			birthdate: "1990-01-31",
			zoneinfo: "Europe/Paris",
			locale: "fr-CA",
			email: "eve@company.test",
			email_verified: true,
			phone_number: "+33 1 23 45 67 89",
			phone_number_verified: true,
			address: {
				formatted: "Rue 1\n75000 Paris\nFrance",
				street_address: "Rue 1",
				locality: "Paris",
				region: "IDF",
				postal_code: "75000",
				country: "France",
			},
			updated_at: 1_795_000_000,
		};
		const nobody = { username: "nobody", password, address: {} };
		await using own = await openHouse({ file: { users: [{ username: "eve", password, ...everything }, nobody] } });
		const told = async (scope: string, username = "eve") => {
			const { access_token } = await signedIn(own, clients.shop, { scope }, own.browser(), username);
			const { sub, ...claims } = (await own.request({ url: "/userinfo", headers: { authorization: `Bearer ${access_token}` } })).json();
			expect(sub).toBe(payloadOf(access_token)["sub"]);
			return claims;
		};
		expect(await told("openid profile email address phone")).toEqual(everything);
		for (const [scope, names] of Object.entries(scopeClaims))
			if (scope !== "groups") expect(Object.keys(await told(`openid ${scope}`)).sort(), scope).toEqual([...names].sort());
		// Nothing is told as null or as empty.
		expect(await told("openid profile email address phone groups", "nobody")).toEqual({
			preferred_username: "nobody",
			updated_at: own.now() / 1000,
		});
	});

	test("OIDC Core §5.3.1: GET and POST, in the header and in the form body; the scheme in any letters", async () => {
		const { access_token } = await signedIn(house, clients.shop, { scope: "openid email" }, browser);
		const answers = await Promise.all([
			bearer(access_token),
			bearer(access_token, "bearer"),
			bearer(access_token, "BEARER"),
			ask({ method: "POST", headers: { authorization: `Bearer ${access_token}` } }),
			posted("", { authorization: `Bearer ${access_token}` }),
			posted(`access_token=${access_token}`),
			posted(`a=b&access_token=${access_token}`, { "content-type": `${form};charset=UTF-8` }),
		]);
		for (const answer of answers)
			expect({ status: answer.statusCode, email: answer.json().email }).toEqual({ status: 200, email: "alice@company.test" });
		const head = await ask({ method: "HEAD", headers: { authorization: `Bearer ${access_token}` } });
		expect({ status: head.statusCode, body: head.body }).toEqual({ status: 200, body: "" });
	});
});

describe("IR-06: what userinfo refuses", () => {
	test("IR-06 an ID token, a refresh token, a code, a cookie, words", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		const code = codeOf(await authorize(browser, requestOf(clients.portal)));
		const before = await stateOf(house, grantIdOf(tokens.access_token));
		const session = browser.cookies.get("__Host-gatehouse")!;
		for (const text of [tokens.id_token, tokens.refresh_token, code, session, "unknown", "a.b.c", "..", "null", "x".repeat(9_000)])
			expectChallenged(await bearer(text), "invalid_token");
		expect(await stateOf(house, grantIdOf(tokens.access_token))).toEqual(before);
		expect(await house.gatehouse.ground.store.grants.find(openCode(house, code).grantId)).toBeUndefined();
		await expectHonest(tokens.access_token);
	});

	test("IR-06 TK-18 an altered or otherwise spelt access token", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		const [header = "", payload = "", signature = ""] = access_token.split(".");
		const unsigned = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
		for (const text of [
			`${header}.${payload}.`,
			`${header}.${payload}`,
			`${unsigned}.${payload}.`,
			`${unsigned}.${payload}.${signature}`,
			`${header}.${payload}.${signature}=`,
			`${header}.${payload}=.${signature}`,
			`${header}.${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`,
			`${header}.${Buffer.from(JSON.stringify({ ...payloadOf(access_token), sub: "someone" })).toString("base64url")}.${signature}`,
			access_token.toUpperCase(),
		])
			expectChallenged(await bearer(text), "invalid_token");
		expectChallenged(await posted(`access_token=${access_token}%20`), "invalid_token");
		expectChallenged(await posted(`access_token=${access_token}%0A`), "invalid_token");
		await expectHonest(access_token);
	});

	test("IR-06 expired, to the second", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		house.wait(599_999);
		await expectHonest(access_token);
		house.wait(1);
		expectChallenged(await bearer(access_token), "invalid_token");
	});

	test("IR-06 another audience: an API's token, a machine's", async () => {
		const ofApi = await signedIn(house, clients.portal, { scope: "openid crm.read", resource: crm }, browser);
		expectChallenged(await bearer(ofApi.access_token), "invalid_token");
		const machine = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		expectChallenged(await bearer(machine.json().access_token), "invalid_token");
		const both = await signedIn(house, clients.portal, { scope: "openid crm.read" }, browser);
		expect(payloadOf(both.access_token)["aud"]).toEqual([crm, issuer]);
		await expectHonest(both.access_token);
	});

	test("IR-06 a token in the query is never read, however right it is", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		expectAskedForToken(await ask({ url: `/userinfo?access_token=${access_token}` }));
		expectAskedForToken(
			await ask({ method: "POST", url: `/userinfo?access_token=${access_token}`, headers: { "content-type": form }, payload: "a=b" }),
		);
		expect((await ask({ url: "/userinfo?access_token=wrong", headers: { authorization: `Bearer ${access_token}` } })).statusCode).toBe(200);
	});

	test("IR-06 a refresh narrowed to `email` gives a token that userinfo refuses with 403, and says what is missing", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid email" }, browser);
		const narrowed = (await refresh(house, clients.portal, tokens.refresh_token, { scope: "email" })).json();
		expect(payloadOf(narrowed.access_token)).toMatchObject({ aud: issuer, scope: "email" });
		const answer = await bearer(narrowed.access_token);
		expectChallenged(answer, "insufficient_scope");
		expect(answer.headers["www-authenticate"]).toMatch(/, scope="openid"$/);
		await expectHonest((await refresh(house, clients.portal, narrowed.refresh_token)).json().access_token);
	});

	test("IR-06 no token, another scheme, an empty one: the scheme alone, no error", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		expectAskedForToken(await ask({}));
		expectAskedForToken(await ask({ method: "POST" }));
		expectAskedForToken(await posted(""));
		expectAskedForToken(await posted("access_token="));
		expectAskedForToken(await bearer("cG9ydGFsOng=", "Basic"));
		expectAskedForToken(await ask({ headers: { authorization: "Bearer" } }));
		expectAskedForToken(await ask({ headers: { authorization: access_token } }));
		expectAskedForToken(await ask({ headers: { cookie: `access_token=${access_token}` } }));
		// A body of another type is no form; and a GET has no body.
		expectAskedForToken(
			await ask({ method: "POST", headers: { "content-type": "application/json" }, payload: JSON.stringify({ access_token }) }),
		);
		expectAskedForToken(await ask({ method: "POST", headers: { "content-type": "text/plain" }, payload: `access_token=${access_token}` }));
		await expectHonest(access_token);
	});

	test("IR-06 RFC 6750 §2: one token, one way", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		const header = { authorization: `Bearer ${access_token}` };
		expectChallenged(await posted(`access_token=${access_token}`, header), "invalid_request");
		expectChallenged(await posted("access_token=wrong", header), "invalid_request");
		expectChallenged(await posted(`access_token=${access_token}&access_token=${access_token}`), "invalid_request");
		await expectHonest(access_token);
	});

	test("IR-06 two tokens in one header are none", async () => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		for (const text of [`${access_token} ${access_token}`, `${access_token}, Bearer ${access_token}`, `${access_token},`]) {
			const answer = await bearer(text);
			expect(answer.statusCode).toBe(401);
			expect(answer.json()).not.toHaveProperty("sub");
		}
		await expectHonest(access_token);
	});

	test.each(["PUT", "PATCH", "DELETE"] as const)("%s is 405", async (method) => {
		const { access_token } = await signedIn(house, clients.portal, { scope: "openid profile" }, browser);
		const answer = await ask({ method, headers: { authorization: `Bearer ${access_token}` } });
		expect(answer.statusCode).toBe(405);
		expect(answer.headers["allow"]).toBe("GET, POST");
	});
});
