import { describe, expect, test } from "vitest";
import { canonicalName, isLive } from "../../model/index.ts";
import { aPerson, aSession, day, event, fifty, hour, id, type Open, secret, sessionEnded, t0, tally, world } from "./world.ts";

const password = { kind: "password", hash: "$argon2id$2" } as const;
const limits = { idle: 8 * hour, absolute: 30 * day, max: 0 };

export function personContract(open: Open): void {
	describe("people", () => {
		test("a person is found by their name in any spelling, with what they prove themselves with", async () => {
			const { one, other } = await world(open);
			const alice = aPerson({ username: "Alice", claims: { name: "Alice Example", email: "Alice@Company.com" } });
			await one.people.add(alice, password, []);
			const { held, declaredDisabled, hasPassword, ...person } = alice;
			expect(await other.people.findByName(canonicalName("ALICE\u200b"))).toEqual({ person, credential: password });
			expect(await other.people.findByName(canonicalName("alice@company.com"))).toEqual({ person, credential: password });
			expect(await other.people.find(alice.id)).toEqual({ ...person, held, declaredDisabled, hasPassword: true });
			expect(await other.people.findByName("nobody")).toBeUndefined();
		});

		test("an address that two people have names neither of them; a user name wins over an address", async () => {
			const { one } = await world(open);
			const [a, b] = [aPerson({ claims: { email: "team@company.com" } }), aPerson({ claims: { email: "team@company.com" } })];
			await one.people.add(a, password, []);
			expect((await one.people.findByName("team@company.com"))?.person.id).toBe(a.id);
			await one.people.add(b, password, []);
			expect(await one.people.findByName("team@company.com")).toBeUndefined();
			const named = aPerson({ username: "boss@company.com" });
			await one.people.add(named, undefined, []);
			await one.people.add(aPerson({ claims: { email: "boss@company.com" } }), password, []);
			expect(await one.people.findByName("boss@company.com")).toMatchObject({ person: { id: named.id }, credential: undefined });
		});

		test("LG-05 LG-10 a user name that is taken, in any spelling, or is someone's address, adds nobody and overwrites nothing", async () => {
			const { one, told } = await world(open);
			const alice = aPerson({ username: "alice", claims: { email: "alice@company.com" } });
			expect(await one.people.add(alice, password, [])).toBe("added");
			for (const username of ["ALICE", "a\u200blice", "ａｌｉｃｅ", "Alice@company.com"]) {
				const thief = aPerson({ username });
				expect(await one.people.add(thief, { kind: "password", hash: "thief" }, [event("person.added", { personId: thief.id })])).toBe(
					"taken",
				);
				expect([await one.people.find(thief.id), await told({ personId: thief.id })]).toEqual([undefined, []]);
			}
			expect(await one.people.add({ ...alice, username: "another" }, undefined, [])).toBe("taken");
			expect((await one.people.findByName("alice"))?.credential).toEqual(password);
			expect(await one.people.add(aPerson({ username: "bob" }), password, [])).toBe("added");
		});

		test("of fifty who want one name, one gets it", async () => {
			const { told, ...replicas } = await world(open);
			const people = Array.from({ length: 50 }, (_, i) => aPerson({ username: i % 2 ? "carol" : "CAROL" }));
			const results = await fifty(replicas, (store, i) => {
				const person = people[i] as (typeof people)[number];
				return store.people.add(person, password, [event("person.added", { personId: person.id })]);
			});
			expect(tally(results)).toEqual({ added: 1, taken: 49 });
			const winner = people[results.indexOf("added")];
			expect((await replicas.other.people.findByName("carol"))?.person.id).toBe(winner?.id);
			expect((await replicas.one.events.list({ limit: 100, type: "person.added" })).map((e) => e.personId)).toEqual([winner?.id]);
		});

		test("what is changed is changed, and nothing else", async () => {
			const { one, other, person } = await world(open);
			const before = await one.people.find(person.id);
			expect(await one.people.change(person.id, { groups: ["admins"], now: t0 + 1 }, [])).toBe("changed");
			expect(await other.people.find(person.id)).toEqual({ ...before, groups: ["admins"], updatedAt: t0 + 1 });
			const change = { username: "Zoe", claims: { email: "zoe@company.com" }, admin: true, now: t0 + 2, declaredPasswordMac: "mac" };
			expect(await one.people.change(person.id, change, [])).toBe("changed");
			const { now, ...changed } = change;
			expect(await other.people.find(person.id)).toEqual({ ...before, ...changed, groups: ["admins"], updatedAt: now });
			expect((await one.people.findByName("zoe@company.com"))?.person.id).toBe(person.id);
			expect(await one.people.findByName(canonicalName(person.username))).toBeUndefined();
		});

		test("nobody is renamed to another, nor changed when they are not there", async () => {
			const { one, person } = await world(open);
			await one.people.add(aPerson({ username: "dave", claims: { email: "dave@company.com" } }), password, []);
			for (const username of ["DAVE", "dave@company.com"])
				expect(await one.people.change(person.id, { username, now: t0 }, [event("person.changed")])).toBe("taken");
			expect(await one.people.change(id(), { admin: true, now: t0 }, [event("person.changed")])).toBe("absent");
			expect(await one.people.change(person.id, { username: person.username.toUpperCase(), now: t0 }, [])).toBe("changed");
			expect(await one.events.list({ limit: 10, type: "person.changed" })).toEqual([]);
		});

		test("people are listed by user name, a page at a time; those of the file by themselves", async () => {
			const { one, person } = await world(open);
			for (const username of ["Bea", "anna", "Cleo"]) await one.people.add(aPerson({ username, managedBy: "file" }), undefined, []);
			expect((await one.people.list(2)).map((p) => p.username)).toEqual(["anna", "Bea"]);
			expect((await one.people.list(5, "Bea")).map((p) => p.username)).toEqual(["Cleo", person.username]);
			expect((await one.people.declared()).map((p) => p.username).toSorted()).toEqual(["Bea", "Cleo", "anna"]);
		});

		test("a password set by its owner ends every session but theirs, and spares offline grants", async () => {
			const { one, other, person, session, redeemed } = await world(open);
			const elsewhere = await one.sessions.begin(aSession(person.id), t0, () => []);
			const offline = await redeemed({ offline: true });
			const events = [event("person.password_changed", { personId: person.id })];
			const byOwner = { endEverything: false, keep: session.id, secretHash: secret(), passwordVersion: 0 } as const;
			expect(await one.people.setPassword(person.id, password, byOwner, t0 + 1, events, sessionEnded)).toBe(true);
			expect((await other.sessions.list({ personId: person.id, limit: 9, now: t0 + 1 })).map((s) => s.id)).toEqual([session.id]);
			expect((await other.sessions.find(elsewhere?.session.id ?? ""))?.session.endedAt).toBe(t0 + 1);
			expect((await one.grants.rotate(offline.id, 1, id(), t0 + 1)).kind).toBe("rotated");
			expect((await other.sessions.find(session.id))?.session.secretHash).toEqual(byOwner.secretHash);
			expect((await one.events.list({ limit: 9, type: "session.ended" })).map((e) => e.sessionId)).toEqual([elsewhere?.session.id]);
			expect(await other.people.findByName(canonicalName(person.username))).toMatchObject({
				person: { passwordVersion: 1, epoch: 0 },
				credential: password,
			});
		});

		test("I3 a password set by its owner is not set when another was set meanwhile, or their session has ended", async () => {
			const { one, other, person, session } = await world(open);
			const byOwner = { endEverything: false, keep: session.id, secretHash: secret(), passwordVersion: 0 } as const;
			const tell = () => [event("person.password_changed", { personId: person.id })];
			await one.people.setPassword(person.id, password, { ...byOwner, secretHash: secret() }, t0, tell(), sessionEnded);
			const before = await one.sessions.find(session.id);
			const late = { kind: "password", hash: "$argon2id$late" } as const;
			expect(await other.people.setPassword(person.id, late, byOwner, t0 + 1, tell(), sessionEnded)).toBe(false);
			await one.sessions.end(session.id, t0 + 2, []);
			const now = { ...byOwner, passwordVersion: 1 };
			expect(await other.people.setPassword(person.id, late, now, t0 + 3, tell(), sessionEnded)).toBe(false);
			expect(await one.people.findByName(canonicalName(person.username))).toMatchObject({
				person: { passwordVersion: 1 },
				credential: password,
			});
			expect((await one.sessions.find(session.id))?.session).toEqual({ ...before?.session, endedAt: t0 + 2 });
			expect(await one.events.list({ limit: 9, type: "person.password_changed" })).toHaveLength(1);
		});

		test("of fifty changes by the owner of one password, one is made", async () => {
			const { person, session, ...replicas } = await world(open);
			const results = await fifty(replicas, (store) =>
				store.people.setPassword(
					person.id,
					password,
					{ endEverything: false, keep: session.id, secretHash: secret(), passwordVersion: 0 },
					t0,
					[event("person.password_changed")],
					sessionEnded,
				),
			);
			expect(tally(results.map(String))).toEqual({ true: 1, false: 49 });
		});

		test("a password set by anyone else ends every session and every grant", async () => {
			const { one, other, person, session, redeemed } = await world(open);
			const offline = await redeemed({ offline: true });
			expect(await one.people.setPassword(person.id, password, { endEverything: true }, t0 + 1, [], sessionEnded, "mac")).toBe(true);
			expect(await other.sessions.list({ personId: person.id, limit: 9, now: t0 + 1 })).toEqual([]);
			expect((await other.sessions.find(session.id))?.session.endedAt).toBe(t0 + 1);
			expect((await one.grants.rotate(offline.id, 1, id(), t0 + 1)).kind).toBe("lost");
			expect((await one.events.list({ limit: 9, type: "session.ended" })).map((e) => e.sessionId)).toEqual([session.id]);
			expect(await one.people.find(person.id)).toMatchObject({ passwordVersion: 1, epoch: 1, declaredPasswordMac: "mac" });
			expect(
				await one.people.setPassword(id(), password, { endEverything: true }, t0, [event("person.password_changed")], sessionEnded),
			).toBe(false);
			expect(await one.events.list({ limit: 9, type: "person.password_changed" })).toEqual([]);
		});

		test("whoever was switched off finds nothing alive when switched on again", async () => {
			const { one, other, person, session, redeemed } = await world(open);
			const offline = await redeemed({ offline: true });
			expect(await one.people.setEnabled(person.id, { held: true }, t0 + 1, [], sessionEnded)).toBe(true);
			expect(await other.people.find(person.id)).toMatchObject({ enabled: false, held: true, epoch: 1 });
			expect(await one.sessions.begin(aSession(person.id), t0 + 2, () => [event("session.started")])).toBeUndefined();
			expect(await one.people.setEnabled(person.id, { held: false }, t0 + 3, [], sessionEnded)).toBe(true);
			const standing = await other.sessions.find(session.id);
			expect(standing && isLive(standing, t0 + 3, limits)).toBe(false);
			expect((await one.grants.rotate(offline.id, 1, id(), t0 + 3)).kind).toBe("lost");
			expect(await one.people.find(person.id)).toMatchObject({ enabled: true, epoch: 1 });
			expect(await one.sessions.begin(aSession(person.id), t0 + 4, () => [])).toBeDefined();
			// Each session that it ended is told of, once; switching on ends nothing.
			expect((await one.events.list({ limit: 9, type: "session.ended" })).map((e) => e.sessionId)).toEqual([session.id]);
		});

		test("a person is enabled only when nothing at all switches them off", async () => {
			const { one, person } = await world(open);
			const enabled = async () => (await one.people.find(person.id))?.enabled;
			await one.people.setEnabled(person.id, { removedAt: t0 }, t0, [], sessionEnded);
			await one.people.setEnabled(person.id, { declaredDisabled: true }, t0, [], sessionEnded);
			await one.people.setEnabled(person.id, { held: true }, t0, [], sessionEnded);
			const seen = [await enabled()];
			for (const change of [{ removedAt: null }, { held: false }, { declaredDisabled: false }]) {
				await one.people.setEnabled(person.id, change, t0, [], sessionEnded);
				seen.push(await enabled());
			}
			expect(seen).toEqual([false, false, false, true]);
			expect(await one.people.setEnabled(id(), { held: true }, t0, [], sessionEnded)).toBe(false);
		});
	});
}
