import { clientStore } from "./clients.ts";
import { Connection } from "./connection.ts";
import { consentStore } from "./consents.ts";
import { deniedTokenStore } from "./denied-tokens.ts";
import type { Engine } from "./engine.ts";
import { eventStore } from "./events.ts";
import { grantStore } from "./grants.ts";
import { guessStore } from "./guesses.ts";
import { inspect, unusable } from "./inspect.ts";
import { keyStore } from "./keys.ts";
import { logoStore } from "./logos.ts";
import { logoutStore } from "./logouts.ts";
import { migrate } from "./migrate.ts";
import { type Patience, systemPatience, whenUnlocked } from "./patience.ts";
import { personStore } from "./people.ts";
import { queries } from "./queries.ts";
import { registrationStore } from "./registrations.ts";
import { resourceStore } from "./resources.ts";
import { sessionStore } from "./sessions.ts";
import { settingStore } from "./settings.ts";
import type { Store, StoreOptions } from "./store.ts";
import { transactionsOn } from "./transactions.ts";
import { usedOnceStore } from "./used-once.ts";
import { createWriter } from "./writer.ts";

export interface SqliteOptions extends StoreOptions {
	readonly patience?: Patience;
	/** Stands around each COMMIT: tests lose its answer, or let it fail. */
	readonly commit?: (commit: () => void) => void;
}

export interface SqliteStore extends Store {
	/** True when there was no store in this place before. */
	readonly isNew: boolean;
	/** How many SQL texts were compiled so far: a hot request adds none. */
	readonly compiled: () => number;
}

/**
 * Durable before it answers: a log that is synced at each commit (`synchronous=FULL`). Readers do not wait for writers.
 * The cache holds the inner pages of a large store.
 */
const pragmas = `
pragma journal_mode = wal;
pragma synchronous = full;
pragma cache_size = -65536;
pragma journal_size_limit = 67108864;
pragma trusted_schema = off;
`;

/**
 * Opens an SQLite file, or makes it; `:memory:` for one that ends with the process.
 *
 * @throws StoreUnusable with one sentence that says what to do; the file is as it was.
 * @example const store = await openSqlite("./data/gatehouse.db", { tenant: "default", limits });
 */
export async function openSqlite(path: string, options: SqliteOptions): Promise<SqliteStore> {
	const { patience = systemPatience } = options;
	const isNew = path === ":memory:" || (await inspect(path, patience)) === "new";
	let connection: Connection | undefined;
	try {
		connection = new Connection(path);
		const opened = connection;
		await whenUnlocked(() => {
			opened.script(pragmas);
			migrate(opened);
			opened.run(queries.addTenant, options.tenant);
		}, patience);
		return storeOn(opened, isNew, options);
	} catch (error) {
		connection?.close();
		throw unusable(path, error);
	}
}

/** Composes the verbs over one connection. */
function storeOn(connection: Connection, isNew: boolean, options: SqliteOptions): SqliteStore {
	const { tenant, limits, patience = systemPatience } = options;
	const writer = createWriter(transactionsOn(connection, options.commit), patience);
	const engine: Engine = {
		tenant,
		limits,
		sql: connection,
		read: (work) => whenUnlocked(work, patience),
		write: writer.write,
	};
	return {
		clients: clientStore(engine),
		resources: resourceStore(engine),
		people: personStore(engine),
		sessions: sessionStore(engine),
		consents: consentStore(engine),
		grants: grantStore(engine),
		deniedTokens: deniedTokenStore(engine),
		usedOnce: usedOnceStore(engine),
		logouts: logoutStore(engine),
		guesses: guessStore(engine),
		registrations: registrationStore(engine),
		keys: keyStore(engine),
		events: eventStore(engine),
		logos: logoStore(engine),
		settings: settingStore(engine),
		ping: async () => {
			await engine.read(() => connection.get(queries.readTenant, tenant));
		},
		close: async () => {
			await writer.close();
			connection.close();
		},
		isNew,
		compiled: () => connection.compiled,
	};
}
