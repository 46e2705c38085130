import { type TestAPI, test } from "vitest";
import type { Issuer } from "./issuer.ts";
import type { IssuerOptions } from "./options.ts";
import { startIssuer } from "./start-issuer.ts";

/**
 * Vitest's `test` with an `issuer`: one for each file, because apps are told its address once, and as just started for each test.
 *
 * @param options as `startIssuer` takes them
 * @example
 * const test = issuerTest({ resources: [{ identifier: "https://orders.acme.test", scopes: { "orders.read": "See your orders" } }] });
 * test("Alice sees her orders", async ({ issuer }) => { const token = await issuer.token({ person: "alice" }); });
 */
export function issuerTest(options: IssuerOptions = {}): TestAPI<{ readonly issuer: Issuer }> {
	return test.extend<{ readonly fileIssuer: Issuer; readonly issuer: Issuer }>({
		fileIssuer: [
			// biome-ignore lint/correctness/noEmptyPattern: the fixtures that are needed are read from the pattern
			async ({}, use) => {
				await using issuer = await startIssuer(options);
				await use(issuer);
			},
			{ scope: "file" },
		],
		issuer: async ({ fileIssuer }, use) => {
			await use(fileIssuer);
			await fileIssuer.reset();
		},
	});
}
