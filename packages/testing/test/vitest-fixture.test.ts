import { expect } from "vitest";
import { issuerTest } from "../src/vitest.ts";
import { company } from "./company.ts";

const test = issuerTest(company);
let first = "";

test("a test is given an issuer", async ({ issuer }) => {
	first = issuer.url;
	issuer.offline();
	issuer.clock.pass("1h");
	await expect(fetch(issuer.url)).rejects.toThrow();
});

test("the next test of the file is given the same, as just started", async ({ issuer }) => {
	expect(issuer.url).toBe(first);
	expect(issuer.calls.pages).toBe(0);
	expect((await fetch(`${issuer.url}/health/live`)).status).toBe(200);
	expect(Math.abs(issuer.clock.now() - Date.now())).toBeLessThan(60_000);
});
