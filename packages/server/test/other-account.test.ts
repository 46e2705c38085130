import { expect, test } from "vitest";
import { codeOf, payloadOf, redeem, requestOf, signedIn } from "./flow.ts";
import { clients, issuer, openHouse, password } from "./house.ts";

test("the consent page leads to another account, and asks that person anew", async () => {
	await using house = await openHouse();
	const { browser } = await signedIn(house, clients.portal);
	const request = requestOf(clients.analytics, { scope: "openid profile" });
	const asked = await browser.go(request.url);
	expect(asked.html).toContain("Alice Example");
	const link = /href="(\/select-account\?continue=[\w-]+)"/.exec(asked.html)?.[1];
	const chooser = await browser.go(`${issuer}${link}`);
	const login = await browser.click(chooser, "account-other");
	expect(login.page).toBe("login");
	const again = await browser.signIn(login, "bob", password);
	expect(again.page).toBe("consent");
	expect(again.html).toContain("Bob Example");
	const tokens = (await redeem(house, request, codeOf(await browser.click(again, "consent-allow")))).json();
	const bob = await house.gatehouse.ground.store.people.findByName("bob");
	expect(payloadOf(tokens.id_token)["sub"]).toBe(bob?.person.id);
});
