import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { logoutFrom } from "./rows.ts";
import { type Logout, type LogoutStore, logoutsAtOnce } from "./store.ts";

export function logoutStore(engine: Engine): LogoutStore {
	const { sql, tenant } = engine;

	function clientToTell(now: number, busy: readonly string[]): string | undefined {
		const names = Array.from({ length: logoutsAtOnce.clients }, (_, i) => busy[i] ?? "");
		return busy.length < logoutsAtOnce.clients ? sql.get(queries.clientToTell, tenant, now, ...names)?.client_id : undefined;
	}

	/** Client by client, so that the one with the longest queue keeps nobody waiting. */
	function lease(now: number, until: number, others: readonly string[]): readonly Logout[] {
		const busy = [...others];
		const taken: Logout[] = [];
		for (let client = clientToTell(now, busy); client !== undefined; client = clientToTell(now, busy)) {
			for (const row of sql.all(queries.dueLogouts, tenant, now, client, logoutsAtOnce.ofClient)) {
				sql.run(queries.leaseLogout, tenant, row.session_id, row.client_id, until);
				taken.push(logoutFrom({ ...row, due_at: until, attempts: row.attempts + 1 }));
			}
			busy.push(client);
		}
		return taken;
	}

	/** The lease that the answer of a lost COMMIT told of is known by its end and its number. */
	function isLeased({ sessionId, clientId, dueAt, attempts }: Logout): boolean {
		const row = sql.get(queries.findLogout, tenant, sessionId, clientId);
		return row?.state === "waiting" && row.due_at === dueAt && row.attempts === attempts;
	}

	return {
		take: async (now, leaseUntil, busy) => {
			if ((await engine.read(() => clientToTell(now, busy))) === undefined) return [];
			return engine.write<readonly Logout[]>((earlier = []) => {
				const before = earlier.filter(isLeased);
				return [...before, ...lease(now, leaseUntil, [...new Set([...busy, ...before.map(({ clientId }) => clientId)])])];
			});
		},

		settle: (sessionId, clientId, how, events) =>
			engine.write(() => {
				const { state, reason } = how;
				const times = how.state === "waiting" ? [how.dueAt, null] : [null, how.at];
				if (sql.run(queries.settleLogout, tenant, sessionId, clientId, state, ...times, reason) === 0) return isRecorded(engine, events);
				record(engine, events);
				return true;
			}),

		ofSession: (sessionId) => engine.read(() => sql.all(queries.logoutsOfSession, tenant, sessionId).map(logoutFrom)),
	};
}
