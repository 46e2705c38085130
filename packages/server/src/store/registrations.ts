import type { ClientRow } from "../model/index.ts";
import { putClient } from "./clients.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { clientFrom, registrationFrom, registrationTokenFrom } from "./rows.ts";
import type { IdleSince, Registration, RegistrationStore } from "./store.ts";

const day = 24 * 3_600_000;

export function registrationStore(engine: Engine): RegistrationStore {
	const { sql, tenant } = engine;

	function find(clientId: string): { readonly registration: Registration; readonly client: ClientRow } | undefined {
		const registration = sql.get(queries.findRegistration, tenant, clientId);
		const client = registration && sql.get(queries.findClient, tenant, clientId);
		return client && { registration: registrationFrom(registration), client: clientFrom(client) };
	}

	const count = () => sql.get(queries.countRegistrations, tenant)?.count ?? 0;

	return {
		register: (row, registration, { limit, now }, events) =>
			engine.write(() => {
				const { clientId, tokenHash, registeredAt, lastUsedAt, registrationTokenId } = registration;
				// The id is chance: a row of it is ours, and the answer to its COMMIT was lost (F-23).
				if (find(clientId)) return "registered";
				if (count() >= limit) return "full";
				const allowed = registrationTokenId === undefined || sql.run(queries.useRegistrationToken, tenant, registrationTokenId, now) === 1;
				if (!allowed) return "refused";
				putClient(engine, row);
				sql.run(queries.addRegistration, tenant, clientId, tokenHash, registeredAt, lastUsedAt, registrationTokenId);
				record(engine, events);
				return "registered";
			}),

		find: (clientId) => engine.read(() => find(clientId)),

		update: (row, seen, { askAnew }, events) =>
			engine.write(() => {
				if (isRecorded(engine, events)) return "updated";
				const there = find(row.id)?.client;
				if (!there) return "gone";
				if (there.updatedAt !== seen.updatedAt || there.held !== seen.held) return "changed";
				putClient(engine, row);
				if (askAnew) sql.run(queries.withdrawConsentsOfClient, tenant, row.id, row.updatedAt);
				record(engine, events);
				return "updated";
			}),

		touch: (clientId, now) =>
			engine.write(() => {
				const there = sql.get(queries.findRegistration, tenant, clientId);
				if (!there) return;
				const neverUsed = there.last_used_at === there.registered_at;
				// The instant of registration says that it was never used.
				if (neverUsed || there.last_used_at <= now - day)
					sql.run(queries.touchRegistration, tenant, clientId, Math.max(now, there.registered_at + 1));
			}),

		remove: (clientId, events, unless) =>
			engine.write(() => {
				const there = sql.get(queries.findRegistration, tenant, clientId);
				if (!there) return isRecorded(engine, events);
				if (unless !== undefined && !isIdle(registrationFrom(there), unless)) return false;
				sql.run(queries.removeRegistration, tenant, clientId);
				// Only what was of use can have grants, which another of its name must not inherit; nothing else stays of a stranger.
				const used = there.last_used_at > there.registered_at;
				sql.run(used ? queries.removeClient : queries.deleteClient, tenant, clientId);
				sql.run(queries.removeConsentsOfClient, tenant, clientId);
				sql.run(queries.raiseVersion, tenant);
				record(engine, events);
				return true;
			}),

		count: () => engine.read(count),

		idle: ({ used, registered }, limit) =>
			engine.read(() => sql.all(queries.idleRegistrations, tenant, used, Math.max(used, registered), limit).map(registrationFrom)),

		addToken: ({ id, tokenHash, note, usesLeft, createdAt, expiresAt, revokedAt }, events) =>
			engine.write(() => {
				sql.run(queries.addRegistrationToken, tenant, id, tokenHash, note, usesLeft, createdAt, expiresAt, revokedAt);
				record(engine, events);
			}),
		findToken: (id) =>
			engine.read(() => {
				const row = sql.get(queries.findRegistrationToken, tenant, id);
				return row && registrationTokenFrom(row);
			}),
		tokens: () => engine.read(() => sql.all(queries.allRegistrationTokens, tenant).map(registrationTokenFrom)),
		revokeToken: (id, now, events) =>
			engine.write(() => {
				if (sql.run(queries.revokeRegistrationToken, tenant, id, now) === 0) return isRecorded(engine, events);
				record(engine, events);
				return true;
			}),
	};
}

/** As `queries.idleRegistrations` has it. */
function isIdle({ registeredAt, lastUsedAt, registrationTokenId }: Registration, { used, registered }: IdleSince): boolean {
	return lastUsedAt < used || (lastUsedAt === registeredAt && lastUsedAt < registered && registrationTokenId === undefined);
}
