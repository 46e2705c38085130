import { describe, expect, test } from "vitest";
import type { Store } from "../store.ts";
import { fifty, id, minute, type Open, t0, tally, world } from "./world.ts";

const use = (store: Store, name: string, now = t0, expiresAt = now + minute) =>
	store.usedOnce.use("client_assertion", name, expiresAt, id(), now);

export function usedOnceContract(open: Open): void {
	describe("what may be used once", () => {
		test("I12 F-30 of fifty who use one name at once, one does, in every round", async () => {
			const replicas = await world(open);
			for (let round = 0; round < 20; round++) {
				const results = await fifty(replicas, (store) => use(store, `name ${round}`));
				expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
				expect(await use(replicas.other, `name ${round}`)).toBe(false);
			}
		});

		test("names are told apart to the letter, however long they are and whatever is in them", async () => {
			const { one, other } = await world(open);
			const names = ["", "a", "A", "a ", "a\0", "ä", "a\u0308", "' or 1=1 --", "x".repeat(100_000), `${"x".repeat(100_000)}y`];
			for (const name of names) expect(await use(one, name), name.slice(0, 20)).toBe(true);
			for (const name of names) expect(await use(other, name), name.slice(0, 20)).toBe(false);
		});

		test("a name is used until it expires, to the millisecond, and may be used once more then", async () => {
			const { one, other } = await world(open);
			expect(await use(one, "name", t0, t0 + 100)).toBe(true);
			expect(await use(other, "name", t0 + 99, t0 + 200)).toBe(false);
			expect(await use(other, "name", t0 + 100, t0 + 200)).toBe(true);
			expect(await use(one, "name", t0 + 199)).toBe(false);
		});

		test("F-36 a clock that was set back revives nothing", async () => {
			const { one } = await world(open);
			expect(await use(one, "name", t0, t0 + minute)).toBe(true);
			expect(await use(one, "name", t0 - 60 * minute, t0 + minute)).toBe(false);
		});

		test("what has expired goes as what is new comes, and nothing that has not", async () => {
			const { one, other } = await world(open);
			for (let i = 0; i < 20; i++) await use(one, `early ${i}`, t0, t0 + 10);
			await use(one, "late", t0, t0 + 60 * minute);
			for (let i = 0; i < 10; i++) await use(one, `later ${i}`, t0 + 10, t0 + 60 * minute);
			// The clock of a test alone goes back so far: whoever is still there is found.
			const gone = await Promise.all(Array.from({ length: 20 }, (_, i) => use(other, `early ${i}`, t0, t0 + 10)));
			expect(gone).toEqual(Array.from({ length: 20 }, () => true));
			expect(await use(other, "late", t0 + 11)).toBe(false);
			for (let i = 0; i < 10; i++) expect(await use(other, `later ${i}`, t0 + 11)).toBe(false);
		});
	});
}
