/**
 * Does the same for each item, at most `limit` at once, in order. The first failure is thrown once those under way have
 * ended; no further item is begun.
 *
 * @example await inParallel(people, 8, add);
 */
export async function inParallel<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
	const results = new Array<R>(items.length);
	const waiting = items.entries();
	let failed = false;
	const lanes = Array.from({ length: Math.min(limit, items.length) }, async () => {
		for (const [index, item] of waiting) {
			if (failed) return;
			try {
				results[index] = await work(item);
			} catch (error) {
				failed = true;
				throw error;
			}
		}
	});
	const ends = await Promise.allSettled(lanes);
	for (const end of ends) if (end.status === "rejected") throw end.reason;
	return results;
}
