import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCompany } from "./company.ts";
import type { Name } from "./parties.ts";
import { freeBase } from "./ports.ts";
import { keyFile } from "./secrets.ts";

test.each<[string, readonly Name[], number, string]>([
	["with everybody there it counts the orders", ["auth", "orders"], 0, "3 orders, 2 still to send: 1041, 1042"],
	["without auth it says so, and ends with 1", ["orders"], 1, "The night job could not do its work: http://auth.localhost:"],
	["without orders it says so, and ends with 1", ["auth"], 1, "The night job could not do its work: fetch failed (connect ECONNREFUSED"],
])("the night job: %s", { timeout: 60_000 }, async (_, members, ends, sentence) => {
	const data = mkdtempSync(join(tmpdir(), "gatehouse-night-job-"));
	const printed: string[] = [];
	const company = await startCompany({ base: await freeBase(), data, members, say: (who, line) => printed.push(`${who}: ${line}`) });
	try {
		expect(await company.nightJob(), printed.join("\n")).toBe(ends);
		const said = printed.filter((line) => line.startsWith("night-job: ")).map((line) => line.slice("night-job: ".length));
		expect(said).toEqual([expect.stringContaining(sentence)]);
		expect(printed.join()).not.toContain(readFileSync(keyFile(data), "utf8").split("\n")[1]);
	} finally {
		await company.stop();
		rmSync(data, { recursive: true, force: true });
	}
});
