import { createApi } from "@gatehouse/sdk/resource-server";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { startIssuer } from "../src/index.ts";
import { company, crm, orders, segmentOf } from "./company.ts";

const bearing = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test("a token is genuine: the API of the SDK takes it, for this person, with these scopes", async () => {
	await using issuer = await startIssuer(company);
	const api = createApi({ issuer: issuer.url, resource: orders });
	const token = await issuer.token({ person: "bob", resource: orders, scope: "orders.read" });
	const { subject, scope } = await api.verify(bearing(token));
	expect([subject, scope]).toEqual([issuer.person("bob").sub, "orders.read"]);
});

test("unless said, a token is the first person's, for all that the API knows", async () => {
	await using issuer = await startIssuer({ resources: [company.resources[0]] });
	expect(segmentOf(await issuer.token(), 1)).toMatchObject({
		sub: issuer.person("alice").sub,
		scope: "orders.read orders.write",
		aud: orders,
	});
	await using bare = await startIssuer();
	expect(segmentOf(await bare.token(), 1)).toMatchObject({ scope: "openid", iss: bare.url });
});

test("a token can be a certain client's, with consent on the way, and a machine's", async () => {
	await using issuer = await startIssuer(company);
	expect(segmentOf(await issuer.token({ person: "alice", resource: orders, clientId: "analytics" }), 1)).toMatchObject({
		client_id: "analytics",
		scope: "orders.read",
	});
	expect(segmentOf(await issuer.token({ resource: orders, clientId: "night" }), 1)).toMatchObject({ client_id: "night", sub: "night" });
});

test("the password of a person is checked once, however many tokens they get at once; sessions that end are begun anew", async () => {
	await using issuer = await startIssuer(company);
	const all = await Promise.all([orders, crm, orders, crm].map((resource) => issuer.token({ resource })));
	expect(new Set(all).size).toBe(4);
	expect(await issuer.sessions("alice")).toHaveLength(1);
	await issuer.endSessions("alice");
	expect(await issuer.token({ resource: crm })).toMatch(/^ey/);
});

test("what was not granted is told, and so is what cannot be", async () => {
	await using issuer = await startIssuer(company);
	expect(segmentOf(await issuer.token({ person: "alice", resource: crm, scope: "crm.read" }), 0)).toMatchObject({
		alg: "ES256",
		typ: "at+jwt",
	});
	await expect(issuer.token({ person: "bob", resource: crm, scope: "crm.read" })).rejects.toThrow(
		/invalid_scope|access_denied|did not grant crm.read/,
	);
	await expect(issuer.token({ person: "alice" })).rejects.toThrow(
		`token() needs a \`resource\` where there are several: ${crm}, ${orders}`,
	);
	await expect(issuer.token({ person: "alice", clientId: "night", resource: orders })).rejects.toThrow(
		"the client night has no redirect URI",
	);
	await using empty = await startIssuer({ people: [] });
	await expect(empty.token()).rejects.toThrow("the issuer has no people");
});

test("RS-07 RS-08 RS-09 a token that no issuer makes carries a genuine signature, and the API refuses it for the claim alone", async () => {
	await using issuer = await startIssuer(company);
	const api = createApi({ issuer: issuer.url, resource: orders });
	const flawed = (claims: Readonly<Record<string, unknown>>) => issuer.token({ resource: orders, claims });
	const now = Math.floor(Date.now() / 1000);
	for (const [claims, words] of [
		[{ aud: crm }, "is for another API"],
		[{ iss: "https://evil.test" }, "issuer"],
		[{ exp: now - 3600 }, "expired"],
		[{ sub: undefined }, "sub"],
	] as const)
		await expect(api.verify(bearing(await flawed(claims))), JSON.stringify(claims)).rejects.toMatchObject({
			code: "invalid_token",
			message: expect.stringContaining(words),
		});
	await api.verify(bearing(await flawed({})));
	await expect(api.verify(bearing(await issuer.sign("JWT", segmentOf(await flawed({}), 1))))).rejects.toMatchObject({
		code: "invalid_token",
	});
});

test("a logout token is genuine by OpenID Connect Back-Channel Logout §2.4, and can be made wrong", async () => {
	await using issuer = await startIssuer(company);
	const keys = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks.json`));
	const token = await issuer.logoutToken({ clientId: "portal", person: "alice", sid: "one" });
	const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: issuer.url, audience: "portal", typ: "logout+jwt" });
	expect(protectedHeader.alg).toBe("RS256");
	expect(payload).toEqual({
		iss: issuer.url,
		aud: "portal",
		sub: issuer.person("alice").sub,
		sid: "one",
		iat: expect.any(Number),
		exp: Number(payload.iat) + 120,
		jti: expect.stringMatching(/^[\da-f-]{36}$/),
		events: { "http://schemas.openid.net/event/backchannel-logout": {} },
	});
	const wrong = segmentOf(await issuer.logoutToken({ clientId: "portal", sid: "one", claims: { nonce: "n", events: undefined } }), 1);
	expect(wrong).toMatchObject({ sid: "one", nonce: "n" });
	expect(wrong).not.toHaveProperty("events");
	expect(segmentOf(await issuer.logoutToken({ clientId: "portal", sid: "one", typ: "JWT" }), 0)).toMatchObject({ typ: "JWT" });
	await expect(issuer.logoutToken({ clientId: "portal" })).rejects.toThrow("logoutToken() needs `person`, `sid`, or both");
});
