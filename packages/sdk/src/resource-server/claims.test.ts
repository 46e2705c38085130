import { expect, test } from "vitest";
import { bearer, newIssuer, resource, verdict } from "../../test/issuer.ts";

test("RS-07 audience missing, other, prefix, object, number, empty array: 401; ours alone or in an array: accepted (RFC 9068 §4)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const foreign = [
		undefined,
		null,
		"",
		"https://crm.acme.test",
		`${resource}/`,
		`${resource}/v1`,
		resource.slice(0, -1),
		resource.toUpperCase(),
		` ${resource}`,
		`${resource} https://crm.acme.test`,
		{ [resource]: true },
		{ 0: resource, length: 1 },
		7,
		true,
		[],
		["https://crm.acme.test"],
		[[resource]],
		[resource, 7],
		[resource, null],
	];
	for (const aud of foreign) expect(await verdict(api, await auth.token({ aud })), JSON.stringify(aud)).toBe("invalid_token");
	for (const aud of [resource, [resource], ["https://crm.acme.test", resource]])
		expect(await verdict(api, await auth.token({ aud }))).toBe("alice");
});

test("RS-07 a token for one API fails at another (one token, one API)", async () => {
	const auth = await newIssuer();
	const crm = auth.api({ resource: "https://crm.acme.test" });
	const orders = auth.api();
	const token = await auth.token();
	expect(await verdict(orders, token)).toBe("alice");
	expect(await verdict(crm, token)).toBe("invalid_token");
	expect(await verdict(crm, await auth.token({ aud: "https://crm.acme.test" }))).toBe("alice");
});

test("the issuer is compared exactly", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	for (const iss of [
		undefined,
		"",
		"https://auth.acme.test/",
		"https://AUTH.acme.test",
		"http://auth.acme.test",
		"https://auth.acme.test.evil.test",
		["https://auth.acme.test"],
	])
		expect(await verdict(api, await auth.token({ iss })), String(iss)).toBe("invalid_token");
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("sub, client_id and jti are there and are text (RFC 9068 §2.2)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	for (const name of ["sub", "client_id", "jti"])
		for (const value of [undefined, null, "", 7, {}, ["alice"]])
			expect(await verdict(api, await auth.token({ [name]: value })), `${name} ${value}`).toBe("invalid_token");
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("RS-09 exp or iat missing, or exp, nbf, iat that are no times: 401", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const now = Math.floor(auth.clock.seconds);
	for (const name of ["exp", "iat", "nbf"])
		for (const value of [String(now + 60), "", null, Number.NaN, Number.POSITIVE_INFINITY, 1e30, -1, true, [now + 60], {}])
			expect(await verdict(api, await auth.token({ [name]: value })), `${name} ${value}`).toBe("invalid_token");
	for (const name of ["exp", "iat"]) expect(await verdict(api, await auth.token({ [name]: undefined }))).toBe("invalid_token");
	expect(await verdict(api, await auth.token({ nbf: now, iat: now + 0.5, exp: now + 60.5 }))).toBe("alice");
});

test("RS-09 clocks may be 10 seconds apart, not 11 (D3)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const now = Math.floor(auth.clock.seconds);
	const at = async (claims: Record<string, number>) => await verdict(api, await auth.token({ iat: now - 600, ...claims }));
	for (const part of [0, 0.4, 0.999]) {
		auth.clock.wall = (now + part) * 1000;
		expect(await at({ exp: now - 10 })).toBe("alice");
		expect(await at({ exp: now - 11 })).toBe("invalid_token");
		expect(await at({ nbf: now + 10 })).toBe("alice");
		expect(await at({ nbf: now + 11 })).toBe("invalid_token");
		expect(await at({ iat: now + 10 })).toBe("alice");
		expect(await at({ iat: now + 11 })).toBe("invalid_token");
	}
});

test("RS-09 a token that passed ends when its time comes, although its verdict is remembered, and after the clock went back", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	const token = await auth.token();
	expect(await verdict(api, token)).toBe("alice");
	auth.clock.pass(610);
	expect(await verdict(api, token)).toBe("alice");
	auth.clock.pass(1);
	expect(await verdict(api, token)).toBe("invalid_token");
	auth.clock.wall -= 3_600_000;
	expect(await verdict(api, token)).toBe("invalid_token");
	auth.clock.wall += 3_000_000;
	expect(await verdict(api, token)).toBe("alice");
});

test("DP-04 a token that is bound to a key is refused as a bearer token (RFC 9449 §7.1, RFC 8705 §3)", async () => {
	const auth = await newIssuer();
	const api = auth.api();
	for (const cnf of [
		{ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" },
		{ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" },
		{},
		null,
		"x",
	])
		expect(await verdict(api, await auth.token({ cnf }))).toBe("invalid_token");
	expect(await verdict(api, await auth.token())).toBe("alice");
});

test("what a route learns is frozen through and through", async () => {
	const auth = await newIssuer();
	const claims = { acr: "pwd", groups: ["sales"], address: { country: "NZ" }, scope: " openid  orders.read " };
	const learnt = await auth.api().verify(bearer(await auth.token({ ...claims, jti: "t1" })));
	expect(learnt).toMatchObject({ subject: "alice", clientId: "shop", scopes: ["openid", "orders.read"], tokenId: "t1", claims });
	expect(learnt.expiresAt).toBe(Math.floor(auth.clock.seconds) + 600);
	for (const part of [learnt, learnt.scopes, learnt.claims, learnt.claims.groups, learnt.claims.address])
		expect(Object.isFrozen(part)).toBe(true);
});
