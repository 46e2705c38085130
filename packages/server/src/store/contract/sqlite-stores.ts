import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite, type SqliteStore } from "../sqlite.ts";
import type { Limits } from "../store.ts";
import type { Open, Replicas } from "./world.ts";

/** A COMMIT that is done, and whose answer never arrives. */
function losing() {
	let lose = false;
	return {
		loseNextCommit: () => {
			lose = true;
		},
		commit: (commit: () => void) => {
			commit();
			if (!lose) return;
			lose = false;
			throw new Error("the connection was reset");
		},
	};
}

async function replicas(paths: readonly [string, string?], limits: Limits, cleanUp: () => void): Promise<Replicas> {
	const { loseNextCommit, commit } = losing();
	const one = await openSqlite(paths[0], { tenant: "default", limits, commit });
	const other: SqliteStore = paths[1] === undefined ? one : await openSqlite(paths[1], { tenant: "default", limits });
	const close = async () => {
		await one.close();
		await other.close();
		cleanUp();
	};
	return { one, other, loseNextCommit, close };
}

function folder() {
	const path = mkdtempSync(join(tmpdir(), "gatehouse-store-"));
	return { file: join(path, "gatehouse.db"), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Every way in which SQLite is used, by name. */
export const sqliteStores: Readonly<Record<string, Open>> = {
	"SQLite in memory": (limits) => replicas([":memory:"], limits, () => undefined),
	"SQLite on a file": (limits) => {
		const { file, remove } = folder();
		return replicas([file], limits, remove);
	},
	"SQLite on a file that two processes share": (limits) => {
		const { file, remove } = folder();
		return replicas([file, file], limits, remove);
	},
};
