import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pageAt } from "./blocks.ts";
import { following } from "./following.ts";

test("the tests of the page about testing pass as they stand, on the packages as they are built", { timeout: 120_000 }, async () => {
	await using reader = await following();
	const { blocks } = pageAt("docs/testing.md");
	for (const block of blocks) if (block.file !== undefined) await reader.follow(block);
	await reader.run("npx vitest run --reporter=json --outputFile=report.json");
	const report = JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8"));
	expect(report).toMatchObject({ success: true, numFailedTests: 0 });
	expect(report.numPassedTests).toBeGreaterThanOrEqual(10);
});
