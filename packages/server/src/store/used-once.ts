import { hash } from "node:crypto";
import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";
import type { UsedOnceStore } from "./store.ts";

export function usedOnceStore(engine: Engine): UsedOnceStore {
	const { sql, tenant } = engine;
	return {
		use: (purpose, name, expiresAt, operation, now) => {
			const digest = hash("sha256", name, "buffer");
			return engine.write(() => {
				sql.run(queries.sweepUsedOnce, tenant, now);
				if (sql.run(queries.useOnce, tenant, purpose, digest, expiresAt, operation, now) === 1) return true;
				// Used by us, and the answer to its COMMIT was lost (F-23).
				return sql.get(queries.usedBy, tenant, purpose, digest)?.used_by === operation;
			});
		},
	};
}
