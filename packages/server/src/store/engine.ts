import type { Connection } from "./connection.ts";
import type { Limits } from "./store.ts";
import type { Write } from "./writer.ts";

/** What every verb stands on. */
export interface Engine {
	readonly tenant: string;
	readonly limits: Limits;
	readonly sql: Pick<Connection, "get" | "all" | "run">;
	/** Outside of any transaction; waits, without holding up the event loop, while another process locks the file. */
	readonly read: <T>(work: () => T) => Promise<T>;
	/** Inside a transaction, answered after its commit. */
	readonly write: Write;
}
