/** Runs `work` for at most so many milliseconds, with a signal that fires when they are over; they hold even if `work` does not heed it. */
export async function withinTime<T>(timeout: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const abort = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(new Error(`The issuer's keys could not be fetched within ${timeout / 1000} seconds.`));
			abort.abort();
		}, timeout);
	});
	try {
		return await Promise.race([work(abort.signal), late]);
	} finally {
		clearTimeout(timer);
	}
}
