import type { Person } from "../model/index.ts";
import type { GuessPlace, GuessStore, RefusedGuess } from "../store/store.ts";

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

/** What a guess at a password takes of the ground. */
export interface GuessGround {
	readonly guesses: GuessStore;
	readonly bucket: (kind: string, name: string) => number;
	readonly isDevice: (cookie: string, personId: string, passwordVersion: number, now: number) => string | undefined;
}

/** Where a guess comes from, as the door knows it. */
export interface GuessOrigin {
	readonly deviceCookies: readonly string[];
	/** The /24 or /64 that the guess comes from. */
	readonly network: string;
	/** The /24 or /48 that it is remembered by. */
	readonly seenFrom: string;
	readonly userAgent: string | undefined;
	readonly traceId: string;
}

/** Whose password is guessed at, and at which door. */
interface Target {
	readonly door: RefusedGuess["door"];
	/** As {@link canonicalName} has it. */
	readonly name: string;
	readonly person: Person | undefined;
}

export type Guessed<Proof> =
	| { readonly kind: "right"; readonly proof: Proof }
	/** Wrong, whoever it was: the answer is held back for `delay` milliseconds. */
	| { readonly kind: "refused"; readonly delay: number }
	/** Not evaluated: the budget is used up until `retryAfter` seconds from now. */
	| { readonly kind: "too-many"; readonly retryAfter: number };

/**
 * One guess at a password, at whichever door: one budget for an account (D8, I14). A place is taken before anything is evaluated
 * and given back when the proof was right, so that of any number of parallel guesses no more than the budget are evaluated.
 *
 * @param check what was proved, undefined when it was wrong; told that nothing is to be evaluated past a silent budget, whose answer
 *   is that of a wrong guess. What it throws counts as no guess.
 */
export async function guess<Proof>(
	{ door, name, person }: Target,
	origin: GuessOrigin,
	check: (evaluate: boolean) => Promise<Proof | undefined>,
	ground: GuessGround,
	now: number,
): Promise<Guessed<Proof>> {
	const device = knownDevice(origin.deviceCookies, person, ground, now);
	// Whoever is signed in knows whose account it is: at their own page no place need be silent.
	const places = placesFor(name, person, origin.network, device, ground.bucket).map((place) =>
		door === "account" ? { ...place, silent: false } : place,
	);
	const place = await ground.guesses.take(places, now);
	if (!place.taken) return { kind: "too-many", retryAfter: Math.max(1, Math.ceil((place.until - now) / 1000)) };
	const taken = places.filter(({ limit }, index) => (place.before[index] ?? 0) < limit);
	const giveBack = () => ground.guesses.giveBack(taken, now);

	let proof: Proof | undefined;
	try {
		proof = await check(taken.length === places.length);
	} catch (error) {
		await giveBack();
		throw error;
	}
	if (proof === undefined) {
		const { traceId, seenFrom } = origin;
		// Whoever it was, and nobody too: as much is written (LG-01).
		await ground.guesses.noteRefused(person?.id, { at: now, door, traceId, ...shownUserAgent(origin), network: seenFrom });
		return { kind: "refused", delay: delayAfter(place.before[device === undefined ? 1 : 0] ?? 0) };
	}
	await giveBack();
	return { kind: "right", proof };
}

/** What the browser said of itself, as far as it is kept. */
export function shownUserAgent({ userAgent }: Pick<GuessOrigin, "userAgent">): { readonly userAgent?: string } {
	return userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 256) };
}

/** The id of a device that the person is known on. As much work for somebody who does not exist (LG-01). */
function knownDevice(cookies: readonly string[], person: Person | undefined, ground: GuessGround, now: number): string | undefined {
	for (const cookie of cookies) {
		const device = ground.isDevice(cookie, person?.id ?? "", person?.passwordVersion ?? 0, now);
		if (device !== undefined) return device;
	}
	return undefined;
}

/**
 * How long the answer to a wrong guess is held back, in milliseconds: nothing for the first three from a network, then
 * doubling up to four seconds. The same for accounts that do not exist.
 *
 * @param before wrong guesses that were counted before this one
 */
function delayAfter(before: number): number {
	return before < 3 ? 0 : Math.min(250 * 2 ** (before - 3), 4_000);
}
