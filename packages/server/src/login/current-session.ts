import { isLive, type SessionLimits, type SessionStanding } from "../model/index.ts";
import type { SessionStore } from "../store/store.ts";

/** What looking up the session of a browser takes of the ground. */
export interface CurrentSessionGround {
	readonly sessions: Pick<SessionStore, "find">;
	readonly parseCookie: (cookie: string) => { readonly sessionId: string; readonly secretHash: Uint8Array } | undefined;
	readonly equal: (a: Uint8Array, b: Uint8Array) => boolean;
	readonly sessionLimits: SessionLimits;
}

/**
 * The live session of a browser. A name may come twice in one header (a neighbouring host can toss one in): a value
 * that proves nothing is passed over (PG-07).
 *
 * @param cookies the values of the session cookie, as sent
 */
export async function currentSession(
	cookies: readonly string[],
	ground: CurrentSessionGround,
	now: number,
): Promise<SessionStanding | undefined> {
	for (const cookie of cookies.slice(0, 3)) {
		const presented = ground.parseCookie(cookie);
		const standing = presented && (await ground.sessions.find(presented.sessionId));
		if (standing && ground.equal(presented.secretHash, standing.session.secretHash) && isLive(standing, now, ground.sessionLimits))
			return standing;
	}
	return undefined;
}
