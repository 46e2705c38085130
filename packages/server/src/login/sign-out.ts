import type { Event, SessionStanding } from "../model/index.ts";
import type { SessionStore } from "../store/store.ts";

/** What signing out takes of the ground. */
export interface SignOutGround {
	readonly sessions: Pick<SessionStore, "end">;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/** Ends the session of a browser, and with it every online family that began in it. */
export async function signOut(
	session: SessionStanding,
	clientId: string | undefined,
	traceId: string,
	ground: SignOutGround,
	now: number,
): Promise<void> {
	const event = ground.newEvent(now, {
		type: "session.ended",
		traceId,
		personId: session.person.id,
		sessionId: session.session.id,
		...(clientId === undefined ? {} : { clientId }),
		data: { by: "sign-out" },
	});
	await ground.sessions.end(session.session.id, now, [event]);
}
