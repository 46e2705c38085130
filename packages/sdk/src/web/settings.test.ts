import { expect, test } from "vitest";
import { AuthError, createWebAuth, env, memory, type WebAuthOptions } from "./index.ts";

const right: WebAuthOptions = {
	issuer: "https://auth.acme.test",
	clientId: "crm",
	clientAuth: "a secret of at least thirty-two characters",
	origin: "https://crm.acme.test",
	store: memory(),
};

/** The one error that the options are refused with. */
function refused(options: object): AuthError {
	try {
		createWebAuth(options as WebAuthOptions);
	} catch (error) {
		if (error instanceof AuthError) return error;
	}
	throw new Error("was not refused");
}

test("right options are taken at once, and nothing is fetched", () => {
	expect(() => createWebAuth({ ...right, fetch: () => Promise.reject(new Error("fetched")) })).not.toThrow();
	expect(() => createWebAuth({ ...right, issuer: "https://auth.acme.test/tenant/" })).not.toThrow();
	expect(() =>
		createWebAuth({ ...right, basePath: "/sso/v2", scope: "openid email", idle: 900, absolute: 86_400, sessionKeys: ["k".repeat(32)] }),
	).not.toThrow();
});

test("all that is wrong is told in one error, with the nearest right word", () => {
	const { code, action, message } = refused({ issuer: "auth.acme.test", clientID: "crm", orgin: "https://crm.acme.test", baseURL: 1 });
	expect([code, action]).toEqual(["invalid_option", "fix-config"]);
	for (const sentence of [
		"option `issuer`: an absolute https URL is expected",
		"Did you mean `clientId`?",
		"Did you mean `origin`?",
		"needs the option `clientId`",
		"needs the option `clientAuth`",
		"needs the option `origin`",
	])
		expect(message).toContain(sentence);
});

test("words of other libraries are known", () => {
	for (const [word, meant] of [
		["issuerBaseURL", "issuer"],
		["clientSecret", "clientAuth"],
		["appBaseUrl", "origin"],
		["redirectUri", "origin"],
		["secret", "clientAuth"],
		["keys", "sessionKeys"],
		["session_store", "store"],
	])
		expect(refused({ ...right, [word!]: "x" }).message).toContain(`Did you mean \`${meant}\`?`);
});

test("what would be unsafe is refused", () => {
	for (const wrong of [
		{ origin: "http://crm.acme.test" },
		{ origin: "https://crm.acme.test/" },
		{ origin: "https://crm.acme.test/app" },
		{ origin: "crm.acme.test" },
		{ issuer: "http://auth.acme.test" },
		{ basePath: "auth" },
		{ basePath: "/auth/" },
		{ basePath: "/auth/../x" },
		{ basePath: "/" },
		{ scope: "email" },
		{ idle: -1 },
		{ absolute: 1.5 },
		{ store: {} },
		{ sessionKeys: [] },
		{ sessionKeys: ["short"] },
		{ resources: { "http://orders.acme.test": {} } },
		{ postLogoutRedirectUri: "/bye" },
		{ onError: "log" },
	])
		expect(refused({ ...right, ...wrong }).message.split("\n")).toHaveLength(1);
});

test("a missing or short secret is told at once, by name and length and never by value", () => {
	const canary = "canary-0123456789";
	expect(refused({ ...right, clientAuth: canary }).message).toContain("needs the option `sessionKeys`");
	expect(refused({ ...right, clientAuth: env("NO_SUCH_VARIABLE") }).message).toContain("NO_SUCH_VARIABLE is not set");
	expect(refused({ ...right, clientAuth: 1 }).message).toBe(
		'createWebAuth() option `clientAuth`: a secret is expected, as in env("SSO_SECRET").',
	);
	for (const wrong of [
		{ clientAuth: { secret: canary } },
		{ clientAuth: [canary] },
		{ clientAuth: canary },
		{ clientAuth: () => canary },
		{ sessionKeys: [canary] },
		{ sessionKeys: canary },
	])
		expect(refused({ ...right, ...wrong }).message).not.toContain(canary);
});

test("an app that others can reach needs a store of its own choice; on localhost it may do without", () => {
	const { store: _, ...without } = right;
	expect(refused(without).message).toContain("needs the option `store` where the app is not on localhost");
	expect(() => createWebAuth({ ...without, origin: "http://localhost:3000" })).not.toThrow();
});

test("guards and adapters that are used without a call say how they are written", () => {
	const auth = createWebAuth(right);
	const express = auth.express as (...given: unknown[]) => unknown;
	const required = auth.required as (...given: unknown[]) => unknown;
	expect(() => express({}, {}, () => undefined)).toThrow("Write auth.express().");
	expect(() => required({}, {}, () => undefined)).toThrow("Write auth.required().");
	expect(() => auth.required({ acrValues: "mfa" } as never)).toThrow("Did you mean `acr`?");
	expect(() => auth.required({ maxAge: undefined } as never)).toThrow("whole seconds are expected");
});
