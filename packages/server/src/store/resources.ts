import type { Engine } from "./engine.ts";
import { record } from "./events.ts";
import { queries } from "./queries.ts";
import { resourceFrom } from "./rows.ts";
import type { ResourceStore } from "./store.ts";

export function resourceStore(engine: Engine): ResourceStore {
	const { sql, tenant } = engine;
	return {
		all: () => engine.read(() => sql.all(queries.allResources, tenant).map(resourceFrom)),
		put: (row, events) =>
			engine.write(() => {
				sql.run(queries.putResource, tenant, row.identifier, JSON.stringify(row));
				sql.run(queries.raiseVersion, tenant);
				record(engine, events);
			}),
	};
}
