import { type Named, remembered, type SessionStore, type StoredSession } from "./store.ts";

/** More are not kept of sessions, of claims and of leases each; the oldest goes first. */
const limit = 10_000;

/** What is there until a moment of this process's steady clock. */
interface Kept<T> {
	readonly value: T;
	readonly until: number;
}

/**
 * Keeps sessions in this process: for development, and for tests. Each restart signs everyone out, a second process knows nothing of them,
 * and beyond 10 000 sessions the oldest is forgotten.
 *
 * @example const store = memory();
 */
export function memory(): SessionStore {
	const sessions = new Map<string, Kept<StoredSession>>();
	const claims = new Map<string, Kept<true>>();
	const leases = new Map<string, Kept<object>>();

	function keep(session: StoredSession, now: number): void {
		put(sessions, session.id, session, session.idleUntil + remembered - now);
	}

	const fits = (session: StoredSession, by: Named) => ("sid" in by ? session.sid === by.sid : session.sub === by.sub);

	return Object.freeze({
		insert: async (session, now) => keep(session, now),
		read: async (id) => get(sessions, id),
		async replace(session, now) {
			if (get(sessions, session.id)?.version !== session.version - 1) return false;
			keep(session, now);
			return true;
		},
		async touch(id, idleUntil, now) {
			const session = get(sessions, id);
			if (session && !session.ended) keep({ ...session, idleUntil }, now);
		},
		async find(by) {
			const found = [...sessions.keys()].flatMap((id) => get(sessions, id) ?? []);
			return found.filter((session) => !session.ended && fits(session, by));
		},
		async claim(name, ms) {
			if (get(claims, name)) return false;
			put(claims, name, true, ms);
			return true;
		},
		async lease(name, ms) {
			if (get(leases, name)) return undefined;
			const mine = {};
			put(leases, name, mine, ms);
			const isMine = () => get(leases, name) === mine;
			return {
				async renew() {
					if (!isMine()) return false;
					put(leases, name, mine, ms);
					return true;
				},
				async release() {
					if (isMine()) leases.delete(name);
				},
			};
		},
		close: async () => undefined,
	} satisfies SessionStore);
}

function get<T>(map: Map<string, Kept<T>>, name: string): T | undefined {
	const kept = map.get(name);
	if (kept === undefined || kept.until > performance.now()) return kept?.value;
	map.delete(name);
	return undefined;
}

/** What was put again counts as young. */
function put<T>(map: Map<string, Kept<T>>, name: string, value: T, ms: number): void {
	map.delete(name);
	map.set(name, { value, until: performance.now() + ms });
	if (map.size <= limit) return;
	for (const one of map.keys()) get(map, one);
	for (const one of map.keys()) if (map.size > limit) map.delete(one);
}
