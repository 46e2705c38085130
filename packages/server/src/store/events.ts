import type { Event } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";
import { eventFrom } from "./rows.ts";
import type { EventStore } from "./store.ts";

/** Writes events in the transaction of the change they tell of (I22). */
export function record({ sql, tenant }: Engine, events: readonly Event[]): void {
	for (const e of events) {
		const data = e.data === undefined ? null : JSON.stringify(e.data);
		sql.run(queries.addEvent, tenant, e.id, e.at, e.type, e.traceId, e.personId, e.clientId, e.sessionId, e.grantId, e.actor, data);
	}
}

/** True when the change that these events tell of was written before: the answer to its COMMIT was lost (F-23). */
export function isRecorded({ sql, tenant }: Engine, events: readonly Event[]): boolean {
	const [first] = events;
	return first !== undefined && sql.get(queries.findEvent, tenant, first.id) !== undefined;
}

/** Above every id that is hexadecimal digits and hyphens. */
const afterAll = "~";

export function eventStore(engine: Engine): EventStore {
	const { sql, tenant } = engine;
	return {
		list: ({ limit, type, personId, clientId, grantId, before = afterAll }) =>
			engine.read(() => sql.all(queries.listEvents, tenant, before, type, personId, clientId, grantId, limit).map(eventFrom)),
		ofPerson: (personId, limit) => engine.read(() => sql.all(queries.eventsOfPerson, tenant, personId, limit).map(eventFrom)),
		append: (events) => engine.write(() => record(engine, events)),
	};
}
