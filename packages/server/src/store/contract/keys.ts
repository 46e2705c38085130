import { describe, expect, test } from "vitest";
import { aKey, event, fifty, id, type Open, t0, tally, world } from "./world.ts";

export function keyContract(open: Open): void {
	describe("keys", () => {
		test("keys are added and changed as they are given, and forget what is left out", async () => {
			const { one, other } = await world(open);
			const [former, current] = [aKey({ signsFrom: t0 }), aKey({ createdAt: t0 + 1 })];
			expect(await one.keys.put([former, current], [event("key.added")], 0)).toBe(true);
			expect(await other.keys.all()).toEqual([former, current]);
			const { sealedPrivate, ...retired } = { ...former, signsUntil: t0 + 5, revokedAt: t0 + 6 };
			expect(await one.keys.put([retired, { ...current, signsFrom: t0 + 5 }], [event("key.rotated")], 1)).toBe(true);
			expect(await other.keys.all()).toEqual([retired, { ...current, signsFrom: t0 + 5 }]);
		});

		test("the version rises with each put, and the version of the settings with it", async () => {
			const { one, other } = await world(open);
			const before = [await other.keys.version(), await other.settings.version()];
			await one.keys.put([aKey()], [], 0);
			expect([await other.keys.version(), await other.settings.version()]).toEqual(before.map((version) => version + 1));
		});

		test("of fifty who rotate what they saw, one does", async () => {
			const replicas = await world(open);
			const results = await fifty(replicas, (store, i) =>
				store.keys.put([aKey({ kid: `key-${i}` })], [event("key.rotated", { traceId: id() })], 0),
			);
			expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
			expect(await replicas.other.keys.all()).toMatchObject([{ kid: `key-${results.indexOf(true)}` }]);
			expect(await replicas.other.events.list({ limit: 99, type: "key.rotated" })).toHaveLength(1);
		});
	});
}
