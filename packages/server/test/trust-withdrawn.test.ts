import type { ClientMetadata } from "@gatehouse/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeClient, grantIdOf, standing } from "./family.ts";
import { authorize, codeOf, payloadOf, redeem, refresh, requestOf, signedIn, type TestClient } from "./flow.ts";
import { clients, type House, openHouse } from "./house.ts";
import { expectRefused } from "./refused.ts";

/*
 * What a client was trusted with when a person signed in, and is trusted with no more: the operator changed its
 * registration while its families live.
 */

let house: House;
beforeAll(async () => {
	house = await openHouse();
});
afterAll(() => house[Symbol.asyncDispose]());

/** Changes the registration of a client for the time of `work`. */
async function registered<T>(client: TestClient, change: Partial<ClientMetadata>, work: () => Promise<T>): Promise<T> {
	await changeClient(house, client.client_id, (row) => ({ ...row, metadata: { ...row.metadata, ...change } }));
	try {
		return await work();
	} finally {
		await changeClient(house, client.client_id, (row) => ({ ...row, metadata: client as ClientMetadata }));
	}
}

test("I5 single claims stop with the scope that covers them, in ID token and userinfo, and come back with it", async () => {
	const claims = JSON.stringify({ id_token: { email: null, phone_number: null }, userinfo: { phone_number: null, email: null } });
	const { portal } = clients;
	const begun = await signedIn(house, portal, { scope: "openid offline_access", claims });
	const email = "alice@company.test";
	const phone_number = "+49 30 1234567";
	expect(payloadOf(begun.id_token)).toMatchObject({ email, phone_number });

	const told = async (refreshToken: string) => {
		const answer = await refresh(house, portal, refreshToken);
		expect(answer.statusCode, answer.body).toBe(200);
		const { access_token, id_token, refresh_token } = answer.json();
		const userinfo = (await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${access_token}` } })).json();
		return { refresh_token, access_token, idToken: payloadOf(id_token), userinfo };
	};
	const less = await registered(portal, { scope: "openid offline_access email" }, async () => {
		const fresh = await told(begun.refresh_token);
		// A token from before tells no more either.
		const headers = { authorization: `Bearer ${begun.access_token}` };
		expect((await house.request({ url: "/userinfo", headers })).json()).toEqual({ sub: fresh.userinfo.sub, email });
		return fresh;
	});
	expect(less.userinfo).toEqual({ sub: less.idToken["sub"], email });
	expect(less.idToken).toMatchObject({ email });
	expect(less.idToken).not.toHaveProperty("phone_number");
	const again = await told(less.refresh_token);
	expect(again.userinfo).toMatchObject({ email, phone_number });
	expect(again.idToken).toMatchObject({ email, phone_number });
});

test.each([clients.shop, clients.portal])(
	"I4 a client that is first party no more needs the person's own word to refresh, and has it once it was given: $client_id",
	async (client) => {
		const begun = await signedIn(house, client, { scope: "openid offline_access crm.read" });
		const current = await registered(client, { first_party: false }, async () => {
			expectRefused(await refresh(house, client, begun.refresh_token), "invalid_grant");
			const { grant } = await standing(house, grantIdOf(begun.access_token));
			expect({ generation: grant.generation, revokedAt: grant.revokedAt }).toEqual({ generation: 1, revokedAt: undefined });

			// The twin: with consent the same family goes on.
			const asked = await authorize(begun.browser, requestOf(client, { scope: "openid offline_access crm.read" }));
			expect(asked.page).toBe("consent");
			codeOf(await begun.browser.click(asked, "consent-allow"));
			return refresh(house, client, begun.refresh_token);
		});
		expect(current.statusCode, current.body).toBe(200);
		expect((await refresh(house, client, current.json().refresh_token)).statusCode).toBe(200);
	},
);

test("I4 a code that was given without consent is worth nothing once the client is first party no more", async () => {
	const request = requestOf(clients.shop, { scope: "openid crm.write" });
	const code = codeOf(await authorize(house.browser(), request));
	await registered(clients.shop, { first_party: false }, async () => {
		expectRefused(await redeem(house, request, code), "invalid_grant");
	});
	// A condition, not a binding: nothing was used up.
	expect((await redeem(house, request, code)).statusCode).toBe(200);
});
