import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program of the company that runs as a process of its own. */
export interface Child {
	/** Resolves with the exit code, or the signal that ended it. */
	readonly ended: Promise<number | string>;
	/** Waits until `url` answers 200. Rejects when the program ends before, or does not answer for 30 seconds. */
	ready(url: string): Promise<void>;
	/** Asks it to end, and insists after 12 seconds. */
	stop(): Promise<void>;
}

const endsWithParent = new URL("ends-with-parent.ts", import.meta.url).href;

/** Starts a program of this Node, which ends when this process does; `say` gets each line it prints. */
export function startChild(program: readonly string[], environment: Readonly<Record<string, string>>, say: (line: string) => void): Child {
	const child = spawn(process.execPath, ["--import", endsWithParent, ...program], {
		env: { ...process.env, ...environment },
		stdio: ["pipe", "pipe", "pipe"],
	});
	for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", say);
	const ended = endOf(child);
	return { ended, ready: (url) => waitFor(url, ended), stop: () => stop(child, ended) };
}

async function endOf(child: ChildProcess): Promise<number | string> {
	const [code, signal] = (await once(child, "close")) as [number | null, string | null];
	return code ?? signal ?? 1;
}

async function waitFor(url: string, ended: Promise<number | string>): Promise<void> {
	let over: number | string | undefined;
	void ended.then((how) => {
		over = how;
	});
	for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
		if (over !== undefined) throw new Error(`It ended with ${over} before it was ready.`);
		const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
		await answer?.body?.cancel();
		if (answer?.ok) return;
	}
	throw new Error(`It did not answer at ${url} for 30 seconds.`);
}

async function stop(child: ChildProcess, ended: Promise<number | string>): Promise<void> {
	child.kill("SIGTERM");
	const insist = setTimeout(() => child.kill("SIGKILL"), 12_000);
	await ended;
	clearTimeout(insist);
}
