import { setTimeout } from "node:timers/promises";

/** A job that runs again and again. */
export interface Job {
	readonly name: string;
	/** Milliseconds from the end of one run to the beginning of the next. */
	readonly every: number;
	readonly run: () => Promise<unknown>;
}

/**
 * Runs jobs until it is told to stop. A run that fails is logged and tried again at its next turn.
 *
 * @returns stops the jobs and waits for those that are under way
 */
export function startJobs(jobs: readonly Job[], failed: (job: string, error: unknown) => void): () => Promise<void> {
	const stop = new AbortController();
	const loops = jobs.map(async (job) => {
		while (await pause(job.every, stop.signal)) {
			try {
				await job.run();
			} catch (error) {
				failed(job.name, error);
			}
		}
	});
	return async () => {
		stop.abort();
		await Promise.all(loops);
	};
}

/** @returns false when it was told to stop meanwhile */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
	try {
		await setTimeout(ms, undefined, { signal, ref: false });
		return true;
	} catch {
		return false;
	}
}
