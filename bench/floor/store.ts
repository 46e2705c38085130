import { DatabaseSync } from "node:sqlite";
import { digest, matches, secret } from "./secrets.ts";

/** What a kept token is good for. */
export type Kind = "refresh" | "opaque access";

/** A token that the store knows. */
export interface Kept {
	readonly id: number;
	readonly grant: number;
	readonly used: boolean;
	/** Seconds since 1970. */
	readonly expires: number;
	readonly data: string;
}

/** A token to hand out, and the write that makes it good. */
interface NewToken {
	readonly token: string;
	insert(): void;
}

const SCHEMA = `
create table if not exists token (id integer primary key, kind text not null, hash blob not null, used integer not null default 0, expires integer not null, grant_id integer not null, data text not null) strict;
create table if not exists used_code (id blob primary key, expires integer not null) without rowid, strict;
create table if not exists session (id integer primary key, hash blob not null, subject text not null, auth_time integer not null, expires integer not null) strict;
create table if not exists consent (subject text not null, client text not null, scope text not null, primary key (subject, client)) without rowid, strict;
create table if not exists account (subject text primary key, claims text not null) without rowid, strict;`;

/** A write that waits for its transaction. */
interface Waiting {
	run(): unknown;
	resolve(value: unknown): void;
	reject(error: unknown): void;
}

/**
 * Durable storage: tokens are "number.secret", found by number and kept as a hash, appended in order. All writes of one turn of the event
 * loop are one transaction, synced to disk before any of them is answered.
 */
export class FloorStore {
	readonly #database: DatabaseSync;
	readonly #statements;
	#lastId: number;
	#waiting: Waiting[] = [];

	constructor(file: string) {
		const database = new DatabaseSync(file);
		database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; pragma mmap_size = 268435456;");
		database.exec(SCHEMA);
		const prepare = (sql: string) => database.prepare(sql);
		this.#database = database;
		this.#statements = {
			begin: prepare("begin immediate"),
			commit: prepare("commit"),
			insertToken: prepare("insert into token (id, kind, hash, expires, grant_id, data) values (?, ?, ?, ?, ?, ?)"),
			findToken: prepare("select kind, hash, used, expires, grant_id, data from token where id = ?"),
			useToken: prepare("update token set used = 1 where id = ? and used = 0"),
			useCode: prepare("insert or ignore into used_code (id, expires) values (?, ?)"),
			insertSession: prepare("insert into session (hash, subject, auth_time, expires) values (?, ?, ?, ?)"),
			findSession: prepare("select hash, subject, auth_time, expires from session where id = ?"),
			putConsent: prepare("insert or replace into consent values (?, ?, ?)"),
			findConsent: prepare("select scope from consent where subject = ? and client = ?"),
			putAccount: prepare("insert or replace into account values (?, ?)"),
			findAccount: prepare("select claims from account where subject = ?"),
		};
		this.#lastId = Number(prepare("select coalesce(max(id), 0) as last from token").get()!.last);
	}

	/** Does a write in the next transaction; settles once it is on disk. */
	write<T>(run: () => T): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
			if (this.#waiting.length === 1) setImmediate(() => this.#flush());
		});
	}

	#flush(): void {
		const batch = this.#waiting;
		this.#waiting = [];
		this.#statements.begin.run();
		const settled = batch.map(({ run, resolve, reject }) => {
			try {
				const value = run();
				return () => resolve(value);
			} catch (error) {
				return () => reject(error);
			}
		});
		this.#statements.commit.run();
		for (const settle of settled) settle();
	}

	nextId(): number {
		this.#lastId += 1;
		return this.#lastId;
	}

	/** A new token, good for `lifetime` seconds from `now`; `insert` belongs into a `write`. */
	newToken(kind: Kind, now: number, lifetime: number, grant: number, data: string): NewToken {
		const value = secret();
		const id = this.nextId();
		return {
			token: `${id.toString(36)}.${value}`,
			insert: () => {
				this.#statements.insertToken.run(id, kind, digest(value), now + lifetime, grant, data);
			},
		};
	}

	findToken(token: string, kind: Kind, now: number): Kept | undefined {
		const dot = token.indexOf(".");
		if (dot < 1) return undefined;
		const id = Number.parseInt(token.slice(0, dot), 36);
		const row = this.#statements.findToken.get(id) as
			| { kind: string; hash: Uint8Array; used: number; expires: number; grant_id: number; data: string }
			| undefined;
		if (!row || row.kind !== kind || row.expires < now || !matches(row.hash, token.slice(dot + 1))) return undefined;
		return { id, grant: row.grant_id, used: row.used === 1, expires: row.expires, data: row.data };
	}

	/** Inside a `write`: false when it had been used. */
	useToken(id: number): boolean {
		return this.#statements.useToken.run(id).changes === 1;
	}

	/** Inside a `write`: false when it had been used. */
	useCode(id: Uint8Array, expires: number): boolean {
		return this.#statements.useCode.run(id, expires).changes === 1;
	}

	/** Signs someone in who consents to everything; answers the cookie. */
	async startSession(subject: string, client: string, scope: string, now: number): Promise<string> {
		const value = secret();
		const claims = JSON.stringify({ name: subject, email: `${subject}@example.com`, email_verified: true });
		const id = await this.write(() => {
			this.#statements.putConsent.run(subject, client, scope);
			this.#statements.putAccount.run(subject, claims);
			return this.#statements.insertSession.run(digest(value), subject, now, now + 1_209_600).lastInsertRowid;
		});
		return `${id}.${value}`;
	}

	findSession(cookie: string, now: number): { readonly subject: string; readonly authTime: number } | undefined {
		const [id = "", value = ""] = cookie.split(".");
		const row = this.#statements.findSession.get(Number(id)) as
			| { hash: Uint8Array; subject: string; auth_time: number; expires: number }
			| undefined;
		if (!row || row.expires < now || !matches(row.hash, value)) return undefined;
		return { subject: row.subject, authTime: row.auth_time };
	}

	findConsent(subject: string, client: string): string {
		return String(this.#statements.findConsent.get(subject, client)?.scope ?? "");
	}

	/** Claims about a person, as JSON text. */
	findClaims(subject: string): string {
		return String(this.#statements.findAccount.get(subject)?.claims ?? "{}");
	}

	close(): void {
		this.#database.close();
	}
}
