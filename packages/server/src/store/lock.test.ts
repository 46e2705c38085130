import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Connection } from "./connection.ts";
import { event, id } from "./contract/world.ts";
import { longestWait, type Patience } from "./patience.ts";
import { openSqlite } from "./sqlite.ts";
import { StoreUnavailable } from "./store.ts";

const limits = { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } };

/** A clock that moves only while somebody waits, and counts how often. */
function stillClock(onPause: (pauses: number) => void = () => undefined) {
	let time = 0;
	let pauses = 0;
	const patience: Patience = {
		now: () => time,
		pause: (milliseconds) => {
			time += milliseconds;
			onPause(++pauses);
			return new Promise((resolve) => {
				setImmediate(resolve);
			});
		},
	};
	return { patience, now: () => time, pauses: () => pauses };
}

async function setup(patience: Patience) {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-lock-"));
	const path = join(folder, "gatehouse.db");
	const store = await openSqlite(path, { tenant: "default", limits, patience });
	const stranger = new Connection(path);
	onTestFinished(async () => {
		await store.close();
		stranger.close();
		rmSync(folder, { recursive: true });
	});
	return { path, store, stranger };
}

test("F-12 another process holds the write lock: reads go on, a write waits without holding up the loop, and is done once", async () => {
	const clock = stillClock((pauses) => {
		if (pauses === 10) stranger.script("commit");
	});
	const { store, stranger } = await setup(clock.patience);
	stranger.script("begin exclusive");
	const told = event("file.applied");
	const writing = store.events.append([told]);
	expect(await store.settings.epoch()).toBe(1);
	expect(clock.pauses()).toBe(0);
	await writing;
	expect(clock.pauses()).toBe(10);
	expect(await store.events.list({ limit: 9 })).toEqual([told]);
});

test("F-12 after two seconds a write hears that the store is unavailable, nothing partial is there, and the next one works", async () => {
	const clock = stillClock();
	const { store, stranger } = await setup(clock.patience);
	stranger.script("begin exclusive");
	await expect(store.events.append([event("file.applied")])).rejects.toThrow(StoreUnavailable);
	expect(clock.now()).toBeGreaterThanOrEqual(longestWait);
	expect(await store.events.list({ limit: 9 })).toEqual([]);
	stranger.script("rollback");
	await store.events.append([event("file.applied")]);
	expect(await store.events.list({ limit: 9 })).toHaveLength(1);
});

test("F-12 another process keeps the whole file to itself: reads wait too, and a start says what to do", async () => {
	const clock = stillClock((pauses) => {
		if (pauses === 5) stranger?.close();
	});
	const { path, store } = await setup(clock.patience);
	await store.close();
	let stranger: Connection | undefined = keeper(path);
	const second = await openSqlite(path, { tenant: "default", limits, patience: clock.patience });
	expect(clock.pauses()).toBe(5);
	await second.close();
	stranger = undefined;
	const other = keeper(path);
	await expect(openSqlite(path, { tenant: "default", limits, patience: clock.patience })).rejects.toThrow(
		/is locked by another program: end it/,
	);
	expect(clock.now()).toBeGreaterThanOrEqual(longestWait);
	other.close();
});

/** A process that shuts out even readers. */
function keeper(path: string): Connection {
	const connection = new Connection(path);
	connection.script("pragma locking_mode = exclusive; begin exclusive");
	return connection;
}

test("F-11 what the disk refuses is unavailable, whoever asks, and heals", async () => {
	const clock = stillClock();
	let full = false;
	const store = await openSqlite(":memory:", {
		...{ tenant: "default", limits, patience: clock.patience },
		commit: (commit) => {
			if (full) throw Object.assign(new Error("database or disk is full"), { errcode: 13 });
			commit();
		},
	});
	onTestFinished(() => store.close());
	full = true;
	await expect(store.grants.revoke(id(), 0, [])).rejects.toThrow(StoreUnavailable);
	expect(await store.settings.epoch()).toBe(1);
	full = false;
	expect(await store.grants.revoke(id(), 0, [])).toBe(false);
});
