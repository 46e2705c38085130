import { describe, expect, test } from "vitest";
import { type GuessBucket, type RefusedGuess, refusedGuessesKept } from "../store.ts";
import { fifty, hour, id, type Open, t0, world } from "./world.ts";

const place = (bucket: number, limit = 10, kind: GuessBucket["kind"] = "account") => ({ kind, bucket, limit, window: hour });

const refused = (at: number, about: Partial<RefusedGuess> = {}): RefusedGuess => {
	return { at, door: "sign-in", traceId: id(), network: "192.0.2.0/24", ...about };
};

export function guessContract(open: Open): void {
	describe("guesses", () => {
		test("LG-04 of fifty guesses at once no more than the limit get a place", async () => {
			const replicas = await world(open);
			const results = await fifty(replicas, (store) => store.guesses.take([place(1)], t0));
			const before = results.flatMap((result) => (result.taken ? result.before : []));
			expect(before.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
			expect(results.filter((result) => !result.taken && result.until === t0 + hour)).toHaveLength(40);
			expect(await replicas.other.guesses.take([place(2)], t0)).toEqual({ taken: true, before: [0] });
		});

		test("all places are taken or none", async () => {
			const { one } = await world(open);
			await one.guesses.take([place(1, 1)], t0);
			expect(await one.guesses.take([place(2), place(1, 1), place(3, 10, "global")], t0 + 1)).toEqual({ taken: false, until: t0 + hour });
			expect(await one.guesses.take([place(2), place(3, 10, "global")], t0 + 2)).toEqual({ taken: true, before: [0, 0] });
			expect(await one.guesses.take([place(2), place(3, 10, "network")], t0 + 3)).toEqual({ taken: true, before: [1, 0] });
			expect(await one.guesses.take([], t0)).toEqual({ taken: true, before: [] });
		});

		test("LG-01 a silent place refuses nobody when it is full: what was taken before says so, and no more are taken", async () => {
			const { one } = await world(open);
			const silent = { ...place(1, 1), silent: true };
			expect(await one.guesses.take([place(2), silent], t0)).toEqual({ taken: true, before: [0, 0] });
			expect(await one.guesses.take([place(2), silent], t0 + 1)).toEqual({ taken: true, before: [1, 1] });
			expect(await one.guesses.take([place(2), silent], t0 + 2)).toEqual({ taken: true, before: [2, 1] });
			expect(await one.guesses.take([place(1, 1)], t0 + 3)).toEqual({ taken: false, until: t0 + hour });
			await one.guesses.giveBack([silent], t0);
			expect(await one.guesses.take([silent], t0 + 4)).toEqual({ taken: true, before: [0] });
		});

		test("two places of one guess in the same bucket are two", async () => {
			const { one } = await world(open);
			expect(await one.guesses.take([place(1), place(1)], t0)).toEqual({ taken: true, before: [0, 1] });
			await one.guesses.giveBack([place(1), place(1)], t0);
			expect(await one.guesses.take([place(1)], t0)).toEqual({ taken: true, before: [0] });
		});

		test("a window begins with its first guess and ends in its time, whichever process looks at its clock", async () => {
			const { one, other } = await world(open);
			await one.guesses.take([place(1, 2)], t0);
			await other.guesses.take([place(1, 2)], t0 - 50);
			expect(await other.guesses.take([place(1, 2)], t0 - 50)).toEqual({ taken: false, until: t0 + hour });
			expect(await one.guesses.take([place(1, 2)], t0 + hour - 1)).toEqual({ taken: false, until: t0 + hour });
			expect(await one.guesses.take([place(1, 2)], t0 + hour)).toEqual({ taken: true, before: [0] });
		});

		test("a clock that was set back by more than the window locks nobody out", async () => {
			const { one } = await world(open);
			await one.guesses.take([place(1, 1)], t0);
			expect(await one.guesses.take([place(1, 1)], t0 - 30 * hour)).toEqual({ taken: true, before: [0] });
		});

		test("F-36 what is taken after the clock was set back within the window is given back", async () => {
			const { one } = await world(open);
			await one.guesses.take([place(1, 2)], t0);
			for (let i = 0; i < 3; i++) {
				expect(await one.guesses.take([place(1, 2)], t0 - hour / 2)).toEqual({ taken: true, before: [1] });
				await one.guesses.giveBack([place(1)], t0 - hour / 2);
			}
			expect(await one.guesses.take([place(1, 2)], t0 + hour - 1)).toEqual({ taken: true, before: [1] });
			expect(await one.guesses.take([place(1, 2)], t0 + hour - 1)).toEqual({ taken: false, until: t0 + hour });
		});

		test("a place is given back to its own window, not to the next", async () => {
			const { one } = await world(open);
			await one.guesses.take([place(1, 1)], t0);
			await one.guesses.giveBack([place(1)], t0);
			expect(await one.guesses.take([place(1, 1)], t0 + 1)).toEqual({ taken: true, before: [0] });
			await one.guesses.take([place(1, 1)], t0 + 2 * hour);
			await one.guesses.giveBack([place(1)], t0);
			expect(await one.guesses.take([place(1, 1)], t0 + 2 * hour + 1)).toMatchObject({ taken: false });
			await one.guesses.giveBack([place(9)], t0);
			expect(await one.guesses.take([place(9)], t0)).toEqual({ taken: true, before: [0] });
		});

		test("refused guesses are kept as they were, newest first, each person's by themselves", async () => {
			const { one, other, person } = await world(open);
			const [first, second] = [refused(t0, { userAgent: "Firefox" }), refused(t0 + 1, { door: "account" })];
			await one.guesses.noteRefused(person.id, first);
			await other.guesses.noteRefused(person.id, second);
			await one.guesses.noteRefused(undefined, refused(t0 + 2));
			expect(await one.guesses.refused(person.id)).toEqual([second, first]);
			expect(await one.guesses.refused(id())).toEqual([]);
		});

		test("D8 a stranger cannot grow the store: of a person the last ten are kept, and ten of all who are nobody", async () => {
			const { one, person } = await world(open);
			const all = Array.from({ length: 25 }, (_, i) => refused(t0 + i));
			for (const one_ of all) await one.guesses.noteRefused(person.id, one_);
			for (const one_ of all) await one.guesses.noteRefused(undefined, one_);
			expect(await one.guesses.refused(person.id)).toEqual(all.slice(-refusedGuessesKept).toReversed());
			expect(await one.guesses.refused("")).toEqual(all.slice(-refusedGuessesKept).toReversed());
		});

		test("of fifty refused at once ten are kept", async () => {
			const { person, ...replicas } = await world(open);
			await fifty(replicas, (store, i) => store.guesses.noteRefused(person.id, refused(t0 + i)));
			expect(await replicas.one.guesses.refused(person.id)).toHaveLength(refusedGuessesKept);
		});

		test("there are 65 536 buckets of a kind, and no more", async () => {
			const { one } = await world(open);
			expect(await one.guesses.take([place(0), place(65_535)], t0)).toMatchObject({ taken: true });
			for (const bucket of [65_536, -1, 0.5]) await expect(one.guesses.take([place(5), place(bucket)], t0)).rejects.toThrow();
			expect(await one.guesses.take([place(5)], t0)).toEqual({ taken: true, before: [0] });
		});
	});
}
