import type { Connection } from "./connection.ts";
import { queries } from "./queries.ts";
import type { Transactions } from "./writer.ts";

/**
 * The transactions of a connection. They take the write lock as they begin, so that what a verb reads is still true
 * when it writes.
 *
 * @param commit stands around each COMMIT
 */
export function transactionsOn(connection: Connection, commit: (commit: () => void) => void = (run) => run()): Transactions {
	return {
		begin: () => {
			connection.run(queries.begin);
		},
		commit: () =>
			commit(() => {
				connection.run(queries.commit);
			}),
		rollback: () => {
			try {
				if (connection.inTransaction) connection.run(queries.rollback);
			} catch {
				// After some errors SQLite has rolled back by itself; were a transaction still open, the next one would say so.
			}
		},
	};
}
