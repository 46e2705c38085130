import { OAuthError } from "@gatehouse/protocol";
import type { GuessStore } from "../../store/store.ts";

/** Registrations and changes from one network in a window that begins with the first. */
export const perNetwork = { limit: 2_500, window: 3_600_000 };

/** What the budget takes of the ground. */
export interface BudgetGround {
	readonly guesses: Pick<GuessStore, "take">;
	readonly bucket: (kind: string, name: string) => number;
}

/**
 * Takes one place of what a network may register and change: each makes the store write and every replica read, and may
 * make us call an address.
 *
 * @param network the /24 or /64 that it comes from
 * @throws OAuthError `too_many_requests`
 */
export async function spend(network: string, { guesses, bucket }: BudgetGround, now: number): Promise<void> {
	const place = await guesses.take([{ kind: "network", bucket: bucket("registration", network), ...perNetwork }], now);
	if (!place.taken)
		throw new OAuthError("too_many_requests", "too many registrations came from this network: try again later", {
			retryAfter: Math.max(1, Math.ceil((place.until - now) / 1000)),
		});
}
