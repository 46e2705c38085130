import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pageAt } from "./blocks.ts";
import { following } from "./following.ts";

/** What of Vitest's report is looked at. */
interface Report {
	readonly numPassedTests: number;
	readonly testResults: readonly {
		readonly name: string;
		readonly message: string;
		readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
	}[];
}

test("the tests of the pages about testing and about signing out pass as they stand, on the packages as they are built", {
	timeout: 120_000,
}, async () => {
	await using reader = await following();
	for (const block of ["docs/testing.md", "docs/logout.md"].flatMap((path) => pageAt(path).blocks))
		if (block.file !== undefined) await reader.follow(block);
	// A machine that does other things meanwhile takes its time.
	await reader.run("npx vitest run --testTimeout=60000 --reporter=json --outputFile=report.json || true");
	const { testResults, numPassedTests } = JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8")) as Report;
	const failed = testResults.flatMap(({ name, message, assertionResults }) => [
		...(message ? [`${name}: ${message}`] : []),
		...assertionResults.flatMap(({ title, failureMessages }) => failureMessages.map((text) => `${title}: ${text}`)),
	]);
	expect(failed).toEqual([]);
	expect(numPassedTests).toBeGreaterThanOrEqual(12);
});
