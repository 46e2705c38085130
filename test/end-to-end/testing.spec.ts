import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { chromium } from "../chromium.ts";
import { pageAt } from "../manual/blocks.ts";
import { following } from "../manual/following.ts";

// Generous, because a browser, a bundler and whatever else a machine does share its cores.
test.describe.configure({ timeout: 120_000 });

/** Beside the page: somebody who is asked what an app may do, one who is not let in, and an address that is nobody's. */
const more = `
import { issuerTest } from "@gatehouse/testing/playwright";
import { expect } from "@playwright/test";

const test = issuerTest({ port: 4000, people: [{ username: "alice" }, { username: "bob", enabled: false }], clients: [{ client_id: "third", redirect_uris: ["http://localhost:5173/cb"] }] });
const url = "http://localhost:4000/authorize?response_type=code&client_id=third&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&redirect_uri=http://localhost:5173/";

test("consent is given on the way, and the same issuer serves the next test as just started", async ({ page, signIn }) => {
	await page.goto(url + "cb");
	await signIn(page);
	expect(new URL(page.url()).searchParams.get("code")).toBeTruthy();
});
test("what the issuer shows instead is thrown with its words", async ({ page, issuer, signIn }) => {
	expect(await issuer.sessions()).toEqual([]);
	await page.goto(url + "cb");
	await expect(signIn(page, "bob")).rejects.toThrow("the issuer does not let bob in");
	await page.goto(url + "elsewhere");
	await expect(signIn(page)).rejects.toThrow('the issuer shows its page "error" at /authorize');
	await expect(signIn(page, "alcie")).rejects.toThrow("did you mean \`alice\`?");
});
`;

test("the browser test of the page about testing passes as it stands; consent and refusals are met on the way", async () => {
	const { executablePath, env } = await chromium();
	Object.assign(process.env, env);
	await using reader = await following();
	for (const block of pageAt("docs/testing.md").blocks) if (block.file !== undefined) await reader.follow(block);
	// A project of its own: else Playwright would tidy up where this test runs.
	reader.write("package.json", JSON.stringify({ private: true, type: "module" }));
	reader.write("more.browser.ts", reader.here(more));
	reader.write(
		"with-chromium.config.ts",
		`import page from "./playwright.config.ts";\nexport default { ...page, use: { launchOptions: { executablePath: ${JSON.stringify(executablePath)} } } };\n`,
	);
	await reader.run("PLAYWRIGHT_JSON_OUTPUT_NAME=report.json npx playwright test --config with-chromium.config.ts --reporter=json");
	expect(JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8")).stats).toMatchObject({
		expected: 3,
		unexpected: 0,
		skipped: 0,
		flaky: 0,
	});
});
