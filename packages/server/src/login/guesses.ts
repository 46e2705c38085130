import type { Person } from "../model/index.ts";
import type { GuessBucket } from "../store/store.ts";

const hour = 3_600_000;

/** Wrong guesses that are evaluated at most, in a window that begins with the first (D8). */
const budgets = {
	/** From unknown devices, for each account. */
	account: { limit: 10, window: hour },
	/** From one device that the person signed in on before: strangers never reach it. */
	device: { limit: 10, window: hour },
	/** For each account and network: decides about the delay alone, the account's budget is the smaller one. */
	network: { limit: 1_000, window: hour },
	/** From all unknown devices together: beyond it something is wrong everywhere. */
	global: { limit: 10_000, window: hour / 6 },
} as const;

/** The places that one guess takes before it is evaluated. */
export type GuessPlaces = readonly (GuessBucket & { readonly limit: number; readonly window: number })[];

/**
 * Which budgets a guess counts against. Buckets are keyed by a MAC, so that unknown names count alike, nobody can choose
 * whose bucket to fill, and a stranger cannot make the store grow.
 *
 * @param device the id of a device that the person is known on
 */
export function placesFor(
	name: string,
	network: string,
	device: string | undefined,
	bucket: (kind: string, name: string) => number,
): GuessPlaces {
	if (device !== undefined) return [{ kind: "device", bucket: bucket("device", device), ...budgets.device }];
	return [
		{ kind: "account", bucket: bucket("account", name), ...budgets.account },
		{ kind: "network", bucket: bucket("network", `${name}\n${network}`), ...budgets.network },
		{ kind: "global", bucket: 0, ...budgets.global },
	];
}

/** The place in the budget of the account itself, whichever of its names was typed; made up alike for one that does not exist. */
export function personPlace(
	person: Person | undefined,
	name: string,
	device: string | undefined,
	bucket: (kind: string, name: string) => number,
): GuessPlaces {
	if (device !== undefined) return [];
	return [{ kind: "account", bucket: bucket("person", person?.id ?? name), ...budgets.account }];
}

/**
 * How long the answer to a wrong guess is held back, in milliseconds: nothing for the first three from a network, then
 * doubling up to four seconds. The same for accounts that do not exist.
 *
 * @param before wrong guesses that were counted before this one
 */
export function delayAfter(before: number): number {
	return before < 3 ? 0 : Math.min(250 * 2 ** (before - 3), 4_000);
}
