import { execFile } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Block, commandsIn, pageAt, root } from "./blocks.ts";
import { following, onceFollowed } from "./following.ts";

const page = pageAt("docs/machine.md");

/** The block that begins so. */
function blockOf(beginning: string): Block {
	const found = page.blocks.find(({ code, file }) => file === beginning || code.trimStart().startsWith(beginning));
	if (found === undefined) throw new Error(`docs/machine.md has no block ${beginning}`);
	return found;
}

const secretIn = (said: string) => /^client_secret: (\S{43})$/m.exec(said)?.[1] ?? "";

test("whoever follows the page of the machine from an empty folder has a job that runs, and changes its secret", {
	timeout: 120_000,
}, async () => {
	await using reader = await following();
	// Outside the clone, where npm finds nothing of it.
	const elsewhere = mkdtempSync(join(tmpdir(), "gatehouse-machine-"));
	const folder = join(elsewhere, "night-job");
	const node = async (file: string) => (await promisify(execFile)(process.execPath, [file], { cwd: folder })).stdout;
	try {
		for (const block of ["try/gatehouse.yaml", "try/api.ts", "npx gatehouse serve"]) await reader.follow(blockOf(block));
		reader.write("try/night-job.json", blockOf('{\n\t"client_id"').code);
		const secret = secretIn(await reader.follow(blockOf("npx gatehouse client add")));

		const commands = commandsIn(blockOf("mkdir night-job").code);
		expect(commands.slice(0, 2)).toEqual(["mkdir night-job", "cd night-job"]);
		mkdirSync(folder);
		const installing = commands.slice(2).map((command) => `${command.replace("/path/to/gatehouse", root)} --offline --no-audit --no-fund`);
		await promisify(execFile)("sh", ["-c", installing.join(" && ")], { cwd: folder });
		expect(lstatSync(join(folder, "node_modules/@gatehouse/sdk")).isSymbolicLink()).toBe(false);

		writeFileSync(join(folder, "secret"), `${secret}\n`);
		writeFileSync(join(folder, "night-job.mts"), reader.here(blockOf("night-job.mts").code));
		expect(commandsIn(blockOf("node night-job.mts").code)).toEqual(["node night-job.mts"]);
		const printed = await onceFollowed(() => node("night-job.mts"));
		expect(printed).toContain("1041: a copper kettle");
		expect(printed).toContain("askedBy: 'night-job'");

		const next = secretIn(await reader.run(`${reader.here(blockOf("npx gatehouse client rotate-secret").code.trim())} --yes`));
		expect([next.length, next === secret]).toEqual([43, false]);
		expect(await node("night-job.mts")).toBe(printed);
		writeFileSync(join(folder, "secret.next"), next);
		renameSync(join(folder, "secret.next"), join(folder, "secret"));
		expect(await onceFollowed(() => node("night-job.mts"))).toBe(printed);
		writeFileSync(join(folder, "secret"), "wrong");
		await expect(node("night-job.mts")).rejects.toThrow("invalid_client");
	} finally {
		rmSync(elsewhere, { recursive: true });
	}
});

test("the test of the page passes as it stands, on the packages as they are built", { timeout: 120_000 }, async () => {
	await using reader = await following();
	await reader.follow(blockOf("night-job.test.ts"));
	await reader.run("npx vitest run --reporter=json --outputFile=report.json");
	expect(JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8"))).toMatchObject({ success: true, numPassedTests: 1 });
});
