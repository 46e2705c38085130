import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeClient, eventsOf, grantIdOf, stateOf } from "./family.ts";
import { signedIn, token } from "./flow.ts";
import type { Fields } from "./form.ts";
import { basic, clients, crm, type House, openHouse } from "./house.ts";
import { expectRefused, expectUnauthenticated } from "./refused.ts";

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

type Door = (fields: Fields, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;

/** Every door that a client proves itself at, with a request that is right but for the proof. */
const doors: Readonly<Record<string, Door>> = {
	token: (fields, headers) => house.post("/token", { grant_type: "client_credentials", resource: crm, ...fields }, headers),
	revoke: (fields, headers) => house.post("/revoke", { token: "unknown", ...fields }, headers),
	introspect: (fields, headers) => house.post("/introspect", { token: "unknown", ...fields }, headers),
};

const header = (text: string, scheme = "Basic") => ({ authorization: `${scheme} ${Buffer.from(text).toString("base64")}` });
const { client_id: id, client_secret: secret } = clients.night;

/** Failures of one proof, each 401 `invalid_client`. `byHeader`: the client used the header, and is challenged. */
const failures: readonly { readonly name: string; readonly fields?: Fields; readonly headers?: Record<string, string> }[] = [
	{ name: "nothing" },
	{ name: "a name alone", fields: { client_id: id } },
	{ name: "a secret alone", fields: { client_secret: secret } },
	{ name: "a name and an empty secret", fields: { client_id: id, client_secret: "" } },
	{ name: "an unknown name", headers: header(`nobody:${secret}`) },
	{ name: "an empty name", headers: header(`:${secret}`) },
	{ name: "a name of another case", headers: header(`NIGHT:${secret}`) },
	{ name: "a name with a zero byte", headers: header(`night\0:${secret}`) },
	{ name: "`__proto__`", headers: header("__proto__:constructor") },
	{ name: "a wrong secret", headers: header(`${id}:wrong`) },
	{ name: "an empty secret", headers: header(`${id}:`) },
	{ name: "the secret and a character more", headers: header(`${id}:${secret}x`) },
	{ name: "the secret but its last character", headers: header(`${id}:${secret.slice(0, -1)}`) },
	{ name: "the secret in capitals", headers: header(`${id}:${secret.toUpperCase()}`) },
	{ name: "a blank before the secret", headers: header(`${id}: ${secret}`) },
	{ name: "another client's secret", headers: header(`${id}:${clients.portal.client_secret}`) },
	{ name: "its secret under another's name", headers: header(`portal:${secret}`) },
	{ name: "a secret of 1 MB", headers: header(`${id}:${"x".repeat(1_000_000)}`) },
	{ name: "a secret of 60 KB in the body", fields: { client_id: "analytics", client_secret: "x".repeat(60_000) } },
	{ name: "no colon", headers: header(id) },
	{ name: "broken base64", headers: { authorization: "Basic %%%" } },
	{ name: "an empty header", headers: { authorization: "" } },
	{ name: "the scheme alone", headers: { authorization: "Basic" } },
	{ name: "a broken escape", headers: header(`${id}:%zz`) },
	{ name: "another scheme", headers: header(`${id}:${secret}`, "Digest") },
	{ name: "a bearer token", headers: { authorization: "Bearer abc" } },
	{ name: "a disabled client", headers: basic(clients.retired) },
	{ name: "the body, where the header is registered", fields: { client_id: id, client_secret: secret } },
	{ name: "the header, where the body is registered", headers: header(`analytics:${clients.analytics.client_secret}`) },
	{ name: "a secret for a public client", fields: { client_id: "shop", client_secret: "anything" } },
	{ name: "the header for a public client", headers: header("shop:") },
	{
		name: "an assertion",
		fields: { client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: "a.b.c" },
	},
];

describe.each(Object.keys(doors))("CA-01 at /%s", (name) => {
	const door: Door = (fields, headers) => doors[name]!(fields, headers);
	const expectProved = async () => {
		const answer = await door({}, basic(clients.night));
		expect(answer.statusCode, answer.body).toBe(200);
	};

	test.each(failures)("CA-01 $name", async ({ fields = {}, headers = {} }) => {
		expectUnauthenticated(await door(fields, headers), headers["authorization"] !== undefined);
		await expectProved();
	});

	test("CA-01 every failure reads the same: who is registered, and how, is nobody's business", async () => {
		const bodies = new Set<string>();
		for (const { fields = {}, headers = {} } of failures.slice(4)) {
			const { error, error_description } = (await door(fields, headers)).json();
			bodies.add(`${error}: ${error_description}`);
		}
		expect([...bodies]).toEqual(["invalid_client: the client is unknown, disabled, or did not prove itself as it is registered"]);
	});

	test("CA-01 two methods at once, right or wrong; a name that contradicts the header", async () => {
		const right = basic(clients.night);
		expectRefused(await door({ client_id: id, client_secret: secret }, right), "invalid_request");
		expectRefused(await door({ client_id: id, client_secret: "wrong" }, right), "invalid_request");
		expectRefused(await door({ client_secret: "wrong" }, header(`${id}:wrong`)), "invalid_request");
		expectRefused(await door({ client_id: "portal" }, right), "invalid_request");
		expectRefused(await door({ client_id: "shop" }, right), "invalid_request");
		expectRefused(await door({ client_id: [id, id] }, right), "invalid_request");
		// The same name twice over is no contradiction.
		expect((await door({ client_id: id }, right)).statusCode).toBe(200);
	});

	test("CA-06 headers of a proxy prove nothing, whoever sends them", async () => {
		const forged = {
			"x-client-cert": "-----BEGIN CERTIFICATE-----",
			"x-ssl-client-cert": "MIIB",
			"x-ssl-client-verify": "SUCCESS",
			"x-ssl-client-s-dn": "CN=night",
			"x-forwarded-client-cert": "Subject=CN=night",
			"x-forwarded-user": "night",
			"x-forwarded-for": "127.0.0.1",
			"x-forwarded-host": "auth.company.test",
			"x-real-ip": "127.0.0.1",
			"x-original-url": "/health/live",
			forwarded: "for=127.0.0.1;by=night",
			"client-cert": ":MIIB:",
			via: "1.1 proxy",
		};
		expectUnauthenticated(await door({ client_id: id }, forged), false);
		expectUnauthenticated(await door({}, { ...forged, ...header(`${id}:wrong`) }), true);
		expect((await door({}, { ...forged, ...basic(clients.night) })).statusCode).toBe(200);
	});
});

test("CA-01 RFC 6749 §2.3.1: both halves of the header are form-encoded, and so decoded", async () => {
	const plain = (text: string) => header(text);
	await changeClient(house, "portal", (row) => ({
		...row,
		secrets: [house.gatehouse.ground.tokens.secrets.store("a b+c:d%e/ü")],
	}));
	const ask = (headers: Record<string, string>) => doors["introspect"]!({}, headers);
	expect((await ask(plain("portal:a+b%2Bc%3Ad%25e%2F%C3%BC"))).statusCode).toBe(200);
	expect((await ask(plain("portal:a%20b%2Bc%3Ad%25e%2F%C3%BC"))).statusCode).toBe(200);
	// A colon may stand as it is: the first one divides.
	expect((await ask(plain("portal:a+b%2Bc:d%25e%2F%C3%BC"))).statusCode).toBe(200);
	expectUnauthenticated(await ask(plain("portal:a b+c:d%e/ü")), true);
	expectUnauthenticated(await ask(plain("portal:a+b+c%3Ad%25e%2F%C3%BC")), true);
	expect((await ask({ authorization: header("portal:a+b%2Bc%3Ad%25e%2F%C3%BC").authorization.replace("Basic", "basic") })).statusCode).toBe(
		200,
	);
});

test("CA-01 several secrets, for rotation without an outage: each until it expires, to the millisecond", async () => {
	const { secrets } = house.gatehouse.ground.tokens;
	const until = house.now() + 60_000;
	await changeClient(house, "analytics", (row) => ({
		...row,
		secrets: [secrets.store("the-newer-secret"), secrets.store("the-older-secret", until)],
	}));
	const by = (client_secret: string) => doors["introspect"]!({ client_id: "analytics", client_secret });
	expect((await by("the-newer-secret")).statusCode).toBe(200);
	house.wait(59_999);
	expect((await by("the-older-secret")).statusCode).toBe(200);
	house.wait(1);
	expectUnauthenticated(await by("the-older-secret"), false);
	expectUnauthenticated(await by(clients.analytics.client_secret), false);
	expect((await by("the-newer-secret")).statusCode).toBe(200);
});

test("CA-01 a failed proof changes and tells nothing about the family it speaks of", async () => {
	const tokens = await signedIn(house, clients.mobile, { scope: "openid crm.read" }, house.browser());
	const grantId = grantIdOf(tokens.access_token);
	const before = await stateOf(house, grantId);
	const wrong = header("mobile:wrong");
	for (const path of ["/token", "/revoke", "/introspect"])
		expectUnauthenticated(
			await house.post(path, { grant_type: "refresh_token", refresh_token: tokens.refresh_token, token: tokens.refresh_token }, wrong),
			true,
		);
	expect(await stateOf(house, grantId)).toEqual(before);
	expect((await eventsOf(house, grantId)).map(({ type }) => type)).toEqual(["code.redeemed"]);
	expect((await token(house, clients.mobile, { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).statusCode).toBe(200);
});
