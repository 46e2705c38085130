import { canonicalName, type Event, type Person, type SessionStanding } from "../model/index.ts";
import type { BegunSession, GuessStore, PersonStore, SessionStore } from "../store/store.ts";
import { delayAfter, placesFor } from "./guesses.ts";
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
	readonly userAgent: string | undefined;
	readonly traceId: string;
}

export type SignInResult =
	| { readonly kind: "signed-in"; readonly person: Person; readonly begun: BegunSession; readonly cookie: string }
	/** Wrong, whoever it was: the answer is held back for `delay` milliseconds. */
	| { readonly kind: "refused"; readonly delay: number }
	/** Not evaluated: the budget is used up until `retryAfter` seconds from now. */
	| { readonly kind: "too-many"; readonly retryAfter: number };

/** A password longer than this is refused before it costs a hash (LG-08). */
const maxPassword = 1024;
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
	const tooLong = typed.length > maxName || Buffer.byteLength(attempt.values.get("password") ?? "") > maxPassword;
	if (!method || typed === "" || tooLong || !attempt.values.has("password")) return { kind: "refused", delay: 0 };

	const name = canonicalName(typed);
	const who = await ground.people.findByName(name);
	const device = knownDevice(attempt.deviceCookies, who?.person, ground, now);
	const places = placesFor(name, who?.person, attempt.network, device, ground.bucket);
	const place = await ground.guesses.take(places, now);
	if (!place.taken) return { kind: "too-many", retryAfter: Math.max(1, Math.ceil((place.until - now) / 1000)) };
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
	if (!right || !who) return { kind: "refused", delay: delayAfter(place.before[device === undefined ? 1 : 0] ?? 0) };
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
			...(attempt.userAgent === undefined ? {} : { userAgent: attempt.userAgent.slice(0, 256) }),
			network: attempt.network,
			...(replaces === undefined ? {} : { replaces }),
		},
		now,
		(result) => eventsOf(result, who.person, attempt.traceId, ground, now),
	);
	if (!begun) return { kind: "refused", delay: 0 };
	return { kind: "signed-in", person: who.person, begun, cookie: session.cookieFor(begun.session.id) };
}

/** As much work for somebody who does not exist. */
function knownDevice(cookies: readonly string[], person: Person | undefined, ground: SignInGround, now: number): string | undefined {
	for (const cookie of cookies) {
		const device = ground.isDevice(cookie, person?.id ?? "", person?.passwordVersion ?? 0, now);
		if (device !== undefined) return device;
	}
	return undefined;
}

function eventsOf(result: BegunSession, person: Person, traceId: string, ground: SignInGround, now: number): readonly Event[] {
	const type = result.continued ? "session.reauthenticated" : "session.started";
	const { amr } = result.session;
	return [
		ground.newEvent(now, { type, traceId, personId: person.id, sessionId: result.session.id, data: { amr } }),
		...result.ended.map((sessionId) => ground.newEvent(now, { type: "session.ended", traceId, sessionId, data: { by: "sign-in" } })),
	];
}
