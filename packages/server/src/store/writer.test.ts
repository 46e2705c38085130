import { expect, test } from "vitest";
import { Connection } from "./connection.ts";
import { longestWait } from "./patience.ts";
import { StoreUnavailable } from "./store.ts";
import { transactionsOn } from "./transactions.ts";
import { createWriter, type Transactions } from "./writer.ts";

const busy = Object.assign(new Error("database is locked"), { errcode: 5 });
const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });

/** A store of numbers, whose transactions can be told to fail, and a clock of its own. */
function setup() {
	const kept: number[] = [];
	let open: number[] | undefined;
	let time = 0;
	const log: string[] = [];
	const faults: { begin?: Error; commit?: Error; lost?: boolean } = {};
	const transactions: Transactions = {
		begin: () => {
			log.push("begin");
			if (faults.begin) throw faults.begin;
			open = [];
		},
		commit: () => {
			log.push("commit");
			if (faults.commit) throw faults.commit;
			kept.push(...(open ?? []));
			open = undefined;
		},
		rollback: () => {
			open = undefined;
		},
	};
	const pause = (milliseconds: number) => {
		log.push("pause");
		time += milliseconds;
		return new Promise<void>((resolve) => {
			setImmediate(resolve);
		});
	};
	const writer = createWriter(transactions, { now: () => time, pause });
	const add = (value: number) =>
		writer.write(() => {
			if (value < 0) throw new RangeError(`${value}`);
			open?.push(value);
			return value;
		});
	return { kept, log, faults, writer, add, now: () => time };
}

test("what is written in one turn of the event loop is one transaction, answered after its commit", async () => {
	const { add, kept, log } = setup();
	const seen: unknown[] = [];
	const all = [1, 2, 3].map((value) =>
		add(value).then((result) => {
			seen.push(result, kept.length);
		}),
	);
	expect(log).toEqual([]);
	await Promise.all(all);
	expect(log).toEqual(["begin", "commit"]);
	expect(seen).toEqual([1, 3, 2, 3, 3, 3]);
});

test("a write that follows from another's answer at once is done too", async () => {
	const { add, kept, log } = setup();
	await add(1).then(() => add(2));
	await Promise.resolve().then(() => add(3));
	expect(kept).toEqual([1, 2, 3]);
	expect(log.filter((step) => step === "commit")).toHaveLength(3);
});

test("a flood is done in pieces, and the event loop turns between them", async () => {
	const { add, kept, log } = setup();
	let turns = 0;
	let counting = true;
	const count = () => {
		turns++;
		if (counting) setImmediate(count);
	};
	setImmediate(count);
	await Promise.all(Array.from({ length: 1_000 }, (_, i) => add(i)));
	counting = false;
	expect(kept).toHaveLength(1_000);
	expect(log.filter((step) => step === "commit")).toHaveLength(8);
	expect(turns).toBeGreaterThanOrEqual(7);
});

test("one that fails harms nobody in its batch", async () => {
	const { add, kept } = setup();
	const results = await Promise.allSettled([add(1), add(-1), add(2)]);
	expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
	expect(results[1]).toMatchObject({ reason: new RangeError("-1") });
	expect(kept).toEqual([1, 2]);
	expect(await add(3)).toBe(3);
});

test("an operation that is done again is told what it answered before", async () => {
	const { writer, faults, log } = setup();
	faults.commit = new Error("the connection was reset");
	const seen: unknown[] = [];
	const answer = writer.write<string>((earlier) => {
		seen.push(earlier);
		delete faults.commit;
		return earlier ?? "first";
	});
	faults.commit = new Error("the connection was reset");
	const failing = writer.write(() => {
		faults.commit = log.length < 3 ? new Error("the connection was reset") : (undefined as never);
	});
	expect(await answer).toBe("first");
	await failing;
	expect(seen).toEqual([undefined, "first"]);
});

test("when COMMIT answers neither the first time nor the second, nobody says that it was written", async () => {
	const { add, faults, kept } = setup();
	faults.commit = new Error("the connection was reset");
	await expect(add(1)).rejects.toThrow(StoreUnavailable);
	delete faults.commit;
	expect(await add(2)).toBe(2);
	expect(kept).toEqual([2]);
});

test("F-11 a full disk is unavailable, never acknowledged, and heals by itself", async () => {
	for (const step of ["begin", "commit"] as const) {
		const { add, faults, kept } = setup();
		faults[step] = full;
		const results = await Promise.allSettled([add(1), add(2)]);
		for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { name: "StoreUnavailable" } });
		expect(kept).toEqual([]);
		delete faults[step];
		expect(await add(3)).toBe(3);
		expect(kept).toEqual([3]);
	}
});

test("F-11 a full SQLite file is unavailable, and heals by itself", async () => {
	const connection = new Connection(":memory:");
	connection.script("create table rows (content text) strict; pragma max_page_count = 20");
	const query = { text: "insert into rows (content) values ($1)" };
	const { now } = setup();
	const writer = createWriter(transactionsOn(connection), { now, pause: () => Promise.resolve() });
	const add = () => writer.write(() => connection.run(query, "x".repeat(4_000)));
	const results = await Promise.allSettled(Array.from({ length: 40 }, add));
	const written = results.filter(({ status }) => status === "fulfilled").length;
	expect(written).toBeGreaterThan(0);
	expect(written).toBeLessThan(20);
	for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(StoreUnavailable);
	expect(connection.get({ text: "select count(*) as n from rows" })).toMatchObject({ n: written });
	connection.script("pragma max_page_count = 1000");
	expect(await add()).toBe(1);
	connection.close();
});

test("F-12 while another process holds the lock the event loop turns, and the write is done once it is released", async () => {
	const { add, faults, kept, log, now } = setup();
	faults.begin = busy;
	let turns = 0;
	const release = () => {
		if (++turns < 30) setImmediate(release);
		else delete faults.begin;
	};
	setImmediate(release);
	expect(await Promise.all([add(1), add(2)])).toEqual([1, 2]);
	expect(kept).toEqual([1, 2]);
	// Each attempt but the last is followed by a pause in which others run.
	expect(log.filter((step) => step === "pause")).toHaveLength(log.filter((step) => step === "begin").length - 1);
	expect(turns).toBe(30);
	expect(now()).toBeLessThan(longestWait);
});

test("F-12 whoever has waited two seconds hears that the store is unavailable, each by their own clock", async () => {
	const { add, faults, kept, now } = setup();
	faults.begin = busy;
	const first = add(1).catch((error: unknown) => ({ error, at: now() }));
	while (now() < 1_000) await new Promise((resolve) => setImmediate(resolve));
	const second = add(2);
	expect(await first).toMatchObject({ error: { name: "StoreUnavailable" } });
	expect(now()).toBeGreaterThanOrEqual(longestWait);
	expect(now()).toBeLessThan(longestWait + 100);
	delete faults.begin;
	expect(await second).toBe(2);
	expect(kept).toEqual([2]);
});

test("closing waits for what was begun and refuses what comes later", async () => {
	const { add, writer, kept } = setup();
	const begun = add(1);
	const closed = writer.close();
	await expect(add(2)).rejects.toThrow(StoreUnavailable);
	await closed;
	expect(await begun).toBe(1);
	expect(kept).toEqual([1]);
});
