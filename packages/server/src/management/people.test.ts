import { afterEach, beforeEach, expect, test } from "vitest";
import { beginSession, declarationOf, type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { addClient } from "./clients.ts";
import { listConsents, revokeConsent } from "./consents.ts";
import { declare } from "./declare.ts";
import { addPerson, findPerson, setPassword, setPersonEnabled } from "./people.ts";
import { endSession, endSessionsOf, listSessions } from "./sessions.ts";

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
});
afterEach(() => ground.close());

const alice = { username: "alice", claims: { email: "alice@company.com" }, groups: [], admin: false, password: "teapot-under-the-oak" };
const isAlive = async (sessionId: string) => (await ground.sessions.find(sessionId))?.session.endedAt === undefined;

test("LG-09 a person is added with a password that may be set, and with no other", async () => {
	for (const [password, why] of [
		["short", /shorter than 8/],
		["password1", /guessers/],
		["ALICE@company.com", /name of the account/],
		["x".repeat(1025), /longer than 1024/],
	] as const)
		await expect(addPerson(ground, { ...alice, password }, start)).rejects.toThrow(why);
	expect(await ground.people.list(10)).toEqual([]);
	expect(await addPerson(ground, alice, start)).toMatchObject({ username: "alice", managedBy: "store", enabled: true });
	expect(await ground.eventTypes()).toEqual(["person.added"]);
});

test("LG-10 LG-05 a name that is taken in any spelling, or as an address, is refused", async () => {
	await addPerson(ground, alice, start);
	for (const username of ["alice", "ALICE", "al\u00adice", "ａlice", "Alice@Company.com"])
		await expect(addPerson(ground, { ...alice, claims: {}, username }, start), username).rejects.toThrow(/user name or address already/);
	expect(await addPerson(ground, { ...alice, claims: {}, username: "alicia" }, start)).toMatchObject({ username: "alicia" });
	expect(await findPerson(ground, "alice@company.com")).toMatchObject({ username: "alice" });
	await expect(findPerson(ground, "carol")).rejects.toThrow(/there is nobody called carol/);
});

test("a new password ends all sessions; disabling does too, and they stay dead", async () => {
	const { id } = await addPerson(ground, alice, start);
	const first = await beginSession(ground, id, start);
	await setPassword(ground, "alice", "ladder-behind-the-barn", start + 1);
	expect(await isAlive(first)).toBe(false);
	const { credential } = (await ground.people.findByName("alice")) ?? {};
	expect((await ground.verifyPassword("ladder-behind-the-barn", credential)).ok).toBe(true);
	const second = await beginSession(ground, id, start + 2);
	expect(await setPersonEnabled(ground, "alice", false, start + 3)).toBe(true);
	expect(await setPersonEnabled(ground, "alice", false, start + 3)).toBe(false);
	expect(await setPersonEnabled(ground, "alice", true, start + 4)).toBe(true);
	expect(await isAlive(second)).toBe(false);
	expect(await ground.eventTypes()).toEqual([
		...["person.added", "person.password_changed", "session.ended"],
		...["person.disabled", "session.ended", "person.enabled"],
	]);
});

test("on a person of the file the switch and the end of sessions work, a new password is refused with one sentence", async () => {
	await declare(declarationOf(), ground, start);
	await expect(setPassword(ground, "alice", "ladder-behind-the-barn", start)).rejects.toThrow(
		"alice is managed by the configuration file: change it there and start again",
	);
	const { id } = await findPerson(ground, "alice");
	const session = await beginSession(ground, id, start);
	expect(await endSessionsOf(ground, "alice", start)).toEqual([session]);
	expect(await setPersonEnabled(ground, "alice", false, start)).toBe(true);
});

test("sessions are listed newest first and ended, one or all of a person", async () => {
	const a = await addPerson(ground, alice, start);
	const b = await addPerson(ground, { ...alice, username: "bob", claims: {} }, start);
	const [first, second, third] = [
		await beginSession(ground, a.id, start),
		await beginSession(ground, b.id, start + 1),
		await beginSession(ground, a.id, start + 2),
	];
	const listed = async (name?: string) => (await listSessions(ground, name, 10, start + 3)).map(({ id, username }) => [id, username]);
	expect(await listed()).toEqual([
		[third, "alice"],
		[second, "bob"],
		[first, "alice"],
	]);
	expect(await listed("bob")).toEqual([[second, "bob"]]);
	await endSession(ground, second, start + 3);
	await expect(endSession(ground, second, start + 3)).rejects.toThrow(/there is no live session/);
	await expect(endSession(ground, "nonsense", start + 3)).rejects.toThrow(/there is no live session/);
	expect([...(await endSessionsOf(ground, "alice", start + 3))].sort()).toEqual([first, third].sort());
	expect(await listed()).toEqual([]);
	const events = await ground.events.list({ limit: 10, type: "session.ended" });
	expect(events.map(({ sessionId }) => sessionId).sort()).toEqual([first, second, third].sort());
	expect(events.every(({ actor, personId }) => actor === "operator" && personId !== undefined)).toBe(true);
});

test("what a person allowed is shown and taken back", async () => {
	const { id } = await addPerson(ground, alice, start);
	await addClient(ground, { metadata: { client_id: "analytics", redirect_uris: ["https://analytics.example/cb"] }, secrets: [] }, start);
	await ground.consents.add(id, "analytics", ["openid", "profile"], start, []);
	expect(await listConsents(ground, "alice", start)).toEqual([{ clientId: "analytics", scope: ["openid", "profile"], grantedAt: start }]);
	await expect(revokeConsent(ground, "alice", "analytix", start)).rejects.toThrow(/there is no client analytix/);
	await expect(revokeConsent(ground, "carol", "analytics", start)).rejects.toThrow(/nobody called carol/);
	await revokeConsent(ground, "alice", "analytics", start + 1);
	expect(await listConsents(ground, "alice", start + 1)).toEqual([]);
	expect((await ground.events.list({ limit: 1 }))[0]).toMatchObject({
		type: "consent.withdrawn",
		personId: id,
		clientId: "analytics",
		actor: "operator",
	});
});
