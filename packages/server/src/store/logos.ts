import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";
import { knownLogoFrom, logoFrom } from "./rows.ts";
import type { LogoStore } from "./store.ts";

export function logoStore(engine: Engine): LogoStore {
	const { sql, tenant } = engine;
	return {
		find: (clientId) =>
			engine.read(() => {
				const row = sql.get(queries.findLogo, tenant, clientId);
				return row && logoFrom(row);
			}),
		all: () => engine.read(() => sql.all(queries.allLogos, tenant).map(knownLogoFrom)),
		put: ({ clientId, uri, image, fetchedAt, failures }) =>
			engine.write(() => {
				sql.run(queries.putLogo, tenant, clientId, uri, image?.mediaType, image?.bytes, fetchedAt, failures);
				sql.run(queries.raiseVersion, tenant);
			}),
		remove: (clientId) =>
			engine.write(() => {
				if (sql.run(queries.removeLogo, tenant, clientId) > 0) sql.run(queries.raiseVersion, tenant);
			}),
	};
}
