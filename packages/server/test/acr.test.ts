import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { authorize, clientLike, codeOf, payloadOf, redeem, refresh, requestOf, signedIn, token } from "./flow.ts";
import { clients, crm, type House, openHouse } from "./house.ts";
import { expectCode, expectRefusal } from "./outcome.ts";

/** A client whose own wish stands in its registration. */
const ambitious = clientLike(clients.portal, { client_id: "ambitious", default_acr_values: ["gold", "2"] });

let house: House;
let alice: Browser;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), ambitious] } });
	alice = (await signedIn(house, clients.portal)).browser;
});
afterAll(() => house[Symbol.asyncDispose]());

const userinfo = async (accessToken: string) =>
	(await house.request({ url: "/userinfo", headers: { authorization: `Bearer ${accessToken}` } })).json();

describe("acr says what was proved, and no more (OpenID Connect Core §2)", () => {
	test("I11 a password is one factor: in ID token and access token, after a refresh too; userinfo is not asked", async () => {
		const tokens = await signedIn(house, clients.portal, { scope: "openid crm.read" }, alice);
		expect(payloadOf(tokens.id_token)).toMatchObject({ acr: "1", amr: ["pwd"] });
		expect(payloadOf(tokens.access_token)).toMatchObject({ acr: "1", amr: ["pwd"] });
		const again = (await refresh(house, clients.portal, tokens.refresh_token)).json();
		expect(payloadOf(again.id_token)).toMatchObject({ acr: "1", amr: ["pwd"] });
		expect(Object.keys(await userinfo(tokens.access_token))).toEqual(["sub"]);
	});

	test("I11 nobody signed in: a machine's token has none", async () => {
		const machine = await token(house, clients.night, { grant_type: "client_credentials", resource: crm });
		expect(Object.keys(payloadOf(machine.json().access_token))).not.toEqual(expect.arrayContaining(["acr"]));
	});

	test("userinfo tells it when it is asked to", async () => {
		const tokens = await signedIn(house, clients.portal, { claims: '{"userinfo":{"acr":null}}' }, alice);
		expect(await userinfo(tokens.access_token)).toEqual({ sub: payloadOf(tokens.id_token)["sub"], acr: "1" });
		const other = await signedIn(house, clients.portal, { claims: '{"userinfo":{"acr":{"value":"gold"}}}' }, alice);
		expect(Object.keys(await userinfo(other.access_token))).toEqual(["sub"]);
	});

	test("discovery names what there is", async () => {
		const { acr_values_supported, claims_supported } = (await house.request({ url: "/.well-known/openid-configuration" })).json();
		expect(acr_values_supported).toEqual(["1"]);
		expect(claims_supported).toContain("acr");
	});
});

describe("acr_values and default_acr_values are wishes: answered with what was reached (§3.1.2.1)", () => {
	test.each(["1", "1 2", "gold", "2 1", "urn:mace:incommon:iap:silver", "   ", "x".repeat(2000)])("acr_values=%j", async (wish) => {
		const request = requestOf(clients.portal, { acr_values: wish, prompt: "none" });
		const answer = await redeem(house, request, expectCode(await alice.go(request.url), request));
		expect(payloadOf(answer.json().id_token)["acr"]).toBe("1");
	});

	test("default_acr_values of a client", async () => {
		expect(payloadOf((await signedIn(house, ambitious, {}, alice)).id_token)["acr"]).toBe("1");
	});
});

describe("I11 an essential acr of certain values is reached or refused, before any page (§5.5.1.1)", () => {
	const demanded = (wish: object) => ({ claims: JSON.stringify({ id_token: { acr: wish } }) });

	test.each([
		["nobody signed in", {}, () => house.browser()],
		["somebody signed in", {}, () => alice],
		["prompt=none", { prompt: "none" }, () => alice],
		["prompt=login", { prompt: "login" }, () => alice],
	] as const)("%s: unmet_authentication_requirements", async (_what, fields, browserOf) => {
		for (const wish of [{ value: "2" }, { values: ["2", "gold"] }]) {
			const request = requestOf(clients.portal, { ...fields, ...demanded({ essential: true, ...wish }) });
			expectRefusal(await browserOf().go(request.url), request, "unmet_authentication_requirements");
		}
	});

	test("the twin: what can be reached is, with a page where one is needed", async () => {
		for (const wish of [{ essential: true }, { essential: true, values: ["2", "1"] }, { essential: true, value: "1" }, { value: "2" }]) {
			const request = requestOf(clients.portal, demanded(wish));
			const answer = await redeem(house, request, codeOf(await authorize(house.browser(), request)));
			expect(payloadOf(answer.json().id_token)["acr"]).toBe("1");
		}
	});
});
