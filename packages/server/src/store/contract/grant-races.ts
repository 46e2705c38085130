import { describe, expect, test } from "vitest";
import { whyRefused } from "../../model/index.ts";
import type { Store } from "../store.ts";
import { aSession, day, event, fifty, hour, id, type Open, sessionEnded, t0, tally, world } from "./world.ts";

type World = Awaited<ReturnType<typeof world>>;

const limits = { sessions: { idle: 8 * hour, absolute: 30 * day, max: 0 }, refreshTokens: { idle: 14 * day, absolute: 90 * day } };

/** Whatever ends a family while its code or its token is being used. Each is undone by a world of its own. */
const endings: readonly (readonly [string, (store: Store, w: World) => Promise<unknown>])[] = [
	["the session ends", (store, w) => store.sessions.end(w.session.id, t0 + 1, [event("session.ended")])],
	["all sessions end", (store, w) => store.sessions.endAll(w.person.id, t0 + 1, () => event("session.ended"))],
	[
		"the person is switched off",
		(store, w) => store.people.setEnabled(w.person.id, { held: true }, t0 + 1, [event("person.disabled")], sessionEnded),
	],
	["consent is withdrawn", (store, w) => store.consents.withdraw(w.person.id, w.client.id, t0 + 1, [event("consent.withdrawn")])],
	["the epoch is raised", (store) => store.settings.raiseEpoch([event("epoch.raised")])],
	["the client is switched off", (store, w) => store.clients.put({ ...w.client, held: true }, [event("client.disabled")])],
];

/** @param rounds of each race; a fifth of it where each needs a store of its own */
export function grantRaceContract(open: Open, rounds = 40): void {
	const rare = rounds / 5;

	describe("races", () => {
		test("TK-02 F-30 of fifty who redeem one code one wins, one is known as the replay, and the family is dead", async () => {
			const { grant, redemption, told, ...replicas } = await world(open);
			for (let round = 0; round < rounds; round++) {
				const made = grant();
				const results = await fifty(replicas, (store) => store.grants.redeem(redemption({ ...made, redeemedBy: id() })));
				expect(tally(results.map(({ kind }) => kind))).toEqual({ redeemed: 1, replayed: 1, revoked: 48 });
				expect((await replicas.other.grants.find(made.id))?.grant.revokedAt).toBe(t0);
				expect((await replicas.one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("lost");
				expect(await told({ grantId: made.id })).toEqual(["code.redeemed", "code.replayed"]);
			}
		});

		test("RF-02 I2 F-30 of fifty who rotate one generation one wins, and the others see what it made", async () => {
			const { redeemed, ...replicas } = await world(open);
			const made = await redeemed();
			for (let round = 0; round < rounds; round++) {
				const from = round + 1;
				const operations = Array.from({ length: 50 }, id);
				const results = await fifty(replicas, (store, i) => store.grants.rotate(made.id, from, operations[i] ?? "", t0 + round));
				const winner = results.findIndex(({ kind }) => kind === "rotated");
				expect(tally(results.map(({ kind }) => kind))).toEqual({ rotated: 1, lost: 49 });
				for (const result of results)
					expect(result.kind === "lost" ? result.standing?.grant : result.grant).toMatchObject({
						generation: from + 1,
						rotatedBy: operations[winner],
					});
			}
		});

		test("D2 of those who redeem and those who burn one code, the first decides", async () => {
			const { grant, redemption, told, ...replicas } = await world(open);
			for (let round = 0; round < rounds; round++) {
				const made = grant();
				const kinds = await fifty(replicas, async (store, i) => {
					const about = { ...made, redeemedBy: id() };
					// The first attempts are one of each kind, on changing replicas.
					if ((i + round) % 3 === 0) return (await store.grants.redeem(redemption(about))).kind;
					const events = { burnt: event("code.burnt", { grantId: made.id }), misuse: event("code.misuse", { grantId: made.id }) };
					return `burn: ${await store.grants.burn(about, t0, events)}`;
				});
				const counts = tally(kinds);
				expect((counts.redeemed ?? 0) + (counts["burn: burnt"] ?? 0)).toBe(1);
				expect((await replicas.other.grants.find(made.id))?.grant.revokedAt).toBe(t0);
				const expected = counts.redeemed ? ["code.misuse", "code.redeemed", "code.replayed"] : ["code.burnt", "code.misuse"];
				expect((await told({ grantId: made.id })).toSorted()).toEqual(expected);
			}
		});

		test("of fifty who end one family, one does", async () => {
			const { redeemed, told, ...replicas } = await world(open);
			const made = await redeemed();
			const results = await fifty(replicas, (store) =>
				store.grants.revoke(made.id, t0 + 1, [event("grant.revoked", { grantId: made.id })]),
			);
			expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
			expect(await told({ grantId: made.id })).toEqual(["code.redeemed", "grant.revoked"]);
		});

		test("I3 a family that is ended while it rotates rotates no more afterwards", async () => {
			const { redeemed, one, other } = await world(open);
			for (let round = 0; round < rounds; round++) {
				const made = await redeemed();
				const [a, b] = round % 2 === 0 ? [one, other] : [other, one];
				const rotate = () => a.grants.rotate(made.id, 1, id(), t0 + 1);
				const revoke = () => b.grants.revoke(made.id, t0 + 1, [event("grant.revoked", { grantId: made.id })]);
				await Promise.all(round % 4 < 2 ? [rotate(), revoke()] : [revoke(), rotate()]);
				const { grant } = (await one.grants.find(made.id)) ?? {};
				expect(grant?.revokedAt).toBe(t0 + 1);
				for (const generation of [1, 2]) expect((await one.grants.rotate(made.id, generation, id(), t0 + 2)).kind).toBe("lost");
			}
		});

		test.each(endings)("I3 I4 I13 when %s while a code is redeemed, the grant is refused or dead", async (_, end) => {
			for (let round = 0; round < rare; round++) {
				const w = await world(open);
				const [a, b] = round % 2 === 0 ? [w.one, w.other] : [w.other, w.one];
				const made = w.grant();
				const redeem = () => a.grants.redeem(w.redemption(made, t0 + 1));
				const [first, second] =
					round % 4 < 2 ? await Promise.all([redeem(), end(b, w)]) : (await Promise.all([end(b, w), redeem()])).toReversed();
				expect(second).not.toBe(false);
				const standing = await w.one.grants.find(made.id);
				if ((first as { kind: string }).kind === "refused") expect(standing).toBeUndefined();
				else expect(standing && whyRefused(standing, t0 + 1, limits)).toBeDefined();
				expect(await w.told({ grantId: made.id })).toEqual(standing ? ["code.redeemed"] : []);
				await w.close();
			}
		});

		test.each(endings)("I3 I13 when %s while a token is rotated, it is rotated at most once more, and then no more", async (_, end) => {
			for (let round = 0; round < rare; round++) {
				const w = await world(open);
				const [a, b] = round % 2 === 0 ? [w.one, w.other] : [w.other, w.one];
				const made = await w.redeemed();
				const rotate = () => a.grants.rotate(made.id, 1, id(), t0 + 1);
				await Promise.all(round % 4 < 2 ? [rotate(), end(b, w)] : [end(b, w), rotate()]);
				const generation = (await w.one.grants.find(made.id))?.grant.generation ?? 0;
				expect([1, 2]).toContain(generation);
				for (const store of [w.one, w.other]) expect((await store.grants.rotate(made.id, generation, id(), t0 + 2)).kind).toBe("lost");
				await w.close();
			}
		});

		test("a sign-in and a sign-out of one browser at once leave one session at most", async () => {
			const { one, other, person, ...rest } = await world(open);
			let current = rest.session.id;
			for (let round = 0; round < rounds; round++) {
				const [a, b] = round % 2 === 0 ? [one, other] : [other, one];
				const [begun] = await Promise.all([
					a.sessions.begin(aSession(person.id, { replaces: current }), t0 + round, () => []),
					b.sessions.end(current, t0 + round, []),
				]);
				const live = await one.sessions.list({ personId: person.id, limit: 9, now: t0 + round });
				expect(live.map((s) => s.id)).toEqual(begun?.continued ? [] : [begun?.session.id]);
				current = (begun?.continued ? await one.sessions.begin(aSession(person.id), t0 + round, () => []) : begun)?.session.id ?? "";
			}
		});
	});
}
