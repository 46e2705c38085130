import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { remembered, type SessionStore, type StoredSession } from "./store.ts";

/** Opens an empty store, twice: two replicas of one app. */
export type Open = () => Promise<readonly [SessionStore, SessionStore]>;

/** Milliseconds since 1970, of a clock that has nothing to do with the store's. */
const now = 1_000_000_000_000;

const session: StoredSession = {
	id: "one",
	version: 1,
	sub: "alice",
	sid: "browser",
	expiresAt: now + 86_400_000,
	idleUntil: now + 3_600_000,
	sealed: "first",
};
const next: StoredSession = { ...session, version: 2, sealed: "second" };
const ended: StoredSession = { ...session, version: 2, sealed: "", ended: "signed_out", idleUntil: now };

/** Asks until the answer is the one that time brings. */
async function eventually<T>(ask: () => Promise<T>, expected: (answer: T) => boolean): Promise<T> {
	for (;;) {
		const answer = await ask();
		if (expected(answer)) return answer;
		await new Promise((done) => setTimeout(done, 5));
	}
}

/**
 * What every store of sessions promises, whatever it stands on: each verb, and the races between two replicas.
 *
 * @example storeContract("memory", async () => { const store = memory(); return [store, store]; });
 */
export function storeContract(name: string, open: Open): void {
	describe(name, () => {
		test("what one replica inserts the other reads, as it was", async () => {
			const [one, other] = await open();
			expect(await other.read("one")).toBeUndefined();
			await one.insert(session, now);
			expect(await other.read("one")).toEqual(session);
			const { sid: _, ...without } = session;
			await one.insert({ ...without, id: "two", sid: undefined }, now);
			expect(await other.read("two")).toEqual({ ...session, id: "two", sid: undefined });
		});

		test("the next version takes the place of the one before, and no other does", async () => {
			const [one, other] = await open();
			expect(await one.replace(next, now)).toBe(false);
			expect(await other.read("one")).toBeUndefined();
			await one.insert(session, now);
			expect(await other.replace({ ...next, version: 3 }, now)).toBe(false);
			expect(await other.replace(session, now)).toBe(false);
			expect(await one.read("one")).toEqual(session);
			expect(await other.replace(next, now)).toBe(true);
			expect(await one.read("one")).toEqual(next);
			expect(await one.replace(next, now)).toBe(false);
		});

		test("of many that replace one version at the same time, one does", async () => {
			const stores = await open();
			await stores[0].insert(session, now);
			for (let version = 2; version < 12; version++) {
				const racing = Array.from({ length: 20 }, (_, index) => ({ ...session, version, sealed: `${version} of ${index}` }));
				const won = await Promise.all(racing.map((one, index) => stores[index % 2]!.replace(one, now)));
				expect(won.filter(Boolean)).toHaveLength(1);
				expect((await stores[1].read("one"))?.sealed).toBe(racing[won.indexOf(true)]?.sealed);
			}
		});

		test("a touch moves when it idles, and nothing else", async () => {
			const [one, other] = await open();
			await other.touch("one", now + 1, now);
			expect(await one.read("one")).toBeUndefined();
			await one.insert(session, now);
			await other.touch("one", now + 7_200_000, now);
			expect(await one.read("one")).toEqual({ ...session, idleUntil: now + 7_200_000 });
			expect(await one.replace(next, now)).toBe(true);
		});

		test("what has ended is told of, is found no more, and no touch prolongs it", async () => {
			const [one, other] = await open();
			await one.insert(session, now);
			expect(await other.replace(ended, now)).toBe(true);
			await one.touch("one", now + 7_200_000, now);
			expect(await one.read("one")).toEqual(ended);
			expect(await one.find({ sub: "alice" })).toEqual([]);
			expect(await one.find({ sid: "browser" })).toEqual([]);
		});

		test("sessions are found by person and by the issuer's session, under the names that they have now", async () => {
			const [one, other] = await open();
			await one.insert(session, now);
			await one.insert({ ...session, id: "two", sid: "phone" }, now);
			await one.insert({ ...session, id: "three", sub: "bob", sid: undefined }, now);
			const ids = (found: readonly StoredSession[]) => found.map(({ id }) => id).sort();
			expect(ids(await other.find({ sub: "alice" }))).toEqual(["one", "two"]);
			expect(ids(await other.find({ sid: "phone" }))).toEqual(["two"]);
			expect(ids(await other.find({ sub: "bob" }))).toEqual(["three"]);
			expect(ids(await other.find({ sid: "bob" }))).toEqual([]);
			await other.replace({ ...next, sub: "alice, by a new key", sid: "browser, by a new key" }, now);
			expect(ids(await one.find({ sub: "alice, by a new key" }))).toEqual(["one"]);
			expect(ids(await one.find({ sid: "browser, by a new key" }))).toEqual(["one"]);
		});

		test("it is kept an hour past its end, by the clock of who asks, and then it is gone from everywhere", async () => {
			const [one, other] = await open();
			await one.insert({ ...session, idleUntil: now - remembered + 40 }, now);
			await one.insert({ ...session, id: "two" }, now);
			await eventually(
				() => other.read("one"),
				(found) => found === undefined,
			);
			expect((await other.find({ sub: "alice" })).map(({ id }) => id)).toEqual(["two"]);
			expect(await other.replace(next, now)).toBe(false);
		});

		test("a touch and the next version keep it for their time, not for the first", async () => {
			const [one] = await open();
			const short = now - remembered + 1000;
			for (const id of ["touched", "replaced", "left"]) await one.insert({ ...session, id, idleUntil: short }, now);
			await one.touch("touched", session.idleUntil, now);
			await one.replace({ ...next, id: "replaced" }, now);
			await eventually(
				() => one.read("left"),
				(found) => found === undefined,
			);
			expect((await one.read("touched"))?.idleUntil).toBe(session.idleUntil);
			expect((await one.read("replaced"))?.version).toBe(2);
		});

		test("of many that claim a name, one has it, until its time is over", async () => {
			const stores = await open();
			const claims = await Promise.all(Array.from({ length: 30 }, (_, index) => stores[index % 2]!.claim("state", 60_000)));
			expect(claims.filter(Boolean)).toHaveLength(1);
			expect(await stores[0].claim("another", 20)).toBe(true);
			await eventually(() => stores[1].claim("another", 20), Boolean);
			expect(await stores[1].claim("state", 20)).toBe(false);
		});

		test("one holds a lease at a time; who gives it up makes room, who renews it keeps it", async () => {
			const stores = await open();
			const leases = await Promise.all(Array.from({ length: 30 }, (_, index) => stores[index % 2]!.lease("one", 60_000)));
			const [lease, ...others] = leases.filter((one) => one !== undefined);
			expect(others).toEqual([]);
			expect(await stores[1].lease("two", 60_000)).toBeDefined();
			expect(await lease?.renew()).toBe(true);
			expect(await stores[1].lease("one", 60_000)).toBeUndefined();
			await lease?.release();
			expect(await lease?.renew()).toBe(false);
			expect(await stores[1].lease("one", 60_000)).toBeDefined();
		});

		test("a lease that ran out is another's: who had it neither renews nor releases that one", async () => {
			const [one, other] = await open();
			const slow = await one.lease("one", 20);
			const fast = await eventually(
				() => other.lease("one", 60_000),
				(lease) => lease !== undefined,
			);
			expect(await slow?.renew()).toBe(false);
			await slow?.release();
			expect(await one.lease("one", 60_000)).toBeUndefined();
			expect(await fast?.renew()).toBe(true);
		});

		test("whatever is done in whatever order, it is what a list of sessions would do", async () => {
			const id = fc.constantFrom("one", "two");
			const step = fc.oneof(
				fc.record({ verb: fc.constant("insert" as const), id }),
				fc.record({ verb: fc.constant("replace" as const), id, version: fc.integer({ min: 1, max: 6 }), ends: fc.boolean() }),
				fc.record({ verb: fc.constant("touch" as const), id, idleUntil: fc.integer({ min: now, max: now + 100_000 }) }),
			);
			const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
				const stores = await open();
				const model = new Map<string, StoredSession>();
				for (const [index, one] of steps.entries()) {
					const store = stores[index % 2]!;
					const held = model.get(one.id);
					if (one.verb === "insert") {
						if (held) continue;
						model.set(one.id, { ...session, id: one.id });
						await store.insert({ ...session, id: one.id }, now);
					} else if (one.verb === "touch") {
						if (held && !held.ended) model.set(one.id, { ...held, idleUntil: one.idleUntil });
						await store.touch(one.id, one.idleUntil, now);
					} else {
						const written = { ...(one.ends ? ended : session), id: one.id, version: one.version };
						const fits = held?.version === one.version - 1;
						if (fits) model.set(one.id, written);
						expect(await store.replace(written, now)).toBe(fits);
					}
				}
				for (const name of ["one", "two"]) expect(await stores[0].read(name)).toEqual(model.get(name));
				const living = [...model.values()].filter((one) => !one.ended).map((one) => one.id);
				expect((await stores[1].find({ sub: "alice" })).map((one) => one.id).sort()).toEqual(living.sort());
			});
			await fc.assert(property, { numRuns: 30 });
		});
	});
}
