import { openSqlite, type SqliteStore } from "./sqlite.ts";
import { type StoreOptions, StoreUnusable } from "./store.ts";

const scheme = "sqlite:";

/**
 * Opens the store that `store.url` names: `sqlite:./data/gatehouse.db` or `sqlite::memory:`.
 *
 * @throws StoreUnusable with one sentence that says what to do.
 * @example const store = await openStore("sqlite::memory:", { tenant: "default", limits });
 */
export async function openStore(url: string, options: StoreOptions): Promise<SqliteStore> {
	const path = url.startsWith(scheme) ? url.slice(scheme.length) : "";
	if (path === "") throw new StoreUnusable("store.url is not the address of a store: write sqlite:./data/gatehouse.db, or sqlite::memory:");
	return openSqlite(path, options);
}
