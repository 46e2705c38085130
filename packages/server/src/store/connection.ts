import * as sqlite from "node:sqlite";

/** Node 26.11 renames `DatabaseSync`; both names are the same class. */
const Database = (sqlite as unknown as { readonly Database?: typeof sqlite.DatabaseSync }).Database ?? sqlite.DatabaseSync;

/** One SQL text, with `$1`-style parameters, and the columns of the rows it answers with. */
export interface Query<Row> {
	readonly text: string;
	/** Carries the type alone; never there. */
	readonly row?: Row;
}

export type Value = string | number | boolean | Uint8Array | null | undefined;

/** How long SQLite itself may wait for a lock, and so hold up the event loop; beyond it, waiting is asynchronous (F-12). */
const busyTimeout = 5;

/**
 * One connection to an SQLite file. Each query is compiled once, when it is first used.
 *
 * @example connection.get(queries.findClient, tenant, "shop")?.metadata;
 */
export class Connection {
	readonly #database: sqlite.DatabaseSync;
	readonly #statements = new Map<Query<unknown>, sqlite.StatementSync>();
	#compiled = 0;

	/** @throws Error of node:sqlite when the file cannot be opened. */
	constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
		this.#database = new Database(path, { timeout: busyTimeout, readOnly: options.readOnly ?? false, defensive: true });
	}

	/** How many SQL texts were compiled so far; hot verbs add nothing once they have run. */
	get compiled(): number {
		return this.#compiled;
	}

	get inTransaction(): boolean {
		return this.#database.isTransaction;
	}

	/** The first row, if there is one. */
	get<Row>(query: Query<Row>, ...values: readonly Value[]): Row | undefined {
		return this.#statement(query).get(...values.map(bindable)) as Row | undefined;
	}

	all<Row>(query: Query<Row>, ...values: readonly Value[]): readonly Row[] {
		return this.#statement(query).all(...values.map(bindable)) as unknown as readonly Row[];
	}

	/** @returns how many rows were changed. */
	run(query: Query<unknown>, ...values: readonly Value[]): number {
		return Number(this.#statement(query).run(...values.map(bindable)).changes);
	}

	/** Runs SQL without parameters that is not worth keeping: migrations and pragmas. */
	script(sql: string): void {
		this.#database.exec(sql);
	}

	/** The value of a pragma. */
	pragma(name: "application_id" | "user_version" | "schema_version" | "page_size" | "journal_mode" | "quick_check(1)"): unknown {
		return Object.values(this.#database.prepare(`pragma ${name}`).get() ?? {})[0];
	}

	/** May be called again. */
	close(): void {
		if (this.#database.isOpen) this.#database.close();
	}

	#statement(query: Query<unknown>): sqlite.StatementSync {
		let statement = this.#statements.get(query);
		if (statement === undefined) {
			// SQLite takes `$1` for a name and `?1` for a position.
			statement = this.#database.prepare(query.text.replaceAll(/\$(\d+)/g, "?$1"));
			this.#statements.set(query, statement);
			this.#compiled++;
		}
		return statement;
	}
}

function bindable(value: Value): string | number | Uint8Array | null {
	return value === undefined ? null : typeof value === "boolean" ? Number(value) : value;
}
