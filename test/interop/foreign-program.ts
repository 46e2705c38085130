import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How a program that is not ours is started. */
export interface ForeignProgram {
	readonly program: string;
	readonly words: readonly string[];
	/** Where it stands, and where what it says is kept. */
	readonly folder: string;
	readonly environment: Readonly<Record<string, string>>;
	/** Where it listens on loopback. */
	readonly port: number;
}

/** Starts it and waits until it answers; rejects with what it said when it ends before. */
export async function startForeign({ program, words, folder, environment, port }: ForeignProgram): Promise<AsyncDisposable> {
	const log = join(folder, "program.log");
	// A file and no pipe, which Apache could not open again by name.
	const output = openSync(log, "a");
	const child = spawn(program, words, { cwd: folder, env: { ...process.env, ...environment }, stdio: ["ignore", output, output] });
	closeSync(output);
	const ended = once(child, "exit");
	const answers = async () => {
		while (!(await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).catch(() => undefined)))
			await new Promise((done) => setTimeout(done, 20));
	};
	const failed = ended.then(([code]) => Promise.reject(new Error(`${program} ended with ${code}: ${readFileSync(log, "utf8")}`)));
	await Promise.race([answers(), failed]);
	return {
		async [Symbol.asyncDispose]() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}
