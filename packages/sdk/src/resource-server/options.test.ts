import { expect, test } from "vitest";
import { issuer, newIssuer, resource } from "../../test/issuer.ts";
import { type ApiOptions, AuthError, createApi, type GuardOptions } from "./index.ts";

const right = { issuer, resource };

function faultOf(make: () => unknown): AuthError {
	try {
		make();
	} catch (error) {
		if (error instanceof AuthError) return error;
		throw error;
	}
	throw new Error("nothing was thrown");
}

const create = (options: unknown) => faultOf(() => createApi(options as ApiOptions));
const guard = (options: unknown) => faultOf(() => createApi(right).guard(options as GuardOptions));

test("every wrong option is an invalid_option that says what was expected", () => {
	expect(create({ ...right, audience: "x" })).toMatchObject({
		name: "AuthError",
		code: "invalid_option",
		retryable: false,
		action: "fix-config",
		message: "createApi() has no option `audience`. Did you mean `resource`?",
		docs: "docs/protecting-an-api.md#invalid_option",
	});
	expect(createApi(right).metadataUrl).toBe(`${resource}/.well-known/oauth-protected-resource`);
});

test("all wrong options are named in one error", () => {
	expect(create({ issuer: "auth.acme.test", algorithm: ["RS256"], fetch: undefined }).message.split("\n")).toEqual([
		'createApi() option `issuer`: an absolute https URL is expected, not "auth.acme.test".',
		"createApi() has no option `algorithm`. Did you mean `algorithms`?",
		"createApi() option `fetch`: a function is expected, not undefined.",
		"createApi() needs the option `resource`.",
	]);
});

test.each([
	["issuerBaseURL", "issuer"],
	["authority", "issuer"],
	["Issuer", "issuer"],
	["isuer", "issuer"],
	["audience", "resource"],
	["ressource", "resource"],
	["algs", "algorithms"],
	["on_error", "onError"],
	["clock", "now"],
])("for %s the option %s is proposed", (word, meant) => {
	expect(create({ ...right, [word]: 1 }).message).toContain(`Did you mean \`${meant}\`?`);
});

test("an option nobody could have meant is answered with the list", () => {
	expect(create({ ...right, insecure: true }).message).toBe(
		"createApi() has no option `insecure`. It takes issuer, resource, algorithms, fetch, now, monotonic, onError.",
	);
	expect(guard({ __proto__: null, toString: 1 }).message).toContain("guard() has no option `toString`.");
});

test("issuer and resource are https URLs, http only on loopback", () => {
	const wrong = [
		"",
		"auth",
		"//auth.acme.test",
		"http://auth.acme.test",
		"http://localhost.evil.test",
		"http://127.0.0.1.evil.test",
		"http://evil.test#.localhost",
		"ftp://localhost",
		"https://u:p@auth.acme.test",
		"https://auth.acme.test?x",
		"https://auth.acme.test#",
		"https://auth.acme.test\n",
		" https://auth.acme.test",
		"https://auth.acmé.test",
		undefined,
		null,
		7,
		["https://auth.acme.test"],
		new URL("https://auth.acme.test"),
	];
	for (const value of wrong) {
		expect(create({ issuer: value, resource }).code, String(value)).toBe("invalid_option");
		expect(create({ issuer, resource: value }).code, String(value)).toBe("invalid_option");
	}
	for (const value of [
		"https://auth.acme.test",
		"https://auth.acme.test:8443/t/one",
		"http://localhost:4000",
		"http://auth.localhost:4000",
		"http://127.0.0.1:4000",
		"http://127.9.9.9",
		"http://[::1]:4000",
	]) {
		expect(createApi({ issuer: value, resource }).metadata().authorization_servers).toEqual([value]);
		expect(createApi({ issuer, resource: value }).metadata().resource).toBe(value);
	}
});

test("RS-03 only asymmetric algorithms can be asked for", () => {
	for (const algorithms of [[], "RS256", ["HS256"], ["none"], ["RS256", "none"], [undefined], {}, ["RS384"]])
		expect(create({ ...right, algorithms }).code).toBe("invalid_option");
	expect(create({ ...right, algorithms: ["rs256"] }).message).toContain("(did you mean RS256?)");
	expect(create({ ...right, algorithms: ["Ed25519"] }).message).toContain("(did you mean EdDSA?)");
	expect(createApi({ ...right, algorithms: ["ES256"] }).metadataUrl).toContain("https://");
});

test("options that are no object, and long or secret values, do not end up in the message", () => {
	for (const options of [undefined, null, "https://auth.acme.test", [], 7])
		expect(create(options).message).toBe("createApi() takes an object of options.");
	expect(create({ ...right, issuer: `http://evil.test/${"x".repeat(10_000)}` }).message.length).toBeLessThan(300);
	expect(create({ ...right, issuer: () => "secret" }).message).toContain("not a function.");
	expect(create({ ...right, issuer: 7n }).message).toContain("not a bigint.");
});

test("a guard whose setting got lost, or is spelt wrong, is no open door", async () => {
	for (const options of [
		{ scope: undefined },
		{ scope: "" },
		{ scope: " " },
		{ scope: [] },
		{ scope: ["orders.read", ""] },
		{ scope: ["orders.read", undefined] },
		{ scope: 'a"b' },
		{ scope: "a\\b" },
		{ scope: "a\nb" },
		{ scope: "ä" },
		{ acr: undefined },
		{ acr: "" },
		{ maxAge: undefined },
		{ maxAge: "5m" },
		{ maxAge: -1 },
		{ maxAge: 1.5 },
		{ maxAge: Number.NaN },
		null,
		"orders.read",
		["orders.read"],
	])
		expect(guard(options).code, JSON.stringify(options)).toBe("invalid_option");
	expect(guard({ scopes: "orders.read" }).message).toBe("guard() has no option `scopes`. Did you mean `scope`?");
	expect(guard({ max_age: 5 }).message).toContain("Did you mean `maxAge`?");
	expect(guard({ acr_values: "mfa" }).message).toContain("Did you mean `acr`?");
	const auth = await newIssuer();
	expect(
		(
			await auth
				.api()
				.guard({ scope: "orders.read" })
				.verify({ headers: { authorization: `bearer ${await auth.token()}` } })
		).subject,
	).toBe("alice");
});

test("guard and express used without being called say so", () => {
	const api = createApi(right) as unknown as Record<"guard" | "express", (...rest: unknown[]) => unknown>;
	const [request, response, next] = [{ headers: {} }, {}, () => {}];
	for (const [door, hint] of [
		["guard", "api.guard({ scope: … })"],
		["express", "app.use(api.express())"],
	] as const) {
		const fault = faultOf(() => api[door](request, response, next));
		expect(fault.code).toBe("invalid_option");
		expect(fault.message).toContain(hint);
	}
});
