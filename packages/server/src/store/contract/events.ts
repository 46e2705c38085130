import { describe, expect, test } from "vitest";
import { aPerson, event, fifty, id, type Open, t0, world } from "./world.ts";

export function eventContract(open: Open): void {
	describe("events", () => {
		test("an event is kept as it was, newest first, and found by what it is about", async () => {
			const { one, other } = await world(open);
			const full = event("session.started", {
				...{ traceId: "t", personId: "p", clientId: "c", sessionId: "s", grantId: "g", actor: "operator" as const },
				data: { amr: ["pwd"], count: 3, yes: true },
			});
			const bare = event("file.applied");
			await one.events.append([full, bare]);
			expect(await other.events.list({ limit: 9 })).toEqual([bare, full]);
			for (const filter of [{ type: "session.started" }, { personId: "p" }, { clientId: "c" }, { grantId: "g" }, { before: bare.id }])
				expect(await other.events.list({ limit: 9, ...filter })).toEqual([full]);
			expect(await other.events.list({ limit: 1 })).toEqual([bare]);
			expect(await other.events.list({ limit: 9, personId: "p", clientId: "another" })).toEqual([]);
		});

		test("what is told to a person is about them, newest first, and not each flow of tokens", async () => {
			const { one, other, person } = await world(open);
			const about = (type: Parameters<typeof event>[0]) => event(type, { personId: person.id });
			const told = [about("session.started"), about("consent.granted"), about("refresh.replayed")];
			const others = [about("code.redeemed"), event("session.started", { personId: id() }), event("file.applied")];
			await one.events.append(others.flatMap((e, i) => [e, told[i] ?? e]));
			expect(await other.events.ofPerson(person.id, 9)).toEqual(told.toReversed());
			expect(await other.events.ofPerson(person.id, 1)).toEqual(told.slice(-1));
			expect(await other.events.ofPerson(id(), 9)).toEqual([]);
		});

		test("an event is written once, however often it is handed in", async () => {
			const { one, other } = await world(open);
			const told = event("epoch.raised");
			await Promise.all([one.events.append([told]), other.events.append([told]), one.events.append([told])]);
			expect(await one.events.list({ limit: 9 })).toEqual([told]);
		});

		test("I22 a change whose event cannot be written is not made, and harms nobody else in its batch", async () => {
			const { one, other, person, redemption, grant } = await world(open);
			const impossible = event("person.changed", { data: { count: 1n as unknown as number } });
			const bob = aPerson();
			const results = await Promise.allSettled([
				one.people.add(bob, undefined, [event("person.added", { personId: bob.id })]),
				one.people.change(person.id, { admin: true, now: t0 }, [event("person.changed"), impossible]),
				one.grants.redeem(redemption(grant())),
			]);
			expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
			expect((await other.people.find(person.id))?.admin).toBe(false);
			expect(await other.people.find(bob.id)).toBeDefined();
			expect((await other.events.list({ limit: 9 })).map(({ type }) => type).toSorted()).toEqual(["code.redeemed", "person.added"]);
		});

		test("of fifty operations of which every fifth fails, the others are whole", async () => {
			const replicas = await world(open);
			const impossible = event("person.added", { data: { count: 1n as unknown as number } });
			const people = Array.from({ length: 50 }, () => aPerson());
			const outcomes = await fifty(replicas, (store, i) => {
				const person = people[i] as (typeof people)[number];
				const events = [event("person.added", { personId: person.id, traceId: id() }), ...(i % 5 === 0 ? [impossible] : [])];
				return store.people.add(person, { kind: "password", hash: "h" }, events).catch(() => "failed" as const);
			});
			for (const [i, person] of people.entries()) {
				const events = await replicas.other.events.list({ limit: 9, personId: person.id });
				const found = await replicas.other.people.find(person.id);
				expect([outcomes[i], events.length, found?.hasPassword]).toEqual(i % 5 === 0 ? ["failed", 0, undefined] : ["added", 1, true]);
			}
		});
	});
}
