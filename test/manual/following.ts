import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { type Block, commandsIn, root } from "./blocks.ts";

/** What Alice signs in with, and whatever else a command reads. */
export const password = "teapot under the oak";

/** What goes on until it is told to end. */
const goesOn = /^npx (?:gatehouse serve|node|vite) /;

/** The ports that the manual speaks of: Gatehouse, an API, an app. */
type Port = 4000 | 3000 | 5173;

/** Somebody who does what a page of the manual says, in a folder of the clone. Where the page has ports, those that are free are used. */
export interface Following extends AsyncDisposable {
	readonly folder: string;
	readonly origin: (port: Port) => string;
	/** A text of the page, with the ports that are used. */
	readonly here: (text: string) => string;
	readonly write: (file: string, content: string) => void;
	/** Runs a command to its end and answers what it said; fails when it failed. */
	readonly run: (command: string) => Promise<string>;
	/** Writes the file that a block is, or runs its commands; answers what they said. */
	readonly follow: (block: Block) => Promise<string>;
}

/** Work that needs what a command has just changed, done again until the running server has followed, which it does within two seconds. */
export const onceFollowed = <T>(work: () => Promise<T>): Promise<T> => vi.waitFor(work, { timeout: 30_000, interval: 250 });

export async function following(): Promise<Following> {
	mkdirSync(join(root, "test-results"), { recursive: true });
	const folder = mkdtempSync(join(root, "test-results", "following-"));
	const ports = new Map<string, number>();
	for (const port of ["4000", "3000", "5173"]) ports.set(port, await freePort());
	const running: ChildProcess[] = [];
	const origin = (port: Port) => `http://localhost:${ports.get(String(port))}`;
	const here = (text: string) => text.replaceAll(/\b(?:4000|3000|5173)\b/g, (port) => String(ports.get(port)));

	function start(command: string) {
		const env = { ...process.env, GATEHOUSE_LISTEN_PORT: String(ports.get("4000")) };
		// `npx` leaves its child alive when it alone is ended, so each command has a group of its own.
		const child = spawn("sh", ["-c", command], { cwd: folder, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
		let said = "";
		for (const stream of [child.stdout, child.stderr])
			stream.on("data", (text) => {
				said += text;
			});
		child.stdin.end(`${password}\n`);
		return { child, said: () => said };
	}

	async function run(command: string): Promise<string> {
		const { child, said } = start(command);
		const code = await new Promise((resolve) => child.once("close", resolve));
		if (code !== 0) throw new Error(`${command} ended with ${code}: ${said()}`);
		return said();
	}

	/** Starts what goes on, and waits until it answers. */
	async function open(command: string): Promise<void> {
		const { child, said } = start(command);
		running.push(child);
		const at = origin(command.includes("serve") ? 4000 : command.includes("vite") ? 5173 : 3000);
		for (;;) {
			if (child.exitCode !== null) throw new Error(`${command} ended: ${said()}`);
			const answers = await fetch(at).then(
				() => true,
				() => false,
			);
			if (answers) return;
			await new Promise((done) => setTimeout(done, 20));
		}
	}

	function write(file: string, content: string): void {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), content);
	}

	async function follow(block: Block): Promise<string> {
		if (block.file !== undefined) write(block.file, here(block.code));
		let said = "";
		for (const command of block.language === "sh" ? commandsIn(here(block.code)) : []) {
			if (command === "npm ci") continue; // has brought what runs this test
			if (goesOn.test(command)) await open(command);
			else said += await run(command);
		}
		return said;
	}

	async function end(): Promise<void> {
		for (const child of running) {
			if (child.exitCode !== null || child.pid === undefined) continue;
			const ended = new Promise((resolve) => child.once("exit", resolve));
			process.kill(-child.pid, "SIGTERM");
			await ended;
		}
		rmSync(folder, { recursive: true });
	}

	return { folder, origin, here, write, run, follow, [Symbol.asyncDispose]: end };
}
