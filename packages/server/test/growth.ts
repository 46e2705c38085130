/** The CPU time that `work` takes, in microseconds. */
async function cpu(work: () => unknown, times: number): Promise<number> {
	const start = process.cpuUsage();
	for (let i = 0; i < times; i++) await work();
	const { user, system } = process.cpuUsage(start);
	return user + system;
}

/** Enough work at once that the clock of the processor can tell it from none, in microseconds. */
const enough = 1_000;

/**
 * How many times the CPU grows when the input grows ten times (I21, PG-13). Beyond the bound it looks again, several times,
 * and answers the best: what else the machine does adds to some looks, what grows faster than its input does so in all.
 *
 * @param workOn makes the work on an input of so many characters
 * @param size of the smaller input
 */
export async function growth(workOn: (size: number) => () => unknown, size: number, bound = 12): Promise<number> {
	const [small, large] = [workOn(size), workOn(size * 10)];
	await cpu(small, 3);
	let times = 1;
	while ((await cpu(small, times)) < enough && times < 20_000) times *= 2;
	const fewer = Math.max(1, Math.ceil(times / 4));
	let best = Number.POSITIVE_INFINITY;
	for (let look = 0; look < 8 && best > bound; look++) {
		const base = Math.max(await cpu(small, times), 1) / times;
		best = Math.min(best, (await cpu(large, fewer)) / fewer / base);
	}
	return best;
}
