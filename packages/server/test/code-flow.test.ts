import { createLocalJWKSet, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { authorize, codeOf, isActive, payloadOf, redeem, refresh, requestOf, signedIn } from "./flow.ts";
import { basic, clients, crm, issuer, openHouse, orders } from "./house.ts";

test("the whole line: authorize, sign in, redeem, call userinfo, refresh, introspect", async () => {
	await using house = await openHouse();
	const request = requestOf(clients.portal, { scope: "openid profile crm.read" });
	const browser = house.browser();
	const shown = await authorize(browser, request);
	expect(shown.url.origin + shown.url.pathname).toBe("https://portal.company.test/cb");
	expect(shown.url.searchParams.get("iss")).toBe(issuer);
	expect(shown.url.searchParams.get("state")).toBe(request.fields["state"]);

	const answer = await redeem(house, request, codeOf(shown));
	expect(answer.statusCode, answer.body).toBe(200);
	const tokens = answer.json();
	const keys = createLocalJWKSet((await house.request({ url: "/.well-known/jwks.json" })).json());
	const currentDate = new Date(house.now());
	const { payload: access } = await jwtVerify(tokens.access_token, keys, { issuer, audience: crm, typ: "at+jwt", currentDate });
	expect(access["aud"]).toEqual([crm, issuer]);
	const { payload: id } = await jwtVerify(tokens.id_token, keys, { issuer, audience: "portal", currentDate });
	expect(id["nonce"]).toBe(request.fields["nonce"]);
	expect(id.sub).toBe(access.sub);

	const userinfo = await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${tokens.access_token}` } });
	expect(userinfo.json()).toMatchObject({ sub: id.sub, name: "Alice Example", preferred_username: "alice" });
	expect(await isActive(house, tokens.access_token)).toBe(true);

	const refreshed = await refresh(house, clients.portal, tokens.refresh_token, { resource: crm });
	expect(refreshed.statusCode, refreshed.body).toBe(200);
	expect(payloadOf(refreshed.json().access_token)["aud"]).toBe(crm);
	expect(refreshed.json().refresh_token).not.toBe(tokens.refresh_token);
});

test("single sign-on: the second app signs in without asking (J6)", async () => {
	await using house = await openHouse();
	const first = await signedIn(house, clients.portal);
	const second = await authorize(first.browser, requestOf(clients.shop));
	expect(second.url.origin).toBe("https://shop.company.test");
	expect(codeOf(second)).toBeTruthy();
});

test("client credentials: one API for each token, no refresh token (RFC 6749 §4.4)", async () => {
	await using house = await openHouse();
	const answer = await house.post("/token", { grant_type: "client_credentials", resource: orders }, basic(clients.night));
	expect(answer.statusCode, answer.body).toBe(200);
	expect(answer.json()).toMatchObject({ scope: "orders.read", token_type: "Bearer", expires_in: 300 });
	expect(answer.json()).not.toHaveProperty("refresh_token");
	expect(payloadOf(answer.json().access_token)).toMatchObject({ sub: "night", client_id: "night", aud: orders });
});
