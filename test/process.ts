import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const command = resolve(import.meta.dirname, "../packages/server/bin/gatehouse.js");

/** A folder that is gone when the test is over. */
export interface Folder extends Disposable {
	readonly path: string;
	/** Writes a file and answers its path. */
	readonly write: (name: string, content: string | Uint8Array) => string;
}

export function scratchFolder(): Folder {
	const path = mkdtempSync(join(tmpdir(), "gatehouse-"));
	return {
		path,
		write(name, content) {
			writeFileSync(join(path, name), content);
			return join(path, name);
		},
		[Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
	};
}

/** What a command that ended has said. */
export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** How a command is run. */
interface Run {
	readonly cwd: string;
	readonly stdin?: string;
	/** False: nobody reads its standard output. */
	readonly reads?: false;
}

/** Runs `gatehouse` to its end. */
export async function gatehouse(words: readonly string[], options: Run): Promise<Ended> {
	const child = spawn(process.execPath, [command, ...words], { cwd: options.cwd, stdio: ["pipe", "pipe", "pipe"] });
	if (options.reads === false) child.stdout.destroy();
	child.stdin.end(options.stdin ?? "");
	return ended(child);
}

async function ended(child: ChildProcess): Promise<Ended> {
	let stdout = "";
	let stderr = "";
	child.stdout?.on("data", (text) => {
		stdout += text;
	});
	child.stderr?.on("data", (text) => {
		stderr += text;
	});
	const code = await new Promise<number | null>((done) => child.once("close", done));
	return { code, stdout, stderr };
}

/** A server process of its own. */
export interface Server extends AsyncDisposable {
	readonly origin: string;
	/** Ends it at once, wherever it is. */
	readonly kill: () => Promise<void>;
	/** Asks it to end. */
	readonly stop: () => Promise<Ended>;
}

/** Starts a server and waits until it answers. */
export async function startServer(config: string, port: number): Promise<Server> {
	const child = spawn(process.execPath, [command, "serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
	const end = ended(child);
	const origin = `http://127.0.0.1:${port}`;
	for (;;) {
		if (child.exitCode !== null) throw new Error(`the server ended: ${(await end).stderr}`);
		const ready = await fetch(`${origin}/health/ready`).then(
			(answer) => answer.ok,
			() => false,
		);
		if (ready) break;
		await new Promise((done) => setTimeout(done, 20));
	}
	const kill = async () => {
		child.kill("SIGKILL");
		await end;
	};
	return {
		origin,
		kill,
		stop() {
			child.kill("SIGTERM");
			return end;
		},
		[Symbol.asyncDispose]: kill,
	};
}
