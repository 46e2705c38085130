import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Where a store can be made, in a folder of its own. */
export function temporaryFile() {
	const path = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
	return { file: join(path, "gatehouse.db"), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Another process that adds people to a store, 8 at a time, until it has added `count` or is killed. */
export function startProcess(file: string, name: string, count: number) {
	const program = fileURLToPath(new URL("adds-people.ts", import.meta.url));
	const child = spawn(process.execPath, ["--conditions=@gatehouse/source", program, file, name, `${count}`], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	/** The ids that the process was told are written. */
	const acknowledged: string[] = [];
	const lines = createInterface({ input: child.stdout }).on("line", (line) => acknowledged.push(line));
	const read = new Promise<void>((resolve) => lines.once("close", resolve));
	const exited = new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) => {
		child.once("exit", (code, signal) => resolve({ code, signal }));
	});
	const ended = read.then(() => exited);
	return { acknowledged, ended, kill: () => child.kill("SIGKILL") };
}
