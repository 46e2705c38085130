import { type Event, isLive, type Session, type SessionStanding } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { personRowFrom, sessionFrom, sessionStandingFrom, sessionValues } from "./rows.ts";
import type { BegunSession, NewSession, SessionStore } from "./store.ts";

/** The live sessions of a person, oldest first. */
function liveSessions({ sql, tenant, limits }: Engine, personId: string, now: number): readonly Session[] {
	const standings = sql.all(queries.sessionsOfPerson, tenant, personId, now).map(sessionStandingFrom);
	return standings.filter((standing) => isLive(standing, now, limits.sessions)).map((standing) => standing.session);
}

/**
 * The one way in which a session ends before its time, within a transaction: whom it is to be told is written with it.
 *
 * @returns false when it had ended before
 */
function endSession({ sql, tenant }: Engine, id: string, now: number): boolean {
	if (sql.run(queries.endSession, tenant, id, now) === 0) return false;
	sql.run(queries.addLogouts, tenant, id, now);
	return true;
}

/**
 * Writes events and, beside each `session.ended` among them, who of those that took part cannot be told. Such an event has the
 * id of the first with a number behind it: it stands after that one, and a retry writes it once.
 */
function recordEndings(engine: Engine, events: readonly Event[]): void {
	record(
		engine,
		events.flatMap((event) => [event, ...(event.type === "session.ended" ? untoldBeside(engine, event) : [])]),
	);
}

function untoldBeside({ sql, tenant }: Engine, { data: _, ...ended }: Event): readonly Event[] {
	const logouts = sql.all(queries.logoutsOfSession, tenant, ended.sessionId);
	const untold = logouts.filter(({ state }) => state === "untold");
	return untold.map(({ client_id: clientId }, i) => ({ ...ended, id: `${ended.id}.${i + 1}`, type: "logout.untold", clientId }));
}

/**
 * Ends all sessions of a person but one, within a transaction. Those that idled away end too, so that no change of the
 * limits brings them back; nothing is told of them.
 *
 * @returns the ids of those that were live
 */
export function endSessions(
	engine: Engine,
	personId: string,
	now: number,
	eventFor: (sessionId: string) => Event,
	keep = "",
): readonly string[] {
	const ended = liveSessions(engine, personId, now).flatMap(({ id }) => (id === keep ? [] : [id]));
	for (const id of ended) endSession(engine, id, now);
	engine.sql.run(queries.endSessionsOfPerson, engine.tenant, personId, now, keep);
	recordEndings(engine, ended.map(eventFor));
	return ended;
}

export function sessionStore(engine: Engine): SessionStore {
	const { sql, tenant, limits } = engine;

	function find(id: string): SessionStanding | undefined {
		const row = sql.get(queries.findSession, tenant, id);
		return row && sessionStandingFrom(row);
	}

	/** Continues the session of the browser for the same person, or adds a new one and ends another person's. */
	function signIn(fresh: NewSession, epochs: Pick<Session, "epoch" | "personEpoch">, now: number): BegunSession {
		const found = fresh.replaces === undefined ? undefined : find(fresh.replaces);
		const replaced = found && isLive(found, now, limits.sessions) ? found.session : undefined;
		const continued = replaced?.personId === fresh.personId;
		const session: Session = {
			...epochs,
			id: continued ? replaced.id : fresh.id,
			secretHash: fresh.secretHash,
			personId: fresh.personId,
			authTime: now,
			amr: fresh.amr,
			createdAt: continued ? replaced.createdAt : now,
			lastUsedAt: now,
			expiresAt: now + limits.sessions.absolute,
			...(fresh.userAgent === undefined ? {} : { userAgent: fresh.userAgent }),
			...(fresh.network === undefined ? {} : { network: fresh.network }),
		};
		if (continued) {
			const { id, secretHash, amr, expiresAt, userAgent, network } = session;
			sql.run(queries.continueSession, tenant, id, secretHash, now, amr.join(" "), expiresAt, userAgent, network);
		} else {
			sql.run(queries.addSession, tenant, ...sessionValues(session));
		}
		const ended = [...(replaced && !continued ? [replaced.id] : []), ...beyondMax(session, now)].filter((id) =>
			endSession(engine, id, now),
		);
		return { session, continued, ended };
	}

	/** The oldest sessions of the person, so that `sessions.max` are left together with `session`. */
	function beyondMax(session: Session, now: number): readonly string[] {
		const { max } = limits.sessions;
		if (max === 0) return [];
		const others = liveSessions(engine, session.personId, now).filter(({ id }) => id !== session.id);
		return others.slice(0, Math.max(0, others.length + 1 - max)).map(({ id }) => id);
	}

	/** A session whose secret is the one of this sign-in was written by it. */
	function begunBefore(fresh: NewSession): Pick<BegunSession, "session" | "continued"> | undefined {
		for (const id of [fresh.id, fresh.replaces]) {
			const session = id === undefined ? undefined : find(id)?.session;
			if (session && Buffer.compare(session.secretHash, fresh.secretHash) === 0) return { session, continued: id !== fresh.id };
		}
		return undefined;
	}

	return {
		find: (id) => engine.read(() => find(id)),

		begin: (fresh, now, eventsFor) =>
			engine.write<BegunSession | undefined>((earlier) => {
				const before = begunBefore(fresh);
				if (before) return earlier ?? { ...before, ended: [] };
				const row = sql.get(queries.findPerson, tenant, fresh.personId);
				const store = sql.get(queries.readTenant, tenant);
				const person = row && personRowFrom(row);
				if (!person?.enabled || !store) return undefined;
				if (fresh.passwordVersion !== undefined && fresh.passwordVersion !== person.passwordVersion) return undefined;
				const begun = signIn(fresh, { epoch: store.epoch, personEpoch: person.epoch }, now);
				recordEndings(engine, eventsFor(begun));
				return begun;
			}),

		rotateSecret: (id, secretHash, now) => engine.write(() => sql.run(queries.changeSecret, tenant, id, secretHash, now) === 1),

		touch: async (id, now) => {
			await engine.write(() => sql.run(queries.touchSession, tenant, id, now));
		},

		end: (id, now, events) =>
			engine.write(() => {
				if (!endSession(engine, id, now)) return isRecorded(engine, events);
				recordEndings(engine, events);
				return true;
			}),

		endAll: (personId, now, eventFor, keep) =>
			engine.write<readonly string[]>((earlier) => {
				const ended = endSessions(engine, personId, now, eventFor, keep);
				return ended.length === 0 && earlier ? earlier : ended;
			}),

		list: ({ personId, limit, now }) =>
			engine.read(() => {
				if (personId !== undefined) return liveSessions(engine, personId, now).toReversed().slice(0, limit);
				const live: Session[] = [];
				for (let before = "~"; live.length < limit; ) {
					const page = sql.all(queries.newestSessions, tenant, before, now, limit);
					for (const row of page) if (isLive(sessionStandingFrom(row), now, limits.sessions)) live.push(sessionFrom(row));
					const last = page.at(-1);
					if (last === undefined || page.length < limit) break;
					before = last.session_id;
				}
				return live.slice(0, limit);
			}),
	};
}
