import type { Engine } from "./engine.ts";
import { queries } from "./queries.ts";

const day = 24 * 3_600_000;

/** Remembers, rounded up to the next day so that one row is written a day, until when a family needs the key of its MACs. */
export function noteMasterKey({ sql, tenant }: Engine, version: number, until: number): void {
	sql.run(queries.noteMasterKey, tenant, version, Math.ceil(until / day) * day);
}
