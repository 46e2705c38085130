import { spawn } from "node:child_process";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** How to start a server. */
export interface Launch {
	readonly command: string;
	readonly args: readonly string[];
	/** Variables beside those that are inherited. */
	readonly environment?: Readonly<Record<string, string>>;
	/** An address that answers 200 once the server can work. */
	readonly readyUrl: string;
}

/** A server that runs as a process of its own. */
export interface ServerProcess {
	readonly pid: number;
	/** Milliseconds from the start of the process to its first 200. */
	readonly bootTime: number;
	/** The end of what it printed. */
	output(): string;
	/** Asks it to end, and waits until it has. */
	stop(): Promise<void>;
}

const alive = new Set<ReturnType<typeof spawn>>();
process.on("exit", () => {
	for (const child of alive) child.kill("SIGKILL");
});

/** The environment of a measured server: settings in variables would win over the file that is measured, so they are left out. */
function inherited(): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GATEHOUSE_") && !name.startsWith("npm_"));
	return { ...Object.fromEntries(kept), NODE_ENV: "production" };
}

function answersOk(url: string): Promise<boolean> {
	return new Promise((resolve) => {
		const request = get(url, { agent: false, timeout: 2000 }, (response) => {
			response.resume().once("end", () => resolve(response.statusCode === 200));
		});
		request.once("error", () => resolve(false));
		request.once("timeout", () => request.destroy(new Error("no answer")));
	});
}

/** Starts a server and waits for its first 200; throws with what it printed when it ends or stays silent for a minute. */
export async function startServer({ command, args, environment, readyUrl }: Launch): Promise<ServerProcess> {
	const began = performance.now();
	// A server that watches its stdin sees the end of this process, whatever ended it.
	const child = spawn(command, args, { env: { ...inherited(), ...environment }, stdio: ["pipe", "pipe", "pipe"] });
	alive.add(child);
	let printed = "";
	const keep = (chunk: Buffer | string): void => {
		printed = (printed + chunk).slice(-4000);
	};
	child.stdout.on("data", keep);
	child.stderr.on("data", keep);
	const ended = new Promise<void>((resolve) => {
		const end = (why: string): void => {
			alive.delete(child);
			keep(`\n[${why}]`);
			resolve();
		};
		child.once("error", (error) => end(error.message));
		child.once("exit", (code, signal) => end(`ended: ${signal ?? code}`));
	});

	while (!(await answersOk(readyUrl))) {
		if (!alive.has(child)) throw new Error(`the server did not start:\n${printed.trim()}`);
		if (performance.now() - began > 60_000) {
			child.kill("SIGKILL");
			throw new Error(`the server was not ready after a minute:\n${printed.trim()}`);
		}
		await pause(2);
	}
	return {
		pid: child.pid!,
		bootTime: performance.now() - began,
		output: () => printed,
		async stop() {
			child.kill("SIGTERM");
			await Promise.race([ended, pause(10_000, undefined, { ref: false })]);
			if (alive.has(child)) {
				child.kill("SIGKILL");
				await ended;
			}
		},
	};
}
