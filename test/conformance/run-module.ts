import { setTimeout as delay } from "node:timers/promises";
import type { LogEntry, ModuleInfo, PlannedModule, Suite } from "./suite.ts";

/** How often a module is looked at, and how long it may wait for something that does not come; milliseconds. */
export interface Pace {
	readonly poll: number;
	readonly patience: number;
	/** Whoever runs the plans wants to stop. */
	readonly signal?: AbortSignal;
}

type Result = "PASSED" | "REVIEW" | "WARNING" | "SKIPPED" | "FAILED";

/** How one module ended. */
export interface Ran {
	readonly module: string;
	readonly result: Result;
	/** The conditions that failed, by their names in the suite. */
	readonly failed: readonly string[];
	/** One line about anything but a pass. */
	readonly why?: string;
}

/**
 * Creates one module and follows it to its end. One that stays CONFIGURED waits for the keys to rotate, and is started then. One that
 * waits for something that does not come is ended and has failed: the suite itself would wait for ever.
 */
export async function runModule(
	suite: Suite,
	plan: string,
	planned: PlannedModule,
	rotateKeys: () => Promise<void>,
	pace: Pace,
): Promise<Ran> {
	const id = await suite.createModule(plan, planned);
	try {
		return await followed(suite, id, planned.testModule, rotateKeys, pace);
	} catch (error) {
		await suite.cancel(id).catch(() => {});
		throw error;
	}
}

async function followed(suite: Suite, id: string, module: string, rotateKeys: () => Promise<void>, pace: Pace): Promise<Ran> {
	let status: ModuleInfo["status"] | undefined;
	let rotated = false;
	let silent = 0;
	let heard = 0;
	for (;;) {
		const info = await suite.info(id);
		if (info.status !== status) silent = 0;
		status = info.status;
		if (status === "FINISHED" || status === "INTERRUPTED") return conclude(module, info, await suite.log(id));
		if (status === "CONFIGURED" && module === rotation && !rotated) {
			rotated = true;
			await rotateKeys();
			await suite.start(id);
		}
		// Looked at twice: a module may only seem idle, when it goes through WAITING and RUNNING faster than anybody looks.
		if (silent >= (pace.patience / 2) * (status === "RUNNING" ? 8 : 1)) {
			const log = await suite.log(id);
			if (log.length === heard && silent >= pauseIn(log)) return hung(suite, id, module, status, log, pace);
			if (log.length !== heard) silent = 0;
			heard = log.length;
		}
		await delay(pace.poll, undefined, { signal: pace.signal });
		silent += pace.poll;
	}
}

/** How long a module says that it pauses, in milliseconds. Its browser may finish a page meanwhile, and say so. */
function pauseIn(log: readonly LogEntry[]): number {
	const pauses = log.slice(-10).map(({ msg = "" }) => Number(/^Pausing for (\d+) seconds/.exec(msg)?.[1] ?? 0));
	return 1000 * Math.max(0, ...pauses);
}

/** The suite's one module that is not started by itself. */
export const rotation = "oidcc-server-rotate-keys";

async function hung(suite: Suite, id: string, module: string, status: string, log: readonly LogEntry[], pace: Pace): Promise<Ran> {
	await suite.cancel(id);
	const last = log.at(-1)?.msg ?? "nothing";
	const why = `it hung in ${status} for ${Math.round(pace.patience / 1000)} s; the last it said: ${line(last)}`;
	return { module, result: "FAILED", failed: failedIn(log), why };
}

function conclude(module: string, { status, result }: ModuleInfo, log: readonly LogEntry[]): Ran {
	const failed = failedIn(log);
	if (status === "INTERRUPTED" || result === "FAILED" || failed.length > 0)
		return { module, result: "FAILED", failed, why: whyFailed(log) };
	if (result === "PASSED" || result === "REVIEW") return { module, result, failed };
	const said = log.findLast((entry) => (result === "WARNING" ? entry.result === "WARNING" : entry.msg?.startsWith(skip)));
	const known = result === "WARNING" || result === "SKIPPED";
	return known
		? { module, result, failed, why: described(said) }
		: { module, result: "FAILED", failed, why: `it ended without a result that is known: ${result}` };
}

function failedIn(log: readonly LogEntry[]): readonly string[] {
	const names = log.flatMap(({ src, result }) => (result === "FAILURE" ? [src ?? "?"] : []));
	return [...new Set(names)];
}

function whyFailed(log: readonly LogEntry[]): string {
	const failure = log.find(({ result }) => result === "FAILURE") ?? log.findLast(({ result }) => result === "INTERRUPTED");
	return described(failure ?? log.at(-1));
}

function described(entry: LogEntry | undefined): string {
	if (entry === undefined) return "its log says nothing";
	return line(entry.msg?.startsWith(skip) ? entry.msg.slice(skip.length) : `${entry.src ?? "?"}: ${entry.msg ?? ""}`);
}

/** So begins the entry that a module writes when it does not apply. */
const skip = "The test was skipped: ";

function line(text: string): string {
	const flat = text.replaceAll(/\s+/g, " ").trim();
	return flat.length > 240 ? `${flat.slice(0, 239)}…` : flat;
}
