import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { client } from "../src/config/client.ts";
import type { Fault } from "../src/config/shape.ts";
import { Malformed, members } from "../src/oauth/registration/members.ts";
import type { House } from "./house.ts";
import { aClient, manage, openRegistration, register, registered } from "./registering.ts";

let house: House;
beforeAll(async () => {
	house = await openRegistration();
});
afterAll(() => house[Symbol.asyncDispose]());

const count = () => house.gatehouse.ground.store.registrations.count();
const codes = ["invalid_redirect_uri", "invalid_client_metadata", "unapproved_software_statement"];

/** 201 and a row more, or 400 with a code of RFC 7591 §3.2.2 and no row; never anything else. */
async function judged(body: string): Promise<number> {
	const before = await count();
	const answer = await register(house, body);
	expect([201, 400], answer.body).toContain(answer.statusCode);
	expect(await count()).toBe(before + (answer.statusCode === 201 ? 1 : 0));
	if (answer.statusCode === 201) return 201;
	expect(codes).toContain(answer.json().error);
	expect(answer.json().error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
	return 400;
}

const uri = fc.oneof(
	fc.webUrl({ validSchemes: ["https"] }),
	fc.webUrl(),
	fc.constantFrom("https://maker.test/cb", "com.maker.app:/cb", "http://127.0.0.1/cb", "javascript:alert(1)", "https://10.0.0.1/", "", "*"),
	fc.string({ maxLength: 40 }),
);
const name = fc.constantFrom(...Object.keys(members), "client_id", "first_party", "software_statement", "__proto__", "nonsense");
const fitting = fc.oneof(
	fc.constantFrom<unknown>(
		"web",
		"native",
		"none",
		"client_secret_post",
		"RS256",
		"ES256",
		"none",
		"pairwise",
		"public",
		"openid",
		true,
		false,
		0,
		60,
		null,
	),
	fc.subarray(["authorization_code", "refresh_token", "client_credentials", "implicit"]),
	fc.array(uri, { maxLength: 3 }),
	fc.constant(["code"]),
	fc.record({
		keys: fc.array(fc.record({ kty: fc.constantFrom("RSA", "EC", "oct"), n: fc.string(), d: fc.string() }, { requiredKeys: ["kty"] })),
	}),
	uri,
	fc.jsonValue({ maxDepth: 4 }),
);
const described = fc.dictionary(name, fitting, { maxKeys: 8 });

test("any JSON is registered or refused as RFC 7591 says, and counted accordingly", async () => {
	await fc.assert(
		fc.asyncProperty(fc.json({ maxDepth: 40 }), async (text) => {
			expect(await judged(text)).toBe(400);
		}),
		{ numRuns: 60 },
	);
	let made = 0;
	await fc.assert(
		fc.asyncProperty(described, fc.boolean(), async (about, sound) => {
			if ((await judged(JSON.stringify({ ...about, ...(sound ? { redirect_uris: ["https://maker.test/cb"] } : {}) }))) === 201) made++;
		}),
		{ numRuns: 250 },
	);
	expect(made, "some are registered").toBeGreaterThan(5);
});

test("what is answered can be sent back, and changes nothing", async () => {
	await fc.assert(
		fc.asyncProperty(described, async (about) => {
			const answer = await register(house, { ...about, redirect_uris: ["https://maker.test/cb"] });
			if (answer.statusCode !== 201) return;
			const { client_secret, client_secret_expires_at, ...rest } = answer.json();
			const again = await manage(house, "PUT", answer.json(), answer.json());
			expect(again.statusCode, again.body).toBe(200);
			expect(again.json()).toEqual(rest);
		}),
		{ numRuns: 100 },
	);
});

test("a body that is no text of ours is refused, whatever its bytes are", async () => {
	await fc.assert(
		fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (text) => {
			fc.pre(!text.includes("redirect_uris"));
			expect(await judged(text)).toBe(400);
		}),
		{ numRuns: 60 },
	);
});

/** Members of a file that no client says of itself. */
const ofFiles = ["client_id", "client_secret", "client_secrets", "first_party", "reviewed", "require_pkce", "legacy_assertion_audience"];

test("a client is read as the configuration reads one: the same members, the same values", () => {
	const fields = client.fields ?? {};
	const known = Object.keys(fields).filter((field) => ![...ofFiles, "allowed_cors_origins", "enabled"].includes(field));
	expect(Object.keys(members).toSorted()).toEqual(known.toSorted());
	const ground = { folder: "/", env: {}, readFile: () => new Uint8Array() };
	fc.assert(
		fc.property(fc.constantFrom(...known), fitting, (field, value) => {
			fc.pre(value !== null && !(field === "client_name" && typeof value === "string"));
			const faults: Fault[] = [];
			const read = fields[field]!.shape.read(value, { place: field, ground, faults });
			let own: unknown;
			try {
				own = members[field as keyof typeof members](value);
			} catch (error) {
				expect(error).toBeInstanceOf(Malformed);
			}
			// What a file says that is no scope, `clientFaults` refuses; of keys only what belongs to keys is taken; the implicit flow is left out.
			if (field === "scope" || field === "jwks" || field.endsWith("_types")) return;
			expect([field, value, own]).toEqual([field, value, faults.length > 0 ? undefined : read]);
		}),
		{ numRuns: 1_000 },
	);
});

test("a registration of the conformance suite is taken as it comes", async () => {
	const jwk = { kty: "RSA", e: "AQAB", use: "sig", alg: "RS256", n: "x".repeat(342) };
	const base = {
		client_name: "one Y9hLzF5Tq1",
		grant_types: ["authorization_code"],
		jwks: { keys: [jwk] },
		token_endpoint_auth_method: "client_secret_basic",
		response_types: ["code"],
		redirect_uris: ["https://suite.test:8443/test/Y9hLzF5Tq1/callback"],
		contacts: ["certification@oidf.test"],
	};
	for (const about of [
		{},
		{ token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"] },
		{ id_token_signed_response_alg: "RS256" },
		{ userinfo_signed_response_alg: "RS256", subject_type: "public" },
		{ request_object_signing_alg: "RS256", request_uris: [`https://suite.test:8443/requesturi/${"a".repeat(64)}#${"b".repeat(43)}`] },
		{ jwks: undefined, jwks_uri: "https://suite.test:8443/test/Y9hLzF5Tq1/client1_jwks" },
		{ logo_uri: "https://suite.test:8443/images/openid.png" },
		{ policy_uri: "https://suite.test:8443/login.html" },
		{ tos_uri: "https://openid.net" },
		{ initiate_login_uri: "https://suite.test:8443/test/Y9hLzF5Tq1/initiate-login" },
		{ post_logout_redirect_uris: ["https://suite.test:8443/test/Y9hLzF5Tq1/post_logout_redirect"] },
		{ backchannel_logout_uri: "https://suite.test:8443/test/Y9hLzF5Tq1/backchannel_logout", backchannel_logout_session_required: true },
		{ redirect_uris: [...base.redirect_uris, "https://example.org/redirect"] },
		{ redirect_uris: ["https://suite.test:8443/test/Y9hLzF5Tq1/callback?bar=foo"] },
	]) {
		const sent = JSON.parse(JSON.stringify({ ...base, ...about }));
		expect(await registered(house, sent, { accept: "application/json", "accept-charset": "utf-8" })).toMatchObject(sent);
	}
	expect(aClient.redirect_uris).toHaveLength(1);
});
