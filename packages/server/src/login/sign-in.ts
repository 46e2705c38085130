import { canonicalName, type Event, longestPassword, type Person, type SessionStanding } from "../model/index.ts";
import type { BegunSession, GuessStore, PersonStore, SessionStore } from "../store/store.ts";
import { delayAfter, knownDevice, placesFor, retryAfter } from "./guesses.ts";
import { loginMethods } from "./methods/index.ts";
import type { LoginMethodGround } from "./methods/method.ts";

/** What signing in takes of the ground. */
export interface SignInGround extends LoginMethodGround {
	readonly people: Pick<PersonStore, "findByName">;
	readonly sessions: Pick<SessionStore, "begin">;
	readonly guesses: GuessStore;
	readonly bucket: (kind: string, name: string) => number;
	readonly isDevice: (cookie: string, personId: string, passwordVersion: number, now: number) => string | undefined;
	/** A new id, and a new secret with the cookie that it makes for whichever session it becomes the secret of. */
	readonly newSession: (now: number) => {
		readonly id: string;
		readonly secretHash: Uint8Array;
		readonly cookieFor: (sessionId: string) => string;
	};
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/** One attempt, with what the door knows of the browser. */
export interface SignInAttempt {
	readonly values: ReadonlyMap<string, string>;
	/** The live session of the cookie: continued for the same person, ended for another. */
	readonly session: SessionStanding | undefined;
	readonly deviceCookies: readonly string[];
	/** The /24 or /64 that the guess comes from. */
	readonly network: string;
	/** The /24 or /48 that it is remembered by. */
	readonly seenFrom: string;
	readonly userAgent: string | undefined;
	/** The app that the sign-in is for; absent on the way to the person's own account. */
	readonly clientId: string | undefined;
	readonly traceId: string;
}

export type SignInResult =
	| { readonly kind: "signed-in"; readonly person: Person; readonly begun: BegunSession; readonly cookie: string }
	/** Wrong, whoever it was: the answer is held back for `delay` milliseconds. */
	| { readonly kind: "refused"; readonly delay: number }
	/** Not evaluated: the budget is used up until `retryAfter` seconds from now. */
	| { readonly kind: "too-many"; readonly retryAfter: number };

/** A name longer than this is refused before it costs a hash, as a password is that can be nobody's (LG-08). */
const maxName = 256;

/**
 * Signs a person in (D8, LG-01 to LG-05): a place in the guess budget is taken before anything is evaluated and given
 * back when the proof was right, so that of any number of parallel guesses no more than the budget are evaluated, and
 * whether the account exists shows nowhere.
 *
 * @throws OAuthError `temporarily_unavailable` when too many sign-ins wait; nothing was counted then.
 */
export async function signIn(attempt: SignInAttempt, ground: SignInGround, now: number): Promise<SignInResult> {
	const [method] = loginMethods;
	const typed = attempt.values.get("username") ?? "";
	const tooLong = typed.length > maxName || Buffer.byteLength(attempt.values.get("password") ?? "") > longestPassword;
	if (!method || typed === "" || tooLong || !attempt.values.has("password")) return { kind: "refused", delay: 0 };

	const name = canonicalName(typed);
	const who = await ground.people.findByName(name);
	const device = knownDevice(attempt.deviceCookies, who?.person, ground, now);
	const places = placesFor(name, who?.person, attempt.network, device, ground.bucket);
	const place = await ground.guesses.take(places, now);
	if (!place.taken) return { kind: "too-many", retryAfter: retryAfter(place.until, now) };
	const taken = places.filter(({ limit }, index) => (place.before[index] ?? 0) < limit);
	const giveBack = () => ground.guesses.giveBack(taken, now);

	let right = false;
	try {
		// Past a silent budget nothing is evaluated, yet the answer is that of a wrong guess.
		right = await method.check(attempt.values, taken.length === places.length ? who : undefined, ground);
	} catch (error) {
		await giveBack();
		throw error;
	}
	const userAgent = attempt.userAgent === undefined ? {} : { userAgent: attempt.userAgent.slice(0, 256) };
	if (!right || !who) {
		const { traceId, seenFrom } = attempt;
		// Whoever it was, and nobody too: as much is written.
		await ground.guesses.noteRefused(who?.person.id, { at: now, door: "sign-in", traceId, ...userAgent, network: seenFrom });
		return { kind: "refused", delay: delayAfter(place.before[device === undefined ? 1 : 0] ?? 0) };
	}
	await giveBack();

	const session = ground.newSession(now);
	const replaces = attempt.session?.session.id;
	const begun = await ground.sessions.begin(
		{
			id: session.id,
			secretHash: session.secretHash,
			personId: who.person.id,
			passwordVersion: who.person.passwordVersion,
			amr: [method.name],
			...userAgent,
			network: attempt.seenFrom,
			...(replaces === undefined ? {} : { replaces }),
		},
		now,
		(result) => eventsOf(result, who.person, attempt, ground, now),
	);
	if (!begun) return { kind: "refused", delay: 0 };
	return { kind: "signed-in", person: who.person, begun, cookie: session.cookieFor(begun.session.id) };
}

function eventsOf(result: BegunSession, person: Person, attempt: SignInAttempt, ground: SignInGround, now: number): readonly Event[] {
	const { traceId, clientId, session: before } = attempt;
	const { session, continued, ended } = result;
	const type = continued ? "session.reauthenticated" : "session.started";
	const about = { type, traceId, personId: person.id, sessionId: session.id, ...(clientId === undefined ? {} : { clientId }) } as const;
	return [
		ground.newEvent(now, { ...about, data: { amr: session.amr } }),
		...ended.map((sessionId) => {
			// One browser has one session: another person's ends with it. The others are this person's, beyond how many they may have.
			const replaced = before?.session.id === sessionId;
			const personId = replaced ? before.person.id : person.id;
			return ground.newEvent(now, { type: "session.ended", traceId, personId, sessionId, data: { by: replaced ? "sign-in" : "limit" } });
		}),
	];
}
