import type { Session, SessionStanding } from "../model/index.ts";
import type { PersonStore, SessionStore } from "../store/store.ts";
import type { NewEvent } from "./new-event.ts";
import { findPerson } from "./people.ts";
import { NotFound } from "./refusal.ts";

/** What the rules about sessions take of the ground. */
export interface SessionsGround {
	readonly sessions: Pick<SessionStore, "find" | "list" | "end" | "endAll">;
	readonly people: Pick<PersonStore, "findByName" | "find">;
	readonly newEvent: NewEvent;
}

/** A live session, and whose it is. */
export interface LiveSession extends Session {
	readonly username: string;
}

/** The live sessions of a person or of everyone, newest first. */
export async function listSessions(
	ground: SessionsGround,
	name: string | undefined,
	limit: number,
	now: number,
): Promise<readonly LiveSession[]> {
	const person = name === undefined ? undefined : await findPerson(ground, name);
	const sessions = await ground.sessions.list({ ...(person && { personId: person.id }), limit, now });
	const names = new Map<string, string>(person ? [[person.id, person.username]] : []);
	for (const { personId } of sessions)
		if (!names.has(personId)) names.set(personId, (await ground.people.find(personId))?.username ?? personId);
	return sessions.map((session) => ({ ...session, username: names.get(session.personId) ?? session.personId }));
}

/**
 * A session, alive or not, and whose it is.
 *
 * @throws NotFound
 */
export async function findSession(ground: Pick<SessionsGround, "sessions">, id: string): Promise<SessionStanding> {
	const standing = await ground.sessions.find(id);
	if (standing) return standing;
	throw new NotFound("session", id, `there is no session ${id}`, "`gatehouse event list --type session.ended --json` shows which ended");
}

/**
 * Ends a session, and with it its online grants.
 *
 * @throws NotFound when there is no such session alive.
 */
export async function endSession(ground: SessionsGround, id: string, now: number): Promise<void> {
	const standing = await ground.sessions.find(id);
	const personId = standing?.session.personId;
	const event = ground.newEvent(now, {
		type: "session.ended",
		sessionId: id,
		...(personId !== undefined && { personId }),
		actor: "operator",
	});
	if (!standing || !(await ground.sessions.end(id, now, [event])))
		throw new NotFound("session", id, `there is no live session ${id}`, "`gatehouse session list` shows which there are");
}

/** Ends every session of a person. @returns the ids of those that were live */
export async function endSessionsOf(ground: SessionsGround, name: string, now: number): Promise<readonly string[]> {
	const person = await findPerson(ground, name);
	return ground.sessions.endAll(person.id, now, (sessionId) =>
		ground.newEvent(now, { type: "session.ended", sessionId, personId: person.id, actor: "operator" }),
	);
}
