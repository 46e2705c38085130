import { afterEach, beforeEach, expect, test } from "vitest";
import { type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { reapClients } from "./reap-clients.ts";

const hour = 3_600_000;
const day = 24 * hour;

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
});
afterEach(() => ground.close());

const reap = (now: number, refreshIdle = 14 * day) =>
	reapClients({ registrations: ground.registrations, refreshIdle, newEvent: ground.newEvent }, now);

/** Registers, and uses, a client. @returns its id */
async function registered(registeredAt: number, usedAt?: number, registrationTokenId?: string): Promise<string> {
	const clientId = ground.random.id(registeredAt);
	const row = { id: clientId, metadata: { client_id: clientId }, secrets: [], managedBy: "store", held: false } as const;
	const by = registrationTokenId === undefined ? {} : { registrationTokenId };
	const registration = { clientId, tokenHash: new Uint8Array(32), registeredAt, lastUsedAt: registeredAt, ...by };
	await ground.registrations.register(
		{ ...row, createdAt: registeredAt, updatedAt: registeredAt },
		registration,
		{ limit: 99, now: registeredAt },
		[],
	);
	if (usedAt !== undefined) await ground.registrations.touch(clientId, usedAt);
	return clientId;
}

const left = async () => (await ground.clients.all()).map(({ id }) => id);

test("a client that got no token for 90 days goes, and its going is told; one that did stays", async () => {
	const idle = await registered(start, start + day);
	const used = await registered(start, start + 30 * day);
	expect(await reap(start + 91 * day)).toBe(0);
	expect(await reap(start + 91 * day + 1)).toBe(1);
	expect(await left()).toEqual([used]);
	const [told] = await ground.store.events.list({ limit: 9, type: "client.removed" });
	expect(told).toMatchObject({ clientId: idle, actor: "job", data: { reason: "idle" } });
	expect(await reap(start + 91 * day + 2)).toBe(0);
});

test("it is not idle before its refresh tokens are", async () => {
	await registered(start, start + day);
	expect(await reap(start + 100 * day, 120 * day)).toBe(0);
	expect(await reap(start + 122 * day, 120 * day)).toBe(1);
});

test("one that was never used goes after a week, unless an operator's token let it in", async () => {
	await ground.registrations.addToken(
		{ id: "a", tokenHash: new Uint8Array(32), usesLeft: 1, createdAt: start, expiresAt: start + day },
		[],
	);
	const allowed = await registered(start, undefined, "a");
	await registered(start);
	const fresh = await registered(start + 5 * day);
	expect(await reap(start + 7 * day)).toBe(0);
	expect(await reap(start + 8 * day)).toBe(1);
	expect((await left()).toSorted()).toEqual([allowed, fresh].toSorted());
});

test("where there are many, those that were never used go after an hour, so that whoever means it finds room", async () => {
	await registered(start);
	const used = await registered(start, start + 1);
	const crowded = { ...ground.registrations, count: async () => 5_001 };
	const reapCrowded = (now: number) => reapClients({ registrations: crowded, refreshIdle: day, newEvent: ground.newEvent }, now);
	expect(await reapCrowded(start + hour)).toBe(0);
	expect(await reapCrowded(start + hour + 1)).toBe(1);
	expect(await left()).toEqual([used]);
});

test("clients that an operator added are nobody's to reap", async () => {
	const row = { id: "portal", metadata: { client_id: "portal" }, secrets: [], managedBy: "store", held: false } as const;
	await ground.clients.put({ ...row, createdAt: start, updatedAt: start }, []);
	await reap(start + 10_000 * day);
	expect(await left()).toEqual(["portal"]);
});
