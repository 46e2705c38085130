import { expect, test } from "vitest";
import { loadConfiguration } from "../../packages/server/src/config.ts";
import { clientAuthMethods } from "../../packages/server/src/oauth/client-auth/index.ts";
import { grantTypes } from "../../packages/server/src/oauth/grants/index.ts";
import { scratchFolder } from "../process.ts";
import { selfSigned } from "./certificate.ts";
import { plans } from "./plans/index.ts";
import { makeSecrets, providerConfiguration, suiteConfiguration } from "./profile.ts";

const supported = { authMethods: clientAuthMethods.map(({ name }) => name), grantTypes: grantTypes.map(({ name }) => name) };
const places = { issuer: "https://localhost:4443", suite: "https://suite.test:8443" };

test.each(plans.map((plan) => [plan.name, plan] as const))("the provider of %s starts: its configuration has no fault", async (_, plan) => {
	using folder = scratchFolder();
	const { cert, key } = selfSigned("localhost", Date.now());
	const files = { cert: folder.write("auth.pem", cert), key: folder.write("auth.key", key), ca: folder.write("suite.pem", cert) };
	const configuration = providerConfiguration(plan, places, "127.0.0.1", files, makeSecrets(plan));
	const file = folder.write("gatehouse.json", JSON.stringify(configuration));
	const read = await loadConfiguration({ file, cwd: folder.path, env: {}, supported });
	expect(read.declaration?.clients).toHaveLength(plan.clients === undefined ? 0 : 3);
});

test("private keys of clients go to the suite and never to the provider", () => {
	const plan = plans.find(({ authMethod }) => authMethod === "private_key_jwt")!;
	const secrets = makeSecrets(plan);
	const files = { cert: "auth.pem", key: "auth.key" };
	const keysIn = (of: object) => [...JSON.stringify(of).matchAll(/"(d|p|q|dp|dq|qi)":/g)].length;
	expect(keysIn(suiteConfiguration(plan, places, secrets))).toBe(12);
	expect(keysIn(providerConfiguration(plan, places, "127.0.0.1", files, secrets))).toBe(0);
});

test("nothing is expected to fail but the two conditions of the implicit flow, and nothing to be skipped but what is not signed", () => {
	const said = plans.flatMap(({ expected = {} }) => Object.entries(expected));
	const failing = said.filter(([, expectation]) => "fails" in expectation);
	expect(new Set(failing.map(([module, expectation]) => JSON.stringify([module, expectation])))).toEqual(
		new Set([
			JSON.stringify([
				"oidcc-discovery-endpoint-verification",
				{ fails: ["OIDCCCheckDiscEndpointResponseTypesSupportedDynamic", "OIDCCCheckDiscEndpointGrantTypesSupportedDynamic"] },
			]),
		]),
	);
	const skipped = said.flatMap(([module, expectation]) => ("ends" in expectation ? [module] : []));
	expect(skipped.filter((module) => !/unsigned|request-object-with-redirect-uri/.test(module))).toEqual([]);
});
