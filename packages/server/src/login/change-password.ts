import {
	type Credential,
	canonicalName,
	canonicalPassword,
	type Event,
	type IsCommon,
	longestPassword,
	namesOf,
	type PasswordFault,
	passwordFault,
	type SessionStanding,
} from "../model/index.ts";
import type { PersonStore } from "../store/store.ts";
import type { Passwords } from "../tokens/tokens.ts";
import { type Guessed, type GuessGround, type GuessOrigin, guess } from "./guesses.ts";
import type { SignInGround } from "./sign-in.ts";

/** What changing one's own password takes of the ground. */
export interface ChangePasswordGround extends GuessGround, Pick<SignInGround, "newSession" | "newEvent" | "verifyPassword"> {
	readonly people: Pick<PersonStore, "findByName" | "setPassword">;
	readonly hashPassword: Passwords["hash"];
	/** Asked for only when there is a password to judge. */
	readonly commonPasswords: () => Promise<IsCommon>;
}

/** One attempt, with what the door knows of the browser. */
export interface PasswordChange extends GuessOrigin {
	readonly session: SessionStanding;
	readonly current: string;
	readonly next: string;
}

export type PasswordChanged =
	/** The session goes on under a new secret; devices are known by the new version alone. */
	| { readonly kind: "changed"; readonly cookie: string; readonly passwordVersion: number }
	/** The new one may not be set; the current one was not looked at. */
	| { readonly kind: "unfit"; readonly fault: PasswordFault | "same" }
	| Exclude<Guessed<never>, { readonly kind: "right" }>
	/** There is no password to change, or it was changed meanwhile, or the session has ended. */
	| { readonly kind: "stale" };

/**
 * Changes the password of the person of a session, who proves the current one first. A wrong one takes its place in the
 * budget of sign-in: one budget for an account, whichever door its password is guessed at (D8, I14). All other sessions end,
 * and with them their online families; what was allowed offline lives (RF-07).
 *
 * A password that the file declares is changed here too: it holds until the one in the file changes.
 *
 * @throws OAuthError `temporarily_unavailable` when too many passwords wait; nothing was counted then.
 */
export async function changePassword(attempt: PasswordChange, ground: ChangePasswordGround, now: number): Promise<PasswordChanged> {
	const { session, current, next } = attempt;
	const { person } = session;
	const fault = canonicalPassword(current) === canonicalPassword(next) ? "same" : await faultOf(next, session, ground);
	if (fault !== undefined) return { kind: "unfit", fault };
	if (current === "" || Buffer.byteLength(current) > longestPassword) return { kind: "refused", delay: 0 };

	const name = canonicalName(person.username);
	const who = await ground.people.findByName(name);
	const credential = who?.credential;
	if (who?.person.id !== person.id || !credential || who.person.passwordVersion !== person.passwordVersion) return { kind: "stale" };

	const check = async () => ((await ground.verifyPassword(current, credential)).ok ? ground.hashPassword(next) : undefined);
	const guessed = await guess({ door: "account", name, person }, attempt, check, ground, now);
	return guessed.kind === "right" ? setPassword(attempt, guessed.proof, ground, now) : guessed;
}

async function faultOf(next: string, { person }: SessionStanding, ground: ChangePasswordGround): Promise<PasswordFault | undefined> {
	return passwordFault(next, namesOf(person), await ground.commonPasswords());
}

async function setPassword(
	{ session: { session, person }, traceId }: PasswordChange,
	credential: Credential,
	ground: ChangePasswordGround,
	now: number,
): Promise<PasswordChanged> {
	const { secretHash, cookieFor } = ground.newSession(now);
	const about = { traceId, personId: person.id };
	const changed: Event = ground.newEvent(now, { type: "person.password_changed", ...about, sessionId: session.id });
	const done = await ground.people.setPassword(
		person.id,
		credential,
		{ endEverything: false, keep: session.id, secretHash, passwordVersion: person.passwordVersion },
		now,
		[changed],
		(sessionId) => ground.newEvent(now, { type: "session.ended", ...about, sessionId, data: { by: "password" } }),
	);
	return done ? { kind: "changed", cookie: cookieFor(session.id), passwordVersion: person.passwordVersion + 1 } : { kind: "stale" };
}
