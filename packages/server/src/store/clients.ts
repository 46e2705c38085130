import { type ClientRow, resolveClient } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { clientFrom } from "./rows.ts";
import type { ClientStore } from "./store.ts";

/** Writes a client within a transaction, in place of the row of the same id, so that caches learn of it. */
export function putClient({ sql, tenant }: Engine, row: ClientRow): void {
	const { id, metadata, secrets, managedBy, held, removedAt, createdAt, updatedAt } = row;
	const { enabled } = resolveClient(row);
	const content = [JSON.stringify(metadata), JSON.stringify(secrets), managedBy, held, removedAt, enabled, false];
	sql.run(queries.putClient, tenant, id, ...content, createdAt, updatedAt, 1, metadata.backchannel_logout_uri);
	// What the file takes over is not managed by a registration access token any more.
	if (managedBy === "file") sql.run(queries.removeRegistration, tenant, id);
	sql.run(queries.raiseVersion, tenant);
}

export function clientStore(engine: Engine): ClientStore {
	const { sql, tenant } = engine;
	return {
		all: () => engine.read(() => sql.all(queries.allClients, tenant).map(clientFrom)),
		find: (id) =>
			engine.read(() => {
				const row = sql.get(queries.findClient, tenant, id);
				return row && clientFrom(row);
			}),
		put: (row, events) =>
			engine.write(() => {
				putClient(engine, row);
				record(engine, events);
			}),
		remove: (id, events) =>
			engine.write(() => {
				if (sql.run(queries.removeClient, tenant, id) === 0) return isRecorded(engine, events);
				sql.run(queries.removeConsentsOfClient, tenant, id);
				sql.run(queries.removeRegistration, tenant, id);
				sql.run(queries.raiseVersion, tenant);
				record(engine, events);
				return true;
			}),
	};
}
