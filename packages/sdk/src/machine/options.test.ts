import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AuthError, createMachine, env, file, type MachineOptions } from "./index.ts";

const honest = { issuer: "https://auth.acme.test", clientId: "night-job", clientAuth: "secret" };

function faultsOf(options: unknown): readonly string[] {
	try {
		createMachine(options as MachineOptions);
	} catch (error) {
		expect((error as AuthError).code).toBe("invalid_option");
		return (error as AuthError).message.split("\n");
	}
	return [];
}

test("nothing is wrong with three options, and nothing is fetched for them", () => {
	expect(faultsOf(honest)).toEqual([]);
	expect(faultsOf({ ...honest, clientAuth: () => "secret" })).toEqual([]);
	expect(faultsOf({ ...honest, clientAuth: async () => "secret" })).toEqual([]);
	expect(faultsOf({ ...honest, issuer: "http://127.0.0.1:4000", resources: { "https://a.acme.test": { scope: "a b" } } })).toEqual([]);
});

test.each<[string, unknown, readonly string[]]>([
	["nothing", undefined, ["createMachine() takes an object of options."]],
	[
		"no options",
		{},
		[
			"createMachine() needs the option `issuer`.",
			"createMachine() needs the option `clientId`.",
			"createMachine() needs the option `clientAuth`.",
		],
	],
	[
		"words of others",
		{ ...honest, tokenUrl: "https://auth.acme.test/token", clientSecret: "canary", audience: "https://orders.acme.test", scope: "a" },
		[
			"createMachine() has no option `tokenUrl`. Did you mean `issuer`?",
			"createMachine() has no option `clientSecret`. Did you mean `clientAuth`?",
			"createMachine() has no option `audience`. Did you mean `resources`?",
			"createMachine() has no option `scope`. Did you mean `resources`?",
		],
	],
	[
		"http and a bad resource",
		{ ...honest, issuer: "http://auth.acme.test", resources: { orders: {} } },
		[
			'createMachine() option `issuer`: https is expected (http only on localhost, *.localhost, 127.0.0.1 and [::1]), not "http://auth.acme.test".',
			'createMachine() option `resources`: an absolute https URL is expected (at orders), not {"orders":{}}.',
		],
	],
	[
		"a secret that the environment does not have",
		{ ...honest, clientAuth: process.env["NO_SUCH_SECRET"] },
		['createMachine() option `clientAuth`: a secret is expected, as in env("SSO_SECRET"), not undefined.'],
	],
	["a clock that is none", { ...honest, now: 7 }, ["createMachine() option `now`: a function is expected, not 7."]],
])("%s: all that is wrong is told at once", (_, options, faults) => {
	expect(faultsOf(options)).toEqual(faults);
});

test("what was written as the secret is never shown", () => {
	for (const clientAuth of [{ secret: "canary" }, ["canary"], 4711, "", () => ""]) {
		const [fault, ...others] = faultsOf({ ...honest, clientAuth });
		expect(fault).toBe('createMachine() option `clientAuth`: a secret is expected, as in env("SSO_SECRET").');
		expect(others).toEqual([]);
	}
	expect(faultsOf({ ...honest, clientAuth: env("NO_SUCH_SECRET") })).toEqual([
		"createMachine() option `clientAuth`: a secret is expected (The environment variable NO_SUCH_SECRET is not set.).",
	]);
});

test.each<[unknown, string]>([
	[undefined, "token() takes an object of options."],
	[{}, "token() needs the option `resource`."],
	[{ audience: "https://orders.acme.test" }, "token() has no option `audience`. Did you mean `resource`?"],
	[{ resource: "orders" }, 'token() option `resource`: an absolute https URL is expected, not "orders".'],
	[
		{ resource: "https://a.acme.test", scope: ["a"] },
		'token() option `scope`: scopes with one blank between them are expected, not ["a"].',
	],
	[{ resource: "https://a.acme.test", minTtl: "30" }, 'token() option `minTtl`: whole seconds are expected, not "30".'],
])("token(%j) is refused before anything is sent", async (options, fault) => {
	const fetch = () => expect.unreachable();
	await expect(createMachine({ ...honest, fetch }).token(options as never)).rejects.toMatchObject({
		code: "invalid_option",
		message: expect.stringContaining(fault),
	});
});

test("a secret in a file: read each time, a line break at its end does not count; none and an empty one are told at once", () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
	try {
		const path = join(folder, "sso");
		const secret = file(path);
		expect(faultsOf({ ...honest, clientAuth: secret })).toEqual([
			`createMachine() option \`clientAuth\`: a secret is expected (The file ${path} cannot be read (ENOENT).).`,
		]);
		for (const [text, expected] of [
			["one", "one"],
			["two\n", "two"],
			["three \r\n", "three "],
		] as const) {
			writeFileSync(path, text);
			expect(secret()).toBe(expected);
			expect(faultsOf({ ...honest, clientAuth: secret })).toEqual([]);
		}
		writeFileSync(path, "\n");
		expect(secret).toThrow(`The file ${path} is empty.`);
		expect(file(folder)).toThrow("EISDIR");
	} finally {
		rmSync(folder, { recursive: true });
	}
});
