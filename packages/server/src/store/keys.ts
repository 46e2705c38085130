import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { keyFrom } from "./rows.ts";
import type { KeyStore } from "./store.ts";

export function keyStore(engine: Engine): KeyStore {
	const { sql, tenant } = engine;
	return {
		all: () => engine.read(() => sql.all(queries.allKeys, tenant).map(keyFrom)),
		put: (rows, events, expectVersion) =>
			engine.write(() => {
				if (sql.run(queries.raiseKeyVersion, tenant, expectVersion) === 0) return isRecorded(engine, events);
				for (const key of rows) {
					const { kid, alg, publicJwk, sealedPrivate, createdAt, signsFrom, signsUntil, revokedAt } = key;
					sql.run(queries.putKey, tenant, kid, alg, publicJwk, sealedPrivate, createdAt, signsFrom, signsUntil, revokedAt);
				}
				record(engine, events);
				return true;
			}),
		version: () => engine.read(() => sql.get(queries.readTenant, tenant)?.key_version ?? 0),
	};
}
