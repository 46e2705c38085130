import type { Engine } from "./engine.ts";
import { record } from "./events.ts";
import { queries } from "./queries.ts";
import type { DeniedTokenStore } from "./store.ts";

export function deniedTokenStore(engine: Engine): DeniedTokenStore {
	const { sql, tenant } = engine;
	return {
		deny: (jti, expiresAt, events) =>
			engine.write(() => {
				if (sql.run(queries.denyToken, tenant, jti, expiresAt) === 1) record(engine, events);
			}),
		isDenied: (jti) => engine.read(() => sql.get(queries.isDenied, tenant, jti) !== undefined),
	};
}
