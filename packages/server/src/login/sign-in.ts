import { canonicalName, type Event, longestPassword, type Person, type SessionStanding } from "../model/index.ts";
import type { BegunSession, PersonStore, SessionStore } from "../store/store.ts";
import { type Guessed, type GuessGround, type GuessOrigin, guess, shownUserAgent } from "./guesses.ts";
import { loginMethods } from "./methods/index.ts";
import type { LoginMethodGround } from "./methods/method.ts";

/** What signing in takes of the ground. */
export interface SignInGround extends LoginMethodGround, GuessGround {
	readonly people: Pick<PersonStore, "findByName">;
	readonly sessions: Pick<SessionStore, "begin">;
	/** A new id, and a new secret with the cookie that it makes for whichever session it becomes the secret of. */
	readonly newSession: (now: number) => {
		readonly id: string;
		readonly secretHash: Uint8Array;
		readonly cookieFor: (sessionId: string) => string;
	};
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/** One attempt, with what the door knows of the browser. */
export interface SignInAttempt extends GuessOrigin {
	readonly values: ReadonlyMap<string, string>;
	/** The live session of the cookie: continued for the same person, ended for another. */
	readonly session: SessionStanding | undefined;
	/** The app that the sign-in is for; absent on the way to the person's own account. */
	readonly clientId: string | undefined;
}

export type SignInResult =
	| { readonly kind: "signed-in"; readonly person: Person; readonly begun: BegunSession; readonly cookie: string }
	| Exclude<Guessed<never>, { readonly kind: "right" }>;

/** A name longer than this is refused before it costs a hash, as a password is that can be nobody's (LG-08). */
const maxName = 256;

/**
 * Signs a person in (D8, LG-01 to LG-05): a guess within the budget, and whether the account exists shows nowhere.
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
	const check = async (evaluate: boolean) => {
		const right = await method.check(attempt.values, evaluate ? who : undefined, ground);
		return right ? who?.person : undefined;
	};
	const guessed = await guess({ door: "sign-in", name, person: who?.person }, attempt, check, ground, now);
	if (guessed.kind !== "right") return guessed;
	const person = guessed.proof;

	const session = ground.newSession(now);
	const replaces = attempt.session?.session.id;
	const begun = await ground.sessions.begin(
		{
			id: session.id,
			secretHash: session.secretHash,
			personId: person.id,
			passwordVersion: person.passwordVersion,
			amr: [method.name],
			...shownUserAgent(attempt),
			network: attempt.seenFrom,
			...(replaces === undefined ? {} : { replaces }),
		},
		now,
		(result) => eventsOf(result, person, attempt, ground, now),
	);
	if (!begun) return { kind: "refused", delay: 0 };
	return { kind: "signed-in", person, begun, cookie: session.cookieFor(begun.session.id) };
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
