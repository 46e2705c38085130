import { expect, onTestFinished, test } from "vitest";
import { startProcess, temporaryFile } from "./contract/process.ts";
import { openSqlite } from "./sqlite.ts";

const options = { tenant: "default", limits: { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } } };

test("processes that start at once on a file that is not there yet make one store together", async () => {
	const { file, remove } = temporaryFile();
	onTestFinished(remove);
	const processes = ["a", "b", "c"].map((name) => startProcess(file, name, 5));
	for (const { ended } of processes) expect(await ended).toEqual({ code: 0, signal: null });
	const store = await openSqlite(file, options);
	const people = await store.people.list(100);
	expect(people).toHaveLength(15);
	expect(await store.events.list({ limit: 100, type: "person.added" })).toHaveLength(15);
	await store.close();
});
