import { hash } from "node:crypto";
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Connection } from "./connection.ts";
import { aPerson, event } from "./contract/world.ts";
import { inspect } from "./inspect.ts";
import { openStore } from "./open.ts";
import { openSqlite } from "./sqlite.ts";
import { StoreUnusable } from "./store.ts";

const options = { tenant: "default", limits: { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } } };

function folder(): string {
	const path = mkdtempSync(join(tmpdir(), "gatehouse-inspect-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** A store with a few people, closed. */
async function aStore(people = 3): Promise<string> {
	const path = join(folder(), "gatehouse.db");
	const store = await openSqlite(path, options);
	await Promise.all(Array.from({ length: people }, () => store.people.add(aPerson(), undefined, [event("person.added")])));
	await store.close();
	return path;
}

/** Opening is refused with one sentence, and the folder is byte for byte as it was. */
async function refused(path: string, sentence: RegExp): Promise<void> {
	const content = () =>
		Object.fromEntries(readdirSync(join(path, "..")).map((name) => [name, hash("sha256", readFileSync(join(path, "..", name)))]));
	const before = content();
	const error = await openSqlite(path, options).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(StoreUnusable);
	expect((error as Error).message).toMatch(sentence);
	expect((error as Error).message).toMatch(/^[^\n]+$/);
	expect(content()).toEqual(before);
}

test("a file that changes while it is looked at is not called damaged: it is looked at again; one that stands still is", async () => {
	const path = await aStore(200);
	const whole = readFileSync(path);
	const pauses: number[] = [];
	// Another process at work: it cuts the file when the look has begun, and has written it whole by the end of the pause.
	const patience = (mends: boolean) => {
		let asked = 0;
		return {
			now: () => {
				if (++asked === 2) truncateSync(path, 8192);
				return 0;
			},
			pause: async (milliseconds: number) => {
				pauses.push(milliseconds);
				if (mends) writeFileSync(path, whole);
			},
		};
	};
	expect(await inspect(path, patience(true))).toBe("ours");
	expect(pauses).toHaveLength(1);
	await expect(inspect(path, patience(false))).rejects.toThrow(/is damaged: restore it from a backup$/);
	expect(pauses).toHaveLength(2);
});

test("a store that is not there is made, with its folder, for its owner alone; the next start finds it", async () => {
	const path = join(folder(), "data", "gatehouse.db");
	const made = await openSqlite(path, options);
	await made.settings.set("issuer", "https://auth.company.com");
	await made.close();
	const again = await openSqlite(path, options);
	expect([made.isNew, again.isNew, await again.settings.get("issuer")]).toEqual([true, false, "https://auth.company.com"]);
	await again.close();
});

test("F-16 a tree of folders that is wholly missing is not made", async () => {
	const root = folder();
	await expect(openSqlite(join(root, "disk", "data", "gatehouse.db"), options)).rejects.toThrow(
		/folder .*data is not there .*: make it, or mount the disk/,
	);
	expect(readdirSync(root)).toEqual([]);
});

test("a file that is no database is refused and kept; an empty one is taken", async () => {
	const path = join(folder(), "gatehouse.db");
	writeFileSync(path, "dear diary\n".repeat(100));
	await refused(path, /is not a database of Gatehouse: name another file/);
	writeFileSync(path, "short");
	await refused(path, /is not a database of Gatehouse/);
	writeFileSync(path, "");
	const store = await openSqlite(path, options);
	expect(store.isNew).toBe(true);
	await store.close();
});

test.each(["delete", "wal"])("another program's database (journal_mode %s) is refused and kept", async (mode) => {
	const path = join(folder(), "gatehouse.db");
	const theirs = new Connection(path);
	theirs.script(`pragma journal_mode = ${mode}; create table theirs (a text); insert into theirs values ('b')`);
	theirs.close();
	await refused(path, /is the database of another program: name another file/);
});

test("another program's database that is in use is refused", async () => {
	const path = join(folder(), "gatehouse.db");
	const theirs = new Connection(path);
	theirs.script("pragma journal_mode = wal; create table theirs (a text)");
	const before = readFileSync(path);
	await expect(openSqlite(path, options)).rejects.toThrow(/is the database of another program/);
	expect(readFileSync(path)).toEqual(before);
	theirs.close();
});

test("a store that a newer Gatehouse made is refused and kept", async () => {
	const path = await aStore();
	const newer = new Connection(path);
	newer.script("pragma user_version = 900");
	newer.close();
	await refused(path, /was made by a newer Gatehouse \(form 900, this one knows \d+\): start that one/);
});

test("a damaged store is refused and kept: cut short, or with pages that are noise", async () => {
	const cut = await aStore();
	truncateSync(cut, readFileSync(cut).length - 4096);
	await refused(cut, /is damaged: restore it from a backup/);
	for (const page of [0, 1, 5]) {
		const path = await aStore();
		const bytes = readFileSync(path);
		// Behind the header of the file, so that it still looks like ours.
		bytes.fill(0xa5, page * 4096 + (page === 0 ? 100 : 0), (page + 1) * 4096);
		writeFileSync(path, bytes);
		await refused(path, /is damaged: restore it from a backup/);
	}
});

test("a folder in place of the file is refused", async () => {
	const path = join(folder(), "gatehouse.db");
	mkdirSync(path);
	await expect(openSqlite(path, options)).rejects.toThrow(/is not a file: name a file in store.url/);
	expect(existsSync(path)).toBe(true);
});

test("F-16 where nothing may be written, one sentence says so", async () => {
	// Root may write to any folder, so that it needs one that the system itself keeps closed.
	const closed = process.getuid?.() === 0 ? "/proc" : folder();
	if (closed !== "/proc") chmodSync(closed, 0o500);
	await expect(openSqlite(join(closed, "gatehouse.db"), options)).rejects.toThrow(StoreUnusable);
	await expect(openSqlite(join(closed, "data", "gatehouse.db"), options)).rejects.toThrow(StoreUnusable);
});

test("a store.url of another kind is refused", async () => {
	for (const url of ["mysql://host/db", "sqlite:", "./data/gatehouse.db", ""])
		await expect(openStore(url, options)).rejects.toThrow(StoreUnusable);
	const store = await openStore("sqlite::memory:", options);
	expect(store.isNew).toBe(true);
	await store.close();
});

test("F-15 I15 a copy of the live files, as after a loss of power, opens and has all that was acknowledged", async () => {
	const path = join(folder(), "gatehouse.db");
	const store = await openSqlite(path, options);
	onTestFinished(() => store.close());
	for (let copy = 0; copy < 5; copy++) {
		for (let n = 0; n < 20; n++) await store.people.add(aPerson(), { kind: "password", hash: "h" }, [event("person.added")]);
		const there = join(folder(), "gatehouse.db");
		for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${there}${end}`);
		const copied = await openSqlite(there, options);
		expect(copied.isNew).toBe(false);
		expect(await copied.people.list(1_000)).toHaveLength((copy + 1) * 20);
		expect(await copied.events.list({ limit: 1_000 })).toHaveLength((copy + 1) * 20);
		await copied.close();
	}
});
