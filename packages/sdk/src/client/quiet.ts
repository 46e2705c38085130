import { AuthError } from "./auth-error.ts";
import type { World } from "./world.ts";

/** Seconds that a call may be held back because the issuer asked to wait. Longer, and it is refused. */
const longestWait = 5;

/** The time in which an issuer wants to be left alone (RFC 9110 §10.2.3): by all who ask, whoever was told, and whatever for. */
export interface Quiet {
	/** Waits until it is over. `temporarily_unavailable` when that is too long. */
	readonly end: () => Promise<void>;
	/** Begins it, where the failure of a request says so. */
	readonly heed: (error: unknown) => void;
}

export function createQuiet({ steady, sleep }: Pick<World, "steady" | "sleep">): Quiet {
	/** On the steady clock. */
	let until = Number.NEGATIVE_INFINITY;
	return {
		async end() {
			for (let left = until - steady(); left > 0; left = until - steady()) {
				const seconds = Math.ceil(left / 1000);
				if (seconds > longestWait)
					throw new AuthError("temporarily_unavailable", `The issuer asks to wait (${seconds} seconds).`, { retryAfter: seconds });
				await sleep(left);
			}
		},
		heed(error) {
			if (error instanceof AuthError && error.retryAfter) until = Math.max(until, steady() + error.retryAfter * 1000);
		},
	};
}
