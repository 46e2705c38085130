import type { Person } from "../model/index.ts";
import type { GuessPlace } from "../store/store.ts";

const hour = 3_600_000;

/** Wrong guesses that are evaluated at most, in a window that begins with the first (D8). */
const budgets = {
	/** From unknown devices, for each account. */
	account: { limit: 10, window: hour },
	/** From one device that the person signed in on before: strangers never reach it. */
	device: { limit: 10, window: hour },
	/** For each account and network: decides about the delay alone, the account's budget is the smaller one. */
	network: { limit: 1_000, window: hour },
	/** From one network, whomever it guesses at: nobody uses up alone what all unknown devices have together. */
	origin: { limit: 2_500, window: hour / 6 },
	/** From all unknown devices together: beyond it something is wrong everywhere. */
	global: { limit: 10_000, window: hour / 6 },
} as const;

/**
 * Which budgets a guess counts against: the places it takes before it is evaluated. Buckets are keyed by a MAC, so that
 * unknown names count alike, nobody can choose whose bucket to fill, and a stranger cannot make the store grow.
 *
 * @param person who is called `name`, if there is such a person
 * @param device the id of a device that the person is known on
 */
export function placesFor(
	name: string,
	person: Person | undefined,
	network: string,
	device: string | undefined,
	bucket: (kind: string, name: string) => number,
): readonly GuessPlace[] {
	if (device !== undefined) return [{ kind: "device", bucket: bucket("device", device), ...budgets.device }];
	return [
		{ kind: "account", bucket: bucket("account", name), ...budgets.account },
		{ kind: "network", bucket: bucket("network", `${name}\n${network}`), ...budgets.network },
		// One account has several names (user name, address), and only one budget. Were it to refuse, or to be written when the
		// others are not, it would tell which names belong together.
		{ kind: "account", bucket: bucket("person", person?.id ?? name), ...budgets.account, silent: true },
		{ kind: "network", bucket: bucket("origin", network), ...budgets.origin },
		{ kind: "global", bucket: 0, ...budgets.global },
	];
}

/** The id of a device that the person is known on. As much work for somebody who does not exist (LG-01). */
export function knownDevice(
	cookies: readonly string[],
	person: Person | undefined,
	ground: {
		readonly isDevice: (cookie: string, personId: string, passwordVersion: number, now: number) => string | undefined;
	},
	now: number,
): string | undefined {
	for (const cookie of cookies) {
		const device = ground.isDevice(cookie, person?.id ?? "", person?.passwordVersion ?? 0, now);
		if (device !== undefined) return device;
	}
	return undefined;
}

/** Whole seconds until an instant, at least one. */
export function retryAfter(until: number, now: number): number {
	return Math.max(1, Math.ceil((until - now) / 1000));
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
