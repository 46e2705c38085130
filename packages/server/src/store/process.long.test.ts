import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Connection } from "./connection.ts";
import { startProcess, temporaryFile } from "./contract/process.ts";
import { openSqlite } from "./sqlite.ts";

const options = { tenant: "default", limits: { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } } };

test("F-02 I15 kill -9 under load, thirty times on one file: what was acknowledged is there, everything is whole, the audit equals the data", async () => {
	const { file, remove } = temporaryFile();
	onTestFinished(remove);
	const acknowledged: string[] = [];
	for (let run = 0; run < 30; run++) {
		const child = startProcess(file, `run${run.toString().padStart(2, "0")}`, 1_000_000);
		while (child.acknowledged.length < 20 + run) await setTimeout(1);
		child.kill();
		expect(await child.ended).toEqual({ code: null, signal: "SIGKILL" });
		acknowledged.push(...child.acknowledged);

		const store = await openSqlite(file, options);
		const people = await store.people.list(1_000_000);
		const ids = new Set(people.map(({ id }) => id));
		expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
		expect(people.filter(({ hasPassword }) => !hasPassword)).toEqual([]);
		const told = await store.events.list({ limit: 1_000_000, type: "person.added" });
		expect(told.map(({ personId }) => personId).toSorted()).toEqual([...ids].toSorted());
		await store.close();
		const connection = new Connection(file, { readOnly: true });
		expect(connection.pragma("quick_check(1)")).toBe("ok");
		connection.close();
	}
});

test("processes that start at once make one store together, thirty times", async () => {
	for (let run = 0; run < 30; run++) {
		const { file, remove } = temporaryFile();
		onTestFinished(remove);
		const processes = ["a", "b", "c", "d"].map((name) => startProcess(file, name, 3));
		for (const { ended } of processes) expect(await ended).toEqual({ code: 0, signal: null });
		const store = await openSqlite(file, options);
		expect(await store.people.list(100)).toHaveLength(12);
		await store.close();
	}
});
