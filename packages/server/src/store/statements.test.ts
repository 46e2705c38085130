import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aSession, event, hour, id, t0, world } from "./contract/world.ts";
import { openSqlite, type SqliteStore } from "./sqlite.ts";

test("a hot request compiles no SQL", async () => {
	let store: SqliteStore | undefined;
	const w = await world(async (limits) => {
		const one = await openSqlite(":memory:", { tenant: "default", limits });
		store = one;
		return { one, other: one, loseNextCommit: () => undefined, close: () => one.close() };
	});
	const { grants, sessions, guesses, deniedTokens, usedOnce, settings, people, consents } = w.one;
	const place = { kind: "account", bucket: 1, limit: 99, window: hour } as const;
	async function requests(): Promise<void> {
		const made = await w.redeemed();
		await grants.find(made.id);
		await grants.rotate(made.id, 1, id(), t0 + hour);
		await grants.redeem(w.redemption({ ...made, redeemedBy: id() }));
		await grants.note(made.id, event("refresh.stale"));
		await grants.burn(made, t0, { burnt: event("code.burnt"), misuse: event("code.misuse") });
		await sessions.find(w.session.id);
		await sessions.touch(w.session.id, t0 + hour);
		await guesses.take([place], t0);
		await guesses.giveBack([place], t0);
		await guesses.noteRefused(w.person.id, { at: t0, door: "sign-in", traceId: id(), network: "192.0.2.0/24" });
		await deniedTokens.isDenied("jti");
		await usedOnce.use("client_assertion", "name", t0 + hour, id(), t0);
		await usedOnce.use("client_assertion", "name", t0 + hour, id(), t0);
		await consents.find(w.person.id, w.client.id);
		await people.findByName("alice");
		await settings.version();
		await sessions.begin(aSession(w.person.id), t0, () => [event("session.started")]);
	}
	await requests();
	const before = store?.compiled() ?? Number.NaN;
	expect(before).toBeGreaterThan(10);
	await requests();
	await Promise.all(Array.from({ length: 20 }, requests));
	expect(store?.compiled()).toBe(before);
});

test("what is read are plain records", async () => {
	const store = await openSqlite(":memory:", {
		tenant: "default",
		limits: { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } },
	});
	onTestFinished(() => store.close());
	await store.events.append([event("file.applied", { data: { count: 1 } })]);
	const [told] = await store.events.list({ limit: 1 });
	expect(Object.getPrototypeOf(told)).toBe(Object.prototype);
	expect((await store.settings.masterKeyVersionsInUse(0)).every((use) => Object.getPrototypeOf(use) === Object.prototype)).toBe(true);
});

test("tenants in one file know nothing of each other", async () => {
	const w = await world(async (limits) => {
		const folder = mkdtempSync(join(tmpdir(), "gatehouse-tenants-"));
		const one = await openSqlite(join(folder, "gatehouse.db"), { tenant: "default", limits });
		const other = await openSqlite(join(folder, "gatehouse.db"), { tenant: "another", limits });
		const close = async () => {
			await one.close();
			await other.close();
			rmSync(folder, { recursive: true });
		};
		return { one, other, loseNextCommit: () => undefined, close };
	});
	const made = await w.redeemed();
	const { other } = w;
	expect([await other.grants.find(made.id), await other.sessions.find(w.session.id), await other.people.find(w.person.id)]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
	expect([await other.clients.all(), await other.people.list(9), await other.events.list({ limit: 9 })]).toEqual([[], [], []]);
	expect(await other.grants.revoke(made.id, t0, [])).toBe(false);
	await other.settings.raiseEpoch([]);
	expect((await w.one.grants.rotate(made.id, 1, id(), t0)).kind).toBe("rotated");
});
