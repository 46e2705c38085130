import { expect, test } from "vitest";
import { FakeDevice, redirect } from "../../test/mobile/fake-device.ts";
import type { AuthError } from "../client/auth-error.ts";
import { createMobileAuth } from "./create-auth.ts";
import type { AuthOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { redirectFault } from "./redirect.ts";

/** What is said about options, which nothing of a device is needed for. */
function said(options: object): string {
	try {
		createMobileAuth(options as AuthOptions, {} as Platform);
	} catch (error) {
		return `${(error as AuthError).code}: ${(error as AuthError).message}`;
	}
	return "";
}

test.each(["https://app.acme.test/cb", "https://app.acme.test/", "com.acme.shop:/auth", "com.acme.shop://auth", "com.acme.shop:/a/b"])(
	"%s leads back to an app",
	(link) => {
		expect(redirectFault(link)).toBeUndefined();
	},
);

test.each([
	["myapp:/auth", /`myapp:` has none, and any app may take it \(RFC 8252 §7\.1\)/],
	["myapp://auth", /`myapp:` has none/],
	["http://localhost/cb", /`http:` has none/],
	["javascript:alert(1)", /`javascript:` has none/],
	["com.acme.shop:", /a path is expected, as in com\.acme\.shop:\/auth/],
	["com.acme.shop:auth", /a path is expected/],
	["Com.Acme.Shop:/auth", /small letters/],
	["com.acme.shop:/auth?x=1", /without query/],
	["https://app.acme.test/cb#x", /without query and fragment/],
	["https://app.acme.test", /written as https:\/\/app\.acme\.test\/ on the wire/],
	["https://APP.acme.test/cb", /written as https:\/\/app\.acme\.test\/cb/],
	["https://me@app.acme.test/cb", /without name/],
	[" com.acme.shop:/auth", /is expected/],
	["", /is expected/],
	[undefined, /is expected/],
])("AZ-07: %s does not, and it is said why", (link, why) => {
	expect(redirectFault(link)).toMatch(why);
});

test("wrong options are refused at once, all of them, with the nearest right word", () => {
	expect(said({ authority: "https://auth.acme.test", clientID: "shop", redirectUri: "myapp:/cb", scope: "profile" })).toBe(
		[
			"invalid_option: createAuth() has no option `authority`. Did you mean `issuer`?",
			"createAuth() has no option `clientID`. Did you mean `clientId`?",
			"createAuth() has no option `redirectUri`. Did you mean `redirect`?",
			'createAuth() option `scope`: `openid` is expected in it, not "profile".',
			"createAuth() needs the option `issuer`.",
			"createAuth() needs the option `clientId`.",
			"createAuth() needs the option `redirect`.",
		].join("\n"),
	);
	expect(said({ issuer: "http://auth.acme.test", clientId: "shop", redirect })).toContain("https is expected");
	expect(said({ issuer: "https://auth.acme.test", clientId: "shop", redirect, resources: { orders: {} } })).toContain("(at orders)");
});

test("so are those of its functions", async () => {
	const { auth } = new FakeDevice().start();
	const messageOf = (promise: Promise<unknown>) => promise.catch((error: AuthError) => `${error.code}: ${error.message}`);
	expect(await messageOf(auth.signIn({ maxage: 5 } as object))).toBe(
		"invalid_option: signIn() has no option `maxage`. Did you mean `maxAge`?",
	);
	expect(await messageOf(auth.signIn({ prompt: "none" as "login" }))).toContain("one of login, select_account, consent is expected");
	expect(await messageOf(auth.signOut({ everywhere: "no" } as object))).toContain("one of true, false is expected");
	expect(await messageOf(auth.token({ audience: "https://orders.acme.test" } as never))).toContain("Did you mean `resource`?");
});
