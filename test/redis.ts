import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../examples/company/src/ports.ts";
import { findRedis, redisAnswers, spawnRedis } from "../examples/company/src/redis.ts";
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
export const redisServer = async (): Promise<string> => findRedis() ?? join(await unpacked(), "redis-server");

const cache = resolve(import.meta.dirname, "../node_modules/.cache");

/** Debian's packages, unpacked once into node_modules/.cache, by whichever of several processes is the first to have them whole. */
async function unpacked(): Promise<string> {
	const home = join(cache, `redis-${process.arch}`);
	if (existsSync(home)) return home;
	const part = `${home}.${process.pid}`;
	try {
		mkdirSync(join(part, "packages"), { recursive: true });
		await download(part);
		for (const file of readdirSync(join(part, "packages"))) await run("dpkg", ["-x", join(part, "packages", file), part]);
		rmSync(join(part, "packages"), { recursive: true });
		const libraries = readdirSync(join(part, "usr/lib"), { recursive: true, withFileTypes: true }).filter(({ name }) =>
			name.includes(".so"),
		);
		const folders = new Set(libraries.map(({ parentPath }) => `"$home/${relative(part, parentPath)}"`));
		const script = `#!/bin/sh\nhome=$(dirname "$0")\nLD_LIBRARY_PATH=${[...folders].join(":")} exec "$home/usr/bin/redis-server" "$@"\n`;
		writeFileSync(join(part, "redis-server"), script, { mode: 0o755 });
		renameSync(part, home);
	} catch (error) {
		if (!existsSync(home)) throw error;
	} finally {
		rmSync(part, { recursive: true, force: true });
	}
	return home;
}

const run = async (program: string, words: readonly string[], cwd?: string) => (await promisify(execFile)(program, words, { cwd })).stdout;

async function download(part: string): Promise<void> {
	const wanted = async (options: readonly string[]) => {
		const told = await run("apt-cache", [...options, "depends", "redis-server", "redis-tools"]);
		const needed = [...told.matchAll(/^ {2}Depends: (lib[\w.+-]+)$/gm)].map(([, name = ""]) => name);
		const names = ["redis-server", "redis-tools", ...needed.filter((name) => name !== "libc6")];
		await run("apt-get", [...options, "download", ...names], join(part, "packages"));
	};
	// As root, apt would lend its rights to a user who cannot write here.
	const rights = ["-o", "APT::Sandbox::User=root"];
	try {
		await wanted(rights);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error(missing);
		// A bare machine has no lists of packages, and only root may make the system's: these are our own.
		const lists = join(part, "lists");
		mkdirSync(join(lists, "partial"), { recursive: true });
		mkdirSync(join(part, "archives", "partial"), { recursive: true });
		const own = [...rights, "-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${part}`];
		try {
			await run("apt-get", [...own, "update"]);
			await wanted(own);
		} catch (cause) {
			throw new Error(missing, { cause });
		}
	}
}

const missing =
	"These tests need Redis: install it (brew install redis, apt-get install redis-server), or name one in REDIS_SERVER, as in REDIS_SERVER=/opt/redis/redis-server npm test.";
