import { describe, expect, test } from "vitest";
import type { AuthError } from "./auth-error.ts";
import { createAuth } from "./create-auth.ts";

const right = { issuer: "https://auth.acme.test", clientId: "shop" };

const messageOf = (work: () => unknown) => {
	try {
		work();
		return "taken";
	} catch (error) {
		const { name, code, action, message } = error as AuthError;
		return `${name} ${code} ${action}: ${message}`;
	}
};

describe("createAuth", () => {
	test("takes what is right", () => {
		const resources = { "https://orders.acme.test": { scope: "orders.read", urls: ["https://gateway.acme.test/orders"] } };
		const uris = { redirectUri: "https://shop.acme.test/app/callback", postLogoutRedirectUri: "https://shop.acme.test/bye?x=1" };
		expect(messageOf(() => createAuth({ ...right, ...uris, scope: "openid email", resources }))).toBe("taken");
		expect(messageOf(() => createAuth({ issuer: "http://auth.localhost:4000", clientId: "shop" }))).toBe("taken");
	});

	test("names every fault at once, with what was expected, what was got, and the option that was meant", () => {
		const options = {
			issuer: "http://auth.acme.test",
			clientID: "shop",
			authority: "x",
			redirectUri: "/callback",
			scope: "email",
			colour: "red",
		};
		expect(messageOf(() => createAuth(options as never))).toBe(
			`AuthError invalid_option fix-config: ${[
				'createAuth() option `issuer`: https is expected (http only on localhost, *.localhost, 127.0.0.1 and [::1]), not "http://auth.acme.test".',
				"createAuth() has no option `clientID`. Did you mean `clientId`?",
				"createAuth() has no option `authority`. Did you mean `issuer`?",
				'createAuth() option `redirectUri`: an absolute URL is expected, as it is registered, not "/callback".',
				'createAuth() option `scope`: `openid` is expected in it, not "email".',
				"createAuth() has no option `colour`. It takes issuer, clientId, redirectUri, postLogoutRedirectUri, scope, resources.",
				"createAuth() needs the option `clientId`.",
			].join("\n")}`,
		);
	});

	test.each([
		[{ issuer: "https://auth.acme.test/" }, "a URL without a slash at its end is expected"],
		[{ clientId: undefined }, "a text is expected, not undefined"],
		[{ scope: "openid  email" }, "scopes with one blank between them are expected"],
		[{ redirectUri: "https://shop.acme.test/#/callback" }, "an absolute URL is expected"],
		[{ resources: [] }, "an object by resource is expected"],
		[{ resources: { orders: {} } }, "an absolute https URL is expected (at orders)"],
		[{ resources: { "https://orders.acme.test": { url: ["https://a.test"] } } }, "Did you mean `urls`?"],
		[{ resources: { "https://orders.acme.test": { urls: ["http://a.test"] } } }, "a list of https URLs is expected"],
	])("refuses %j", (change, told) => {
		expect(messageOf(() => createAuth({ ...right, ...change } as never))).toContain(told);
	});

	test("refuses what is no object", () => {
		expect(messageOf(() => createAuth("https://auth.acme.test" as never))).toContain("createAuth() takes an object of options.");
	});
});

test("the calls check theirs in the same way", async () => {
	const auth = createAuth(right);
	const told = (promise: Promise<unknown>) => promise.catch(({ code, message }: AuthError) => `${code}: ${message}`);
	expect(await told(auth.signIn({ promt: "login" } as never))).toBe(
		"invalid_option: signIn() has no option `promt`. Did you mean `prompt`?",
	);
	expect(await told(auth.signIn({ prompt: "none" } as never))).toContain("one of login, select_account, consent is expected");
	expect(await told(auth.signIn({ maxAge: -1 }))).toContain("whole seconds are expected, not -1");
	expect(await told(auth.signOut({ everywhere: "yes" as never }))).toContain("one of true, false is expected");
	expect(await told(auth.token({ audience: "https://orders.acme.test" } as never))).toContain("Did you mean `resource`?");
	expect(await told(auth.token({ resource: "orders" }))).toContain("an absolute https URL is expected");
});
