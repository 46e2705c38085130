import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Grant } from "../src/model/index.ts";
import type { Browser, Shown } from "./browser.ts";
import { authorize, payloadOf, type Request, redeem, requestOf, signedIn } from "./flow.ts";
import type { Fields } from "./form.ts";
import { clients, crm, type House, issuer, openHouse, orders } from "./house.ts";
import { expectCode, expectRefusal, storeState } from "./outcome.ts";

/** Clients that differ in what they may have. */
const more = [
	{ ...clients.analytics, client_id: "seller", scope: "openid profile offline_access crm.read crm.write" },
	{ ...clients.portal, client_id: "online", scope: "openid profile crm.read" },
	{ ...clients.portal, client_id: "once", grant_types: ["authorization_code"], scope: "openid profile offline_access" },
	{ ...clients.portal, client_id: "bare", scope: undefined },
	{ ...clients.portal, client_id: "empty", scope: "profile email" },
].map((client) => JSON.parse(JSON.stringify(client)));

let house: House;
let alice: Browser;
let bob: Browser;
beforeAll(async () => {
	house = await openHouse({ file: { clients: [...Object.values(clients), ...more] } });
	alice = (await signedIn(house, clients.portal)).browser;
	bob = (await signedIn(house, clients.portal, {}, house.browser(), "bob")).browser;
});
afterAll(() => house[Symbol.asyncDispose]());

const requestFrom = (client_id: string, fields: Fields) =>
	requestOf(client_id === "seller" ? clients.analytics : clients.portal, { client_id, ...fields });

/** The grant behind an answer; without `openid`, `resource` says which of its APIs the token is for. */
async function grantOf(shown: Shown, request: Request, fields: Fields = {}): Promise<Grant> {
	const { client_id } = request.fields;
	const client = { ...request.client, client_id } as typeof request.client;
	const answer = await redeem(house, { ...request, client }, expectCode(shown, request), fields);
	expect(answer.statusCode, answer.body).toBe(200);
	const [id = ""] = String(payloadOf(answer.json().access_token)["jti"]).split(".");
	const standing = await house.gatehouse.ground.store.grants.find(id);
	if (!standing) throw new Error("no grant");
	return standing.grant;
}

describe("scope (RFC 6749 §3.3)", () => {
	test.each([
		["portal", "openid profile email address phone groups crm.read crm.write orders.read"],
		["online", "openid profile crm.read"],
		["bare", "openid profile email address phone"],
	])("absent: %s gets what it registered, but for offline_access", async (client_id, scope) => {
		for (const absent of [undefined, ""]) {
			const request = requestFrom(client_id, { scope: absent });
			const grant = await grantOf(await alice.go(request.url), request);
			expect(grant.scope.join(" ")).toBe(scope);
			expect(grant.offline).toBe(false);
		}
	});

	test("what is asked for is granted once each, in any order", async () => {
		const request = requestOf(clients.portal, { scope: "  email openid  profile openid email " });
		expect((await grantOf(await alice.go(request.url), request)).scope).toEqual(["email", "openid", "profile"]);
	});

	test.each([
		["not registered for this client", "mobile", "openid email"],
		["of an API, not registered for this client", "online", "openid crm.write"],
		["unknown to everybody", "portal", "openid crm.delete"],
		["neither openid nor of an API", "portal", "profile email"],
		["offline_access alone", "portal", "offline_access"],
		["nothing but blanks", "portal", "   "],
		["absent where the registration names neither", "empty", undefined],
	] as const)("%s: invalid_scope, before any page", async (_what, client_id, scope) => {
		const request = client_id === "mobile" ? requestOf(clients.mobile, { scope }) : requestFrom(client_id, { scope });
		const before = await storeState(house);
		expectRefusal(await alice.go(request.url), request, "invalid_scope");
		expectRefusal(await house.browser().go(request.url), request, "invalid_scope");
		expect(await storeState(house)).toEqual(before);
	});

	test("an API alone, without openid: a code, a token for the API, no ID token", async () => {
		const request = requestOf(clients.portal, { scope: "crm.read" });
		const answer = await redeem(house, request, expectCode(await alice.go(request.url), request));
		expect(answer.json()).not.toHaveProperty("id_token");
		expect(payloadOf(answer.json().access_token)).toMatchObject({ aud: crm, scope: "crm.read" });
	});
});

describe("offline_access is silently left out for a client that may not have it (OpenID Connect Core §11)", () => {
	test.each([
		["its scope lacks the name", "online"],
		["it has no refresh_token grant", "once"],
	])("%s", async (_what, client_id) => {
		const request = requestFrom(client_id, { scope: "openid profile offline_access" });
		const grant = await grantOf(await alice.go(request.url), request);
		expect(grant.scope).toEqual(["openid", "profile"]);
		expect(grant.requestedScope).toEqual(["openid", "profile"]);
		expect(grant.offline).toBe(false);
		expect(grant.generation).toBe(client_id === "online" ? 1 : 0);
	});

	test("twin: a first-party client gets it without a page, a third party by consent", async () => {
		const request = requestOf(clients.portal, { scope: "openid offline_access" });
		expect(await grantOf(await alice.go(request.url), request)).toMatchObject({
			offline: true,
			needsConsent: false,
			scope: ["openid", "offline_access"],
		});
		const asked = requestOf(clients.gadget, { scope: "openid offline_access" });
		const page = await alice.go(asked.url);
		expect(page.html).toContain('id="scope-offline_access"');
		expect(await grantOf(await alice.click(page, "consent-allow"), asked)).toMatchObject({ offline: true, needsConsent: true });
	});
});

describe("a scope that names groups is for their members", () => {
	test("it is left out for somebody in none of them, and granted to a member", async () => {
		const request = requestOf(clients.portal, { scope: "openid crm.read crm.write" });
		expect((await grantOf(await alice.go(request.url), request)).scope).toEqual(["openid", "crm.read", "crm.write"]);
		const grant = await grantOf(await bob.go(request.url), request);
		expect(grant.scope).toEqual(["openid", "crm.read"]);
		expect(grant.requestedScope).toEqual(["openid", "crm.read", "crm.write"]);
	});

	test.each(["crm.write", "crm.write offline_access", "crm.write profile"])(
		"nothing left of %j: access_denied, without a page",
		async (scope) => {
			for (const fields of [{}, { prompt: "none" }, { prompt: "consent" }]) {
				const request = requestOf(clients.portal, { scope, ...fields });
				expectRefusal(await bob.go(request.url), request, "access_denied");
			}
			const fresh = requestOf(clients.portal, { scope });
			expectRefusal(await authorize(house.browser(), fresh, "bob"), fresh, "access_denied");
			expectCode(await alice.go(fresh.url), fresh);
		},
	);

	test("the consent page does not offer what the person cannot have, nor does its form grant it", async () => {
		const request = requestFrom("seller", { scope: "openid crm.read crm.write" });
		const page = await bob.go(request.url);
		expect(page.page).toBe("consent");
		expect(page.html).toContain('id="scope-crm.read"');
		expect(page.html).not.toContain("crm.write");
		const answer = await bob.send("POST", "/consent", { ...bob.hidden(page), answer: "allow", scope: ["crm.read", "crm.write"] });
		expect((await grantOf(await bob.go(answer.headers.location ?? ""), request)).scope).toEqual(["openid", "crm.read"]);
		expect((await alice.go(request.url)).html).toContain('id="scope-crm.write"');
	});

	test("somebody who left the group while the consent page was open gets nothing for it", async () => {
		await using own = await openHouse({ file: { clients: [...Object.values(clients), ...more] } });
		const { browser } = await signedIn(own, clients.portal);
		const request = requestFrom("seller", { scope: "crm.write" });
		const page = await browser.go(request.url);
		expect(page.page).toBe("consent");
		const { people } = own.gatehouse.ground.store;
		const [person] = await people.list(1);
		await people.change(person?.id ?? "", { groups: [], now: own.now() }, []);
		expectRefusal(await browser.click(page, "consent-allow"), request, "access_denied");
		await people.change(person?.id ?? "", { groups: ["sales"], now: own.now() }, []);
		expectCode(await browser.click(page, "consent-allow"), request);
	});
});

test("the scopes of an API that is switched off are left out, and nobody is asked for them", async () => {
	await using own = await openHouse({ file: { clients: [...Object.values(clients), ...more] } });
	const { store } = own.gatehouse.ground;
	const { browser } = await signedIn(own, clients.portal, {}, own.browser(), "bob");
	const row = (await store.resources.all()).find(({ identifier }) => identifier === crm);
	if (!row) throw new Error("it is declared");
	const request = requestFrom("seller", { scope: "openid profile crm.read crm.write" });
	for (const enabled of [false, true]) {
		await store.resources.put({ ...row, enabled }, []);
		await own.gatehouse.refresh();
		const page = await browser.go(request.url);
		expect(page.html).toContain('id="scope-profile"');
		expect(page.html.includes('id="scope-crm.read"')).toBe(enabled);
		expect(page.html).not.toContain("crm.write");
		const alone = requestFrom("seller", { scope: "crm.read" });
		const named = requestFrom("seller", { scope: "openid crm.read", resource: crm });
		if (enabled) {
			expect((await browser.go(alone.url)).page).toBe("consent");
			expect((await browser.go(named.url)).page).toBe("consent");
		} else {
			expectRefusal(await browser.go(alone.url), alone, "invalid_scope");
			expectRefusal(await browser.go(named.url), named, "invalid_target");
		}
	}
});

describe("resource narrows (RFC 8707 §2.1)", () => {
	const asked = "openid profile crm.read orders.read";

	test.each([
		["none: all of them", undefined, "openid profile crm.read orders.read", false],
		["empty, which is none", "", "openid profile crm.read orders.read", false],
		["one", crm, "openid profile crm.read", true],
		["the other", orders, "openid profile orders.read", true],
		["both", [crm, orders], "openid profile crm.read orders.read", true],
		["one twice", [crm, crm], "openid profile crm.read", true],
		["userinfo alone", issuer, "openid profile", true],
		["userinfo and one", [issuer, orders], "openid profile orders.read", true],
	] as const)("%s", async (_what, resource, scope, resourceNamed) => {
		const request = requestOf(clients.portal, { scope: asked, resource });
		const grant = await grantOf(await alice.go(request.url), request);
		expect(grant.scope.join(" ")).toBe(scope);
		expect(grant.resourceNamed).toBe(resourceNamed);
		expect(grant.requestedScope.join(" ")).toBe(asked);
	});

	test.each([
		["unknown", "https://nobody.company.test", asked],
		["none of whose scopes was asked for", orders, "openid crm.read"],
		["one of two that was not asked for", [crm, orders], "openid crm.read"],
		["userinfo without openid", issuer, "crm.read"],
		["with a fragment", `${crm}#x`, asked],
		["with a slash", `${crm}/`, asked],
		["in capitals", crm.toUpperCase(), asked],
		["no URI", "crm", asked],
		["with a line break", `${crm}\n`, asked],
	] as const)("%s: invalid_target, before any page", async (_what, resource, scope) => {
		const request = requestOf(clients.portal, { scope, resource });
		expectRefusal(await alice.go(request.url), request, "invalid_target");
		expectRefusal(await house.browser().go(request.url), request, "invalid_target");
	});

	test("the consent page asks for what is left alone", async () => {
		const request = requestFrom("seller", { scope: "openid profile crm.read crm.write", resource: issuer });
		const page = await alice.go(request.url);
		expect(page.html).toContain('id="scope-profile"');
		expect(page.html).not.toContain('id="scope-crm');
		expect((await grantOf(await alice.click(page, "consent-allow"), request)).scope).toEqual(["openid", "profile"]);
	});

	test("it survives the way through the pages", async () => {
		const request = requestOf(clients.portal, { scope: asked, resource: [crm, orders], prompt: "login consent" });
		const browser = house.browser();
		const page = await authorize(browser, request);
		expect((await grantOf(await browser.click(page, "consent-allow"), request)).resourceNamed).toBe(true);
	});
});
