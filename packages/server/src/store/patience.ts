import { failureOf, isBusy } from "./failure.ts";
import { StoreUnavailable } from "./store.ts";

/** Waiting without holding up the event loop; tests hand in their own. */
export interface Patience {
	/** Milliseconds of a clock that never goes back. */
	readonly now: () => number;
	readonly pause: (milliseconds: number) => Promise<void>;
}

/** How long a caller waits for a lock that another process holds, in milliseconds; then it hears {@link StoreUnavailable}. */
export const longestWait = 2_000;

export const systemPatience: Patience = {
	now: () => performance.now(),
	pause: (milliseconds) =>
		new Promise((resolve) => {
			setTimeout(resolve, milliseconds);
		}),
};

/** The pause before attempt `n`, in milliseconds: short at first, since most locks are held for one commit. */
export function pauseBefore(attempt: number): number {
	return Math.min(2 ** attempt, 20);
}

/**
 * Does synchronous work at once, and again after a pause while another process holds a lock.
 *
 * @throws StoreUnavailable after {@link longestWait}, and at once when the disk or the file fails
 */
export async function whenUnlocked<T>(work: () => T, patience: Patience): Promise<T> {
	const until = patience.now() + longestWait;
	for (let attempt = 1; ; attempt++) {
		try {
			return work();
		} catch (error) {
			const failure = failureOf(error);
			if (failure === undefined) throw error;
			if (!isBusy(error)) throw new StoreUnavailable(`the store cannot be read now (${failure})`, { cause: error });
			if (patience.now() >= until) throw new StoreUnavailable("another process keeps the store locked", { cause: error });
		}
		await patience.pause(pauseBefore(attempt));
	}
}
