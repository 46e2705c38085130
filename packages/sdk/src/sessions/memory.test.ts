import { expect, test } from "vitest";
import { storeContract } from "./contract.ts";
import { memory } from "./memory.ts";

storeContract("in memory", async () => {
	const store = memory();
	return [store, store];
});

test("beyond 10 000 sessions the oldest is forgotten, and what was used lately stays", async () => {
	const store = memory();
	const session = { version: 1, sub: "alice", sid: undefined, expiresAt: 2_000_000, idleUntil: 1_000_000, sealed: "" };
	for (let index = 0; index < 10_000; index++) await store.insert({ ...session, id: `${index}` }, 0);
	await store.touch("0", 1_500_000, 0);
	await store.insert({ ...session, id: "one more" }, 0);
	expect(await store.read("1")).toBeUndefined();
	expect((await store.read("0"))?.idleUntil).toBe(1_500_000);
	expect(await store.read("one more")).toBeDefined();
	expect(await store.find({ sub: "alice" })).toHaveLength(10_000);
});
