import { afterEach, beforeEach, expect, test } from "vitest";
import {
	beginSession,
	declarationOf,
	declaredPerson,
	groundOver,
	type ManagementTestGround,
	managementGround,
	start,
} from "../../test/management-ground.ts";
import type { PersonRow } from "../store/store.ts";
import { setClientEnabled } from "./clients.ts";
import { declare } from "./declare.ts";
import { addPerson, findPerson, setPersonEnabled } from "./people.ts";

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
});
afterEach(() => ground.close());

const person = (name: string): Promise<PersonRow> => findPerson(ground, name);
const isAlive = async (sessionId: string) => (await ground.sessions.find(sessionId))?.session.endedAt === undefined;
const proves = async (name: string, password: string) => {
	const found = await ground.people.findByName(name);
	return (await ground.verifyPassword(password, found?.credential)).ok;
};

test("the first application adds everything, each with its event, in the name of the file", async () => {
	expect(await declare(declarationOf(), ground, start)).toEqual({ kind: "applied", resources: 1, clients: 1, people: 2, removed: [] });
	expect(await ground.clients.find("portal")).toMatchObject({ managedBy: "file", held: false, createdAt: start });
	expect(await person("alice")).toMatchObject({ managedBy: "file", enabled: true, hasPassword: true });
	expect(await proves("alice", "alice-under-the-oak")).toBe(true);
	const events = await ground.events.list({ limit: 10 });
	expect(events.map(({ type }) => type).sort()).toEqual(["client.added", "file.applied", "person.added", "person.added", "resource.added"]);
	expect(events.every(({ actor, at }) => actor === "file" && at === start)).toBe(true);
	expect(JSON.stringify([events, await ground.clients.all(), await ground.people.declared()])).not.toMatch(/portal-secret|under-the-oak/);
});

test("an unchanged file changes nothing, hashes nothing and signs nobody out", async () => {
	await declare(declarationOf(), ground, start);
	const session = await beginSession(ground, (await person("alice")).id, start);
	const before = await Promise.all([ground.clients.all(), ground.people.declared(), ground.eventTypes(), ground.settings.version()]);
	ground.hashed.length = 0;
	// Not even looked at: so it takes the same time with ten thousand people.
	const untouched = new Proxy(ground.people, { get: () => () => Promise.reject(new Error("people were read")) });
	expect(await declare(declarationOf(), { ...ground, people: untouched }, start + 1000)).toEqual({ kind: "unchanged" });
	expect(await Promise.all([ground.clients.all(), ground.people.declared(), ground.eventTypes(), ground.settings.version()])).toEqual(
		before,
	);
	expect(ground.hashed).toEqual([]);
	expect(await isAlive(session)).toBe(true);
});

test("a change touches what changed alone, and hashes only the password that did", async () => {
	await declare(declarationOf(), ground, start);
	const sessions = {
		alice: await beginSession(ground, (await person("alice")).id, start),
		bob: await beginSession(ground, (await person("bob")).id, start),
	};
	ground.hashed.length = 0;
	const changed = declarationOf({
		people: [declaredPerson("alice", { claims: { name: "Alice Example" } }), declaredPerson("bob", { password: "a-new-one-for-bob" })],
	});
	expect(await declare(changed, ground, start + 1000)).toMatchObject({ kind: "applied", resources: 0, clients: 0, people: 2 });
	expect(ground.hashed).toEqual(["a-new-one-for-bob"]);
	expect((await person("alice")).claims).toEqual({ name: "Alice Example" });
	expect(await isAlive(sessions.alice)).toBe(true);
	expect(await isAlive(sessions.bob)).toBe(false);
	expect(await proves("bob", "a-new-one-for-bob")).toBe(true);
	expect(await proves("bob", "bob-under-the-oak")).toBe(false);
	expect((await ground.eventTypes()).slice(5).sort()).toEqual([
		"file.applied",
		"person.changed",
		"person.password_changed",
		"session.ended",
	]);
});

test("a changed secret is sealed anew, an unchanged one beside changed metadata stays as it is", async () => {
	await declare(declarationOf(), ground, start);
	const before = await ground.clients.find("portal");
	await declare(declarationOf({}, { client_name: "Portal" }), ground, start + 1);
	const renamed = await ground.clients.find("portal");
	expect(renamed).toMatchObject({ metadata: { client_name: "Portal" }, secrets: before?.secrets, createdAt: start, updatedAt: start + 1 });
	const [client] = declarationOf({}, { client_name: "Portal" }).clients;
	if (!client) throw new Error("no client");
	await declare(
		declarationOf({ clients: [{ ...client, secrets: [{ value: "new", expiresAt: start + 5000 }, { value: "portal-secret" }] }] }),
		ground,
		start + 2,
	);
	const rotated = (await ground.clients.find("portal"))?.secrets ?? [];
	expect(ground.secrets.matches("new", rotated, start + 4999)).toBe(true);
	expect(ground.secrets.matches("new", rotated, start + 5000)).toBe(false);
	expect(ground.secrets.matches("portal-secret", rotated, start + 5000)).toBe(true);
});

test("what left the file is disabled and shown, never deleted, and comes back as it was", async () => {
	await declare(declarationOf(), ground, start);
	const bob = await person("bob");
	const session = await beginSession(ground, bob.id, start);
	const without = declarationOf({ resources: [], clients: [], people: [declaredPerson("alice")] });
	expect(await declare(without, ground, start + 1000)).toMatchObject({
		people: 1,
		clients: 1,
		removed: ["https://crm.example", "portal", "bob"],
	});
	expect(await ground.clients.find("portal")).toMatchObject({ removedAt: start + 1000 });
	expect((await ground.resources.all())[0]).toMatchObject({ removedAt: start + 1000 });
	expect(await person("bob")).toMatchObject({ enabled: false, removedAt: start + 1000 });
	expect(await isAlive(session)).toBe(false);

	ground.hashed.length = 0;
	await declare(declarationOf(), ground, start + 2000);
	const back = await person("bob");
	expect(back).toMatchObject({ id: bob.id, enabled: true });
	expect(back.removedAt).toBeUndefined();
	expect(ground.hashed).toEqual([]);
	expect((await ground.clients.find("portal"))?.removedAt).toBeUndefined();
	expect((await ground.resources.all())[0]).not.toHaveProperty("removedAt");
	const ofResources = (await ground.eventTypes()).filter((type) => type.startsWith("resource.")).toSorted();
	expect(ofResources).toEqual(["resource.added", "resource.changed", "resource.changed"]);
	expect(await isAlive(session)).toBe(false);
});

test("an operator's switch holds through changes of the file until enable", async () => {
	await declare(declarationOf(), ground, start);
	expect(await setPersonEnabled(ground, "alice", false, start)).toBe(true);
	expect(await setClientEnabled(ground, "portal", false, start)).toBe(true);
	await declare(declarationOf({ people: [declaredPerson("alice", { groups: ["sales"] })] }, { client_name: "Portal" }), ground, start + 1);
	expect(await person("alice")).toMatchObject({ enabled: false, held: true, groups: ["sales"] });
	expect(await ground.clients.find("portal")).toMatchObject({ held: true, metadata: { client_name: "Portal" } });
	expect(await setPersonEnabled(ground, "alice", true, start + 2)).toBe(true);
	expect(await setClientEnabled(ground, "portal", true, start + 2)).toBe(true);
	expect(await person("alice")).toMatchObject({ enabled: true, held: false });
});

test("`enabled: false` of the file switches off, and only the file switches on again", async () => {
	await declare(declarationOf({ people: [declaredPerson("alice", { enabled: false })] }, { enabled: false }), ground, start);
	expect(await person("alice")).toMatchObject({ enabled: false, held: false });
	await expect(setPersonEnabled(ground, "alice", true, start)).rejects.toThrow(/configuration file switches alice off/);
	await expect(setClientEnabled(ground, "portal", true, start)).rejects.toThrow(/configuration file switches the client portal off/);
	await declare(declarationOf({ people: [declaredPerson("alice")] }), ground, start + 1);
	expect(await person("alice")).toMatchObject({ enabled: true });
	expect((await ground.clients.find("portal"))?.metadata).not.toHaveProperty("enabled");
});

test("a lower revision changes nothing and says so; the same, a higher one and none at all are applied", async () => {
	const named = (name: string, revision?: number) => declarationOf({ ...(revision !== undefined && { revision }) }, { client_name: name });
	const nameNow = async () => (await ground.clients.find("portal"))?.metadata.client_name;
	await declare(named("five", 5), ground, start);
	expect(await declare(named("four", 4), ground, start)).toEqual({ kind: "older", revision: 4, known: 5 });
	expect(await nameNow()).toBe("five");
	expect(await declare(named("five again", 5), ground, start)).toMatchObject({ kind: "applied" });
	expect(await declare(named("no revision"), ground, start)).toMatchObject({ kind: "applied" });
	expect(await nameNow()).toBe("no revision");
	expect(await declare(named("six", 6), ground, start)).toMatchObject({ kind: "applied" });
	expect(await nameNow()).toBe("six");
});

test("LG-09 a password that may not be set refuses the whole file before anything is written", async () => {
	const bad = declarationOf({
		people: [
			declaredPerson("alice"),
			declaredPerson("bob", { password: "password1" }),
			declaredPerson("carol.example", { password: "carol.example" }),
		],
	});
	await expect(declare(bad, ground, start)).rejects.toThrow(
		"the configuration file is refused: users[1].password is one of those that guessers try first: choose another (user bob); users[2].password is the name of the account: choose another (user carol.example)",
	);
	expect(await ground.clients.all()).toEqual([]);
	expect(await ground.eventTypes()).toEqual([]);
	expect(await declare(declarationOf(), ground, start)).toMatchObject({ kind: "applied" });
});

test("the file takes over no person that was added by command, and takes over a client", async () => {
	await addPerson(ground, { username: "Bob", claims: {}, groups: [], admin: false, password: "added-by-command" }, start);
	await expect(declare(declarationOf(), ground, start)).rejects.toThrow(/users\[1\]\.username belongs to someone who was added by command/);
	expect(await ground.clients.all()).toEqual([]);
	const alone = declarationOf({ people: [] });
	await ground.clients.put(
		{ id: "portal", metadata: { client_id: "portal" }, secrets: [], managedBy: "store", held: true, createdAt: 1, updatedAt: 1 },
		[],
	);
	await declare(alone, ground, start);
	expect(await ground.clients.find("portal")).toMatchObject({ managedBy: "file", held: true, createdAt: 1 });
});

test("a person without a password joins, gains one and loses it again", async () => {
	const alice = (password?: string) => {
		const { password: _, ...rest } = declaredPerson("alice");
		return declarationOf({ people: [password === undefined ? rest : { ...rest, password }] });
	};
	await declare(alice(), ground, start);
	expect(await person("alice")).toMatchObject({ hasPassword: false });
	await declare(alice("alice-under-the-oak"), ground, start + 1);
	expect(await proves("alice", "alice-under-the-oak")).toBe(true);
	const session = await beginSession(ground, (await person("alice")).id, start + 1);
	await declare(alice(), ground, start + 2);
	expect(await proves("alice", "alice-under-the-oak")).toBe(false);
	expect(await isAlive(session)).toBe(false);
	expect(await declare(declarationOf({ people: alice().people, resources: [] }), ground, start + 3)).toMatchObject({ people: 0 });
});

test("a new master key signs nobody out and hashes nothing, listed or not", async () => {
	await declare(declarationOf(), ground, start);
	const session = await beginSession(ground, (await person("alice")).id, start);
	const rotated = await groundOver(ground.store, [2, 1]);
	expect(await declare(declarationOf(), rotated, start + 1)).toEqual({ kind: "unchanged" });
	const lost = await groundOver(ground.store, [3]);
	expect(await declare(declarationOf(), lost, start + 2)).toMatchObject({ kind: "applied", people: 0 });
	expect([rotated.hashed, lost.hashed]).toEqual([[], []]);
	expect(await isAlive(session)).toBe(true);
	expect(await declare(declarationOf(), lost, start + 3)).toEqual({ kind: "unchanged" });
	await Promise.all([rotated.tokens.passwords.close(), lost.tokens.passwords.close()]);
});

test("two replicas that begin with the same file agree", async () => {
	const other = await groundOver(ground.store, [1]);
	const results = await Promise.all([declare(declarationOf(), ground, start), declare(declarationOf(), other, start)]);
	expect(results.map(({ kind }) => kind)).toEqual(["applied", "applied"]);
	expect((await ground.people.list(10)).map(({ username }) => username)).toEqual(["alice", "bob"]);
	expect((await ground.eventTypes()).filter((type) => type === "person.added")).toHaveLength(2);
	await other.tokens.passwords.close();
});

test("an application that was cut off is completed by the next", async () => {
	const people = Array.from({ length: 12 }, (_, index) => declaredPerson(`person-${index}`));
	let left = 5;
	const failing = {
		...ground,
		hashPassword: (password: string) => (left-- > 0 ? ground.hashPassword(password) : Promise.reject(new Error("cut off"))),
	};
	await expect(declare(declarationOf({ people }), failing, start)).rejects.toThrow("cut off");
	expect(await ground.settings.get("declaredDigest")).toBeUndefined();
	const steps: string[] = [];
	await declare(declarationOf({ people }), { ...ground, progress: (done, total) => steps.push(`${done}/${total}`) }, start + 1);
	expect(await ground.people.list(100)).toHaveLength(12);
	expect(steps.at(-1)).toBe("12/12");
	expect(new Set(ground.hashed).size).toBe(12);
	expect((await ground.eventTypes()).filter((type) => type === "person.added")).toHaveLength(12);
});
