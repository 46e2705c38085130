import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium as playwright } from "@playwright/test";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";
import { chromium } from "../../../../test/chromium.ts";
import { type Control, openControl, orders, secret } from "./control.ts";
import type { Results } from "./suite.ts";
import { nodeOf } from "./versions.ts";

/** Every case that there is, with what went wrong in those that failed. */
const cases = 10;

const told = ({ issuer }: Control) => ({ issuer: issuer.url, resource: orders, secret });

function expectAll(results: Results): void {
	expect(Object.entries(results).filter(([, result]) => result !== "passed")).toEqual([]);
	expect(Object.keys(results)).toHaveLength(cases);
}

/** What the suite in a Node answers. */
interface NodeReport {
	readonly version: string;
	readonly results: Results;
	/** Each algorithm by which a genuine token was taken, and how one with another's signature was refused. */
	readonly algorithms: readonly string[];
	readonly waysIn: readonly string[];
}

const verified = ["RS256", "PS256", "ES256", "EdDSA"].map((alg) => `${alg}: invalid_token`);

async function inNode(program: string): Promise<NodeReport> {
	await using control = await openControl("");
	const suite = join(import.meta.dirname, "in-node.ts");
	const { stdout } = await promisify(execFile)(program, [suite, control.url, JSON.stringify(told(control))], { env: {} });
	return JSON.parse(stdout);
}

test.for([22, 24] as const)(
	"the client core as it is built passes its suite in Node %i, and every way in opens",
	{ timeout: 180_000 },
	async (major) => {
		const program = await nodeOf(major);
		expect(program, "this kind of machine has no package of that Node").toBeDefined();
		const { version, results, algorithms, waysIn } = await inNode(String(program));
		expect(version).toMatch(new RegExp(`^v${major}\\.`));
		expectAll(results);
		expect(algorithms).toEqual(verified);
		expect(waysIn).toContain("./resource-server");
	},
);

test("the client core as it is built passes its suite in the Node of the repository", async () => {
	const { version, results } = await inNode(process.execPath);
	expect(version).toBe(process.version);
	expectAll(results);
});

test("the client core as it is built passes its suite in Chromium, across origins", { timeout: 60_000 }, async () => {
	const bundle = await rolldown({ input: join(import.meta.dirname, "in-browser.ts"), platform: "browser" });
	const { output } = await bundle.generate({ format: "iife" });
	await using control = await openControl(output[0].code);
	const { executablePath, env } = await chromium();
	const browser = await playwright.launch({ executablePath, env: { ...process.env, ...env } as Record<string, string> });
	try {
		const page = await browser.newPage();
		await page.goto(control.url);
		await page.addScriptTag({ url: "/suite.js" });
		expectAll(
			await page.evaluate(
				(told) => (globalThis as unknown as { runSuite: (told: object) => Promise<Results> }).runSuite(told),
				told(control),
			),
		);
	} finally {
		await browser.close();
	}
});
