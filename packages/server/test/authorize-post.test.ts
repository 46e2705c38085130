import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "./browser.ts";
import { requestOf, signedIn } from "./flow.ts";
import { clients, crm, type House, issuer, openHouse, orders } from "./house.ts";
import { expectCode, expectErrorPage, expectRefusal, storeState } from "./outcome.ts";

let house: House;
let browser: Browser;
beforeAll(async () => {
	house = await openHouse();
	({ browser } = await signedIn(house, clients.portal));
});
afterAll(() => house[Symbol.asyncDispose]());

/** How a browser sends a form of another site: without Lax cookies. */
const fromElsewhere = { "sec-fetch-site": "cross-site", origin: "https://portal.company.test" };

test("a POST of another site goes on as its own GET, with which the Lax cookie comes (OpenID Connect Core §3.1.2.1)", async () => {
	const request = requestOf(clients.portal, { scope: "openid crm.read orders.read", resource: [crm, orders], state: "a b&c=d" });
	const before = await storeState(house);
	const stranger = house.browser();
	const answer = await stranger.send("POST", `${issuer}/authorize`, request.fields, fromElsewhere);
	expect(answer.statusCode).toBe(303);
	expect(answer.headers.location).toMatch(/^\/authorize\?continue=[\w-]+$/);
	// Nothing of the request shows, and the POST that came without cookies gives none.
	expect(answer.headers).not.toHaveProperty("set-cookie");
	expect(answer.body).toBe("");
	expect(await storeState(house)).toEqual(before);

	expectCode(await browser.go(answer.headers.location ?? ""), request);
	expect((await house.browser().go(answer.headers.location ?? "")).page).toBe("login");
});

test("it ends alike with the cookies and without, from our own site and from another", async () => {
	for (const headers of [{}, fromElsewhere, { "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }]) {
		const request = requestOf(clients.portal);
		const answer = await browser.send("POST", `${issuer}/authorize`, request.fields, headers);
		expectCode(await browser.go(answer.headers.location ?? ""), request);
		const silent = requestOf(clients.portal, { prompt: "none", max_age: "0" });
		const refused = await browser.send("POST", `${issuer}/authorize`, silent.fields, headers);
		expectRefusal(await browser.go(refused.headers.location ?? ""), silent, "login_required");
	}
});

test("it is sealed without the knowledge whether the request is right: the GET answers that", async () => {
	for (const fields of [{ client_id: "nobody" }, { redirect_uri: "https://evil.test/" }]) {
		const request = requestOf(clients.portal, fields);
		const answer = await browser.send("POST", `${issuer}/authorize`, request.fields, fromElsewhere);
		expect(answer.statusCode).toBe(303);
		expectErrorPage(await browser.go(answer.headers.location ?? ""));
	}
	const request = requestOf(clients.portal, { response_type: "token" });
	const answer = await browser.send("POST", `${issuer}/authorize`, request.fields, fromElsewhere);
	expectRefusal(await browser.go(answer.headers.location ?? ""), request, "unsupported_response_type");
});

test.each([
	["application/json", 415],
	["multipart/form-data; boundary=x", 415],
	["text/plain", 415],
	["application/x-www-form-urlencoded; charset=utf-16", 415],
	["application/x-www-form-urlencoded; charset=UTF-8", 303],
	["application/x-www-form-urlencoded", 303],
])("a body of type %s: %i", async (type, status) => {
	const { url } = requestOf(clients.portal);
	const answer = await house.request({
		method: "POST",
		url: "/authorize",
		headers: { "content-type": type },
		payload: url.slice(url.indexOf("?") + 1),
	});
	expect(answer.statusCode).toBe(status);
	expect(answer.headers.location === undefined).toBe(status !== 303);
});

test("an empty POST, and the bare address", async () => {
	const empty = await browser.send("POST", `${issuer}/authorize`, {});
	expect(empty.statusCode).toBe(303);
	expectErrorPage(await browser.go(empty.headers.location ?? ""));
	expectErrorPage(await browser.go(`${issuer}/authorize`));
	for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"] as const) {
		const answer = await house.request({ method, url: "/authorize", headers: { origin: "https://portal.company.test" } });
		expect({ status: answer.statusCode, allow: answer.headers["allow"] }).toEqual({ status: 405, allow: "GET, POST" });
		expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
	}
});
