import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { Connection } from "./connection.ts";
import { failureOf } from "./failure.ts";
import { applicationId } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { longestWait, type Patience, pauseBefore, whenUnlocked } from "./patience.ts";
import { StoreUnavailable, StoreUnusable } from "./store.ts";

const magic = "SQLite format 3\0";
/** A file up to this size is checked page by page at each start, in a few milliseconds; a larger one by its first and last page. */
const checkedThrough = 4 * 1024 * 1024;

/**
 * Looks at a file before anything opens it for writing, and leaves it as it is. Another process that starts or ends at the same
 * moment may make a sound file look damaged, half of it seen before a change and half after: nothing is said of a file that moves.
 *
 * @returns `new` where there is none (or an empty one, left by a start that was cut off), `ours` else.
 * @throws StoreUnusable with one sentence that says what to do.
 */
export async function inspect(path: string, patience: Patience): Promise<"new" | "ours"> {
	const until = patience.now() + longestWait;
	for (let attempt = 1; ; attempt++) {
		const before = traceOf(path);
		try {
			return await look(path, patience);
		} catch (error) {
			if (traceOf(path) === before || patience.now() >= until) throw error;
		}
		await patience.pause(pauseBefore(attempt));
	}
}

/** What changes with each write to a store: sizes and times of its file and its log. */
function traceOf(path: string): string {
	const traces = [path, `${path}-wal`].map((name) => {
		try {
			const { size, mtimeNs } = statSync(name, { bigint: true });
			return `${size} ${mtimeNs}`;
		} catch {
			return "none";
		}
	});
	return traces.join();
}

async function look(path: string, patience: Patience): Promise<"new" | "ours"> {
	const size = sizeOf(path);
	if (size === undefined || size === 0) {
		if (size === undefined) prepareFolder(dirname(path));
		else mayWrite(path, path);
		return "new";
	}
	mayWrite(path, path);
	mayWrite(dirname(path), path);
	const header = headerOf(path);
	if (header.subarray(0, magic.length).toString("latin1") !== magic)
		throw new StoreUnusable(`${path} is not a database of Gatehouse: name another file in store.url, or restore a backup`);
	// What the log still holds, SQLite alone knows; without one the header says all, and a foreign file is not even opened.
	if (!sizeOf(`${path}-wal`)) {
		const kind = kindOf(path, header.readUInt32BE(68), header.readUInt32BE(60), header.readUInt32BE(40));
		if (kind === "new") return kind;
		const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
		if (header.readUInt32BE(24) === header.readUInt32BE(92) && size < header.readUInt32BE(28) * pageSize) throw damaged(path);
	}
	try {
		return await whenUnlocked(() => inspectContent(path, size), patience);
	} catch (error) {
		throw unusable(path, error);
	}
}

/** Whose file it is, by three numbers of its header (SQLite file format §1.3). */
function kindOf(path: string, id: number, version: number, schema: number): "new" | "ours" {
	if (id === 0 && version === 0 && schema === 0) return "new";
	if (id !== applicationId) throw new StoreUnusable(`${path} is the database of another program: name another file in store.url`);
	if (version > migrations.length)
		throw new StoreUnusable(`${path} was made by a newer Gatehouse (form ${version}, this one knows ${migrations.length}): start that one`);
	return "ours";
}

/**
 * Reads through SQLite; a connection that only reads never writes the log back. Where there is no log, and so nobody at
 * work, the file is read as if it could not change, or SQLite would make a log just for looking.
 */
function inspectContent(path: string, size: number): "new" | "ours" {
	const connection = new Connection(existsSync(`${path}-wal`) ? path : immutable(path), { readOnly: true });
	try {
		const [id, version, schema] = [
			connection.pragma("application_id"),
			connection.pragma("user_version"),
			connection.pragma("schema_version"),
		];
		const kind = kindOf(path, Number(id), Number(version), Number(schema));
		if (kind === "ours" && size <= checkedThrough && connection.pragma("quick_check(1)") !== "ok") throw damaged(path);
		return kind;
	} finally {
		connection.close();
	}
}

function immutable(path: string): string {
	return `${pathToFileURL(path).href}?immutable=1`;
}

/** What an error while opening means to whoever runs the server. */
export function unusable(path: string, thrown: unknown): unknown {
	const error = thrown instanceof StoreUnavailable ? thrown.cause : thrown;
	switch (failureOf(error)) {
		case undefined:
			return error;
		case "corrupt":
		case "notDatabase":
			return damaged(path, error);
		case "busy":
		case "locked":
			return new StoreUnusable(`${path} is locked by another program: end it, then start again`, { cause: error });
		case "full":
			return new StoreUnusable(`there is no room left on the disk of ${path}: make some, then start again`, { cause: error });
		default:
			return notWritable(path, path, error);
	}
}

function damaged(path: string, cause?: unknown): StoreUnusable {
	return new StoreUnusable(`${path} is damaged: restore it from a backup`, { cause });
}

function notWritable(what: string, path: string, cause: unknown): StoreUnusable {
	return new StoreUnusable(
		`${what} cannot be written${what === path ? "" : `, and ${basename(path)} lies in it`}: give the user that runs Gatehouse the right to read and write it`,
		{ cause },
	);
}

function sizeOf(path: string): number | undefined {
	let stats: ReturnType<typeof statSync> | undefined;
	try {
		stats = statSync(path, { throwIfNoEntry: false });
	} catch (error) {
		throw notWritable(path, path, error);
	}
	if (stats && !stats.isFile()) throw new StoreUnusable(`${path} is not a file: name a file in store.url`);
	return stats?.size;
}

function mayWrite(what: string, path: string): void {
	try {
		accessSync(what, constants.R_OK | constants.W_OK);
	} catch (error) {
		throw notWritable(what, path, error);
	}
}

/** Makes the last folder of the path alone: a tree that is wholly missing is more likely a disk that was not mounted. */
function prepareFolder(folder: string): void {
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
		mayWrite(folder, folder);
		return;
	}
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		throw new StoreUnusable(`the folder ${folder} is not there and cannot be made: make it, or mount the disk it lies on`, {
			cause: error,
		});
	}
}

function headerOf(path: string): Buffer {
	const header = Buffer.alloc(100);
	const file = openSync(path, "r");
	try {
		readSync(file, header, 0, header.length, 0);
	} finally {
		closeSync(file);
	}
	return header;
}
