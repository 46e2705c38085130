import type { Connection } from "./connection.ts";
import { migrations } from "./migrations/index.ts";
import { queries } from "./queries.ts";
import { StoreUnusable } from "./store.ts";

/** "GATE": by it a file of ours is known (SQLite's `application_id`). */
export const applicationId = 0x47415445;

/**
 * Brings a store to the newest form, each migration in a transaction of its own together with its number
 * (SQLite's `user_version`); two processes that start at once do each of them once.
 *
 * @throws StoreUnusable when a newer Gatehouse made the store.
 */
export function migrate(connection: Connection): void {
	for (let number = versionOf(connection) + 1; number <= migrations.length; number = versionOf(connection) + 1) {
		connection.run(queries.begin);
		try {
			// Another process may have been first.
			if (versionOf(connection) < number) {
				connection.script(migrations[number - 1] ?? "");
				connection.script(`pragma application_id = ${applicationId}; pragma user_version = ${number}`);
			}
			connection.run(queries.commit);
		} catch (error) {
			if (connection.inTransaction) connection.run(queries.rollback);
			throw error;
		}
	}
}

function versionOf(connection: Connection): number {
	const version = Number(connection.pragma("user_version"));
	if (version > migrations.length)
		throw new StoreUnusable(
			`the store was made by a newer Gatehouse (form ${version}, this one knows ${migrations.length}): start that one`,
		);
	return version;
}
