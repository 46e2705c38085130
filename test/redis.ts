import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../examples/company/src/ports.ts";
import { findRedis, redisAnswers, spawnRedis } from "../examples/company/src/redis.ts";
import { unpackDebian } from "./debian.ts";
import { scratchFolder } from "./process.ts";

/** A real Redis of the test's own. */
export interface Redis extends AsyncDisposable {
	readonly url: string;
	/** It stands still in the middle of whatever it does (SIGSTOP), and goes on. */
	readonly pause: () => void;
	readonly resume: () => void;
	/** Ends it at once, wherever it is. */
	readonly kill: () => Promise<void>;
	/** Starts it again where it was, with what it had written down. */
	readonly start: () => Promise<void>;
}

/**
 * Starts one on loopback: `$REDIS_SERVER`, or the one in the PATH, or Debian's, unpacked and not installed, which needs no rights.
 * Rejects with a sentence on other systems without Redis: a test that needs one fails, it is not skipped.
 */
export async function startRedis(): Promise<Redis> {
	const program = await redisServer();
	const [port, folder] = [await freePort(), scratchFolder()];
	let child: ChildProcess | undefined;

	async function start(): Promise<void> {
		child = spawnRedis({ program, port, folder: folder.path });
		let said = "";
		for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (said += text));
		const failed = new Promise<never>((_, reject) => {
			child?.once("error", reject);
			child?.once("exit", (code, signal) => reject(new Error(`redis-server ended with ${code ?? signal}: ${said}`)));
		});
		failed.catch(() => undefined);
		while (!(await Promise.race([redisAnswers(port), failed]))) await new Promise((done) => setTimeout(done, 10));
	}

	async function kill(): Promise<void> {
		if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, "exit");
		child.kill("SIGKILL");
		await ended;
	}

	await start();
	const orphaned = () => child?.kill("SIGKILL");
	process.once("exit", orphaned);
	return {
		url: `redis://127.0.0.1:${port}`,
		pause: () => void child?.kill("SIGSTOP"),
		resume: () => void child?.kill("SIGCONT"),
		kill,
		start,
		async [Symbol.asyncDispose]() {
			process.off("exit", orphaned);
			await kill();
			folder[Symbol.dispose]();
		},
	};
}

/** A program that can be started, whatever it needs: `$REDIS_SERVER`, the one in the PATH, or Debian's, unpacked. */
export async function redisServer(): Promise<string> {
	const found = findRedis();
	if (found !== undefined) return found;
	const unpacked = unpackDebian({ packages: ["redis-server", "redis-tools"], programs: ["usr/bin/redis-server"] });
	const home = await unpacked.catch((cause: unknown) => {
		throw new Error(missing, { cause });
	});
	return join(home, "redis-server");
}

const missing =
	"These tests need Redis: install it (brew install redis, apt-get install redis-server), or name one in REDIS_SERVER, as in REDIS_SERVER=/opt/redis/redis-server npm test.";
