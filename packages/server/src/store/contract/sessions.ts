import { describe, expect, test } from "vitest";
import { aPerson, aSession, day, event, fifty, hour, id, minute, type Open, secret, sessionEnded, t0, tally, world } from "./world.ts";

export function sessionContract(open: Open): void {
	describe("sessions", () => {
		test("a sign-in is written whole, with its events", async () => {
			const { one, other, person, told } = await world(open);
			const fresh = aSession(person.id, { userAgent: "Firefox", network: "192.0.2.0/24" });
			const begun = await one.sessions.begin(fresh, t0 + 5, ({ session }) => [
				event("session.started", { personId: person.id, sessionId: session.id }),
			]);
			const { replaces, passwordVersion, ...rest } = fresh;
			const session = { ...rest, authTime: t0 + 5, createdAt: t0 + 5, lastUsedAt: t0 + 5, expiresAt: t0 + 5 + 30 * day };
			expect(begun).toEqual({ session: { ...session, epoch: 1, personEpoch: 0 }, continued: false, ended: [] });
			expect(await other.sessions.find(fresh.id)).toMatchObject({
				session: begun?.session,
				person: { id: person.id, groups: ["sales"] },
				epoch: 1,
			});
			expect(await told({ personId: person.id })).toEqual(["session.started"]);
			expect(await one.sessions.find(id())).toBeUndefined();
		});

		test("LG-12 the same person goes on under the same id with a new secret, a new proof and a new end", async () => {
			const { one, person, session } = await world(open);
			const fresh = aSession(person.id, { replaces: session.id, amr: ["pwd", "otp"] });
			const begun = await one.sessions.begin(fresh, t0 + hour, () => []);
			expect(begun).toMatchObject({
				continued: true,
				ended: [],
				session: { id: session.id, secretHash: fresh.secretHash, createdAt: t0, authTime: t0 + hour },
			});
			const found = await one.sessions.find(session.id);
			expect(found?.session).toEqual(begun?.session);
			expect(found?.session).toMatchObject({ amr: ["pwd", "otp"], expiresAt: t0 + hour + 30 * day, lastUsedAt: t0 + hour });
			expect(await one.sessions.find(fresh.id)).toBeUndefined();
		});

		test("another person's sign-in ends the session of the browser; an ended one is not continued", async () => {
			const { one, person, session } = await world(open);
			const bob = aPerson();
			await one.people.add(bob, undefined, []);
			const seen: (readonly string[])[] = [];
			const begun = await one.sessions.begin(aSession(bob.id, { replaces: session.id }), t0 + 1, ({ ended }) => {
				seen.push(ended);
				return ended.map((sessionId) => event("session.ended", { sessionId, personId: person.id }));
			});
			expect(begun).toMatchObject({ continued: false, ended: [session.id] });
			expect(seen).toEqual([[session.id]]);
			expect((await one.sessions.find(session.id))?.session.endedAt).toBe(t0 + 1);
			const again = await one.sessions.begin(aSession(person.id, { replaces: session.id }), t0 + 2, () => []);
			expect(again).toMatchObject({ continued: false, ended: [] });
			expect(again?.session.id).not.toBe(session.id);
			expect(await one.events.list({ limit: 9, type: "session.ended" })).toHaveLength(1);
		});

		test("LG-13 a session that idled away is not continued", async () => {
			const { one, person, session } = await world(open);
			const begun = await one.sessions.begin(aSession(person.id, { replaces: session.id }), t0 + 8 * hour, () => []);
			expect(begun).toMatchObject({ continued: false, ended: [] });
		});

		test("nothing begins for a person who is off or not there, nor with a password that is no more", async () => {
			const { one, person } = await world(open);
			const tell = () => [event("session.started")];
			expect(await one.sessions.begin(aSession(id()), t0, tell)).toBeUndefined();
			expect(await one.sessions.begin(aSession(person.id, { passwordVersion: 1 }), t0, tell)).toBeUndefined();
			expect(await one.sessions.begin(aSession(person.id, { passwordVersion: 0 }), t0, () => [])).toBeDefined();
			await one.people.setEnabled(person.id, { held: true }, t0, [], sessionEnded);
			expect(await one.sessions.begin(aSession(person.id), t0, tell)).toBeUndefined();
			expect(await one.events.list({ limit: 9, type: "session.started" })).toEqual([]);
		});

		test("beyond `sessions.max` the oldest end", async () => {
			const { one, person, session } = await world(open, { max: 2 });
			const second = await one.sessions.begin(aSession(person.id), t0 + 1, () => []);
			expect(second?.ended).toEqual([]);
			const third = await one.sessions.begin(aSession(person.id), t0 + 2, ({ ended }) =>
				ended.map((sessionId) => event("session.ended", { sessionId })),
			);
			expect(third?.ended).toEqual([session.id]);
			const live = await one.sessions.list({ personId: person.id, limit: 9, now: t0 + 2 });
			expect(live.map((s) => s.id)).toEqual([third?.session.id, second?.session.id]);
			expect((await one.events.list({ limit: 9, type: "session.ended" })).map((e) => e.sessionId)).toEqual([session.id]);
		});

		test("of fifty sign-ins at once as many sessions live as may", async () => {
			const { person, ...replicas } = await world(open, { max: 3 });
			await fifty(replicas, (store) => store.sessions.begin(aSession(person.id), t0 + 1, () => []));
			expect(await replicas.one.sessions.list({ personId: person.id, limit: 99, now: t0 + 1 })).toHaveLength(3);
		});

		test("a secret is replaced, and use is noted, while the session lives", async () => {
			const { one, other, session } = await world(open);
			const next = secret();
			expect(await one.sessions.rotateSecret(session.id, next, t0 + 1)).toBe(true);
			expect((await other.sessions.find(session.id))?.session.secretHash).toEqual(next);
			await one.sessions.touch(session.id, t0 + minute);
			await one.sessions.touch(session.id, t0 + 5);
			expect((await other.sessions.find(session.id))?.session.lastUsedAt).toBe(t0 + minute);
			await one.sessions.end(session.id, t0 + minute, []);
			expect(await one.sessions.rotateSecret(session.id, secret(), t0 + minute)).toBe(false);
			expect((await other.sessions.find(session.id))?.session.secretHash).toEqual(next);
		});

		test("of fifty who end one session, one does, and it is told once", async () => {
			const { session, ...replicas } = await world(open);
			const results = await fifty(replicas, (store) =>
				store.sessions.end(session.id, t0 + 1, [event("session.ended", { sessionId: session.id })]),
			);
			expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
			expect(await replicas.one.events.list({ limit: 99, type: "session.ended" })).toHaveLength(1);
			expect(await replicas.one.sessions.end(id(), t0, [event("session.ended")])).toBe(false);
		});

		test("all sessions of a person end but one, each told once; those of others go on", async () => {
			const { one, person, session } = await world(open);
			const bob = aPerson();
			await one.people.add(bob, undefined, []);
			const bobs = await one.sessions.begin(aSession(bob.id), t0, () => []);
			const second = await one.sessions.begin(aSession(person.id), t0, () => []);
			const third = await one.sessions.begin(aSession(person.id), t0, () => []);
			const tell = (sessionId: string) => event("session.ended", { sessionId });
			const ended = await one.sessions.endAll(person.id, t0 + 1, tell, third?.session.id);
			expect(ended).toEqual([session.id, second?.session.id]);
			expect((await one.events.list({ limit: 9, type: "session.ended" })).map((e) => e.sessionId).toSorted()).toEqual(
				[...ended].toSorted(),
			);
			expect((await one.sessions.list({ limit: 9, now: t0 + 1 })).map((s) => s.id)).toEqual([third?.session.id, bobs?.session.id]);
			expect(await one.sessions.endAll(person.id, t0 + 2, tell)).toEqual([third?.session.id]);
			expect(await one.sessions.endAll(person.id, t0 + 3, tell)).toEqual([]);
			expect(await one.events.list({ limit: 9, type: "session.ended" })).toHaveLength(3);
		});

		test("listed are those that may be used: not ended, not idle, not expired, of this epoch, of an enabled person; newest first", async () => {
			const { one, person, session } = await world(open);
			const used = await one.sessions.begin(aSession(person.id), t0 + 1, () => []);
			await one.sessions.touch(used?.session.id ?? "", t0 + 7 * hour);
			const list = async (now: number) => (await one.sessions.list({ limit: 9, now })).map((s) => s.id);
			expect(await list(t0 + 2)).toEqual([used?.session.id, session.id]);
			expect(await one.sessions.list({ limit: 1, now: t0 + 2 })).toHaveLength(1);
			expect(await list(t0 + 9 * hour)).toEqual([used?.session.id]);
			expect(await list(t0 + 31 * day)).toEqual([]);
			await one.settings.raiseEpoch([]);
			expect(await list(t0 + 2)).toEqual([]);
		});

		test("I13 a sign-in that races with switching its person off leaves no session that lives", async () => {
			const { one, other, session } = await world(open);
			for (let round = 0; round < 20; round++) {
				const person = aPerson();
				await one.people.add(person, undefined, []);
				const [first, second] = round % 2 === 0 ? [one, other] : [other, one];
				const begin = () => first.sessions.begin(aSession(person.id, { replaces: session.id }), t0 + 1, () => []);
				const off = () => second.people.setEnabled(person.id, { held: true }, t0 + 1, [], sessionEnded);
				await Promise.all(round % 4 < 2 ? [begin(), off()] : [off(), begin()]);
				expect(await one.sessions.list({ personId: person.id, limit: 9, now: t0 + 1 })).toEqual([]);
			}
		});
	});
}
