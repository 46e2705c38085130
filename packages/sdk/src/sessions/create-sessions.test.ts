import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld } from "../../test/fake-world.ts";
import { Family } from "../../test/sessions/family.ts";
import { createSessions, type SessionSettings } from "./create-sessions.ts";
import { memory } from "./memory.ts";
import type { Sessions } from "./sessions.ts";
import type { SessionStore, StoredSession } from "./store.ts";

const key = "a key of sessions that is long enough";
const hour = 3_600_000;
const orders = "https://orders.acme.test";

let world: FakeWorld;
let family: Family;
let store: SessionStore;
let sessions: Sessions;
/** All that the store was ever given. */
let written: StoredSession[];

const made = (more: Partial<SessionSettings> = {}) => createSessions({ client: family.client, store, keys: [key], world, ...more });

beforeEach(() => {
	world = new FakeWorld();
	family = new Family();
	written = [];
	const kept = memory();
	store = {
		...kept,
		insert: (session, now) => {
			written.push(session);
			return kept.insert(session, now);
		},
		replace: (session, now) => {
			written.push(session);
			return kept.replace(session, now);
		},
	};
	sessions = made();
});

describe("a session", () => {
	test("is known by its cookie: 256 random bits, of which the store has a hash; nothing readable is in the store", async () => {
		const cookie = await sessions.begin(family.redeemed);
		expect(cookie).toMatch(/^[\w-]{43}$/);
		expect(await sessions.begin(family.redeemed)).not.toBe(cookie);
		await sessions.token(cookie, { resource: orders });
		expect(written).toHaveLength(3);
		expect(JSON.stringify(written)).not.toMatch(/canary/);
		expect(JSON.stringify(written)).not.toContain(cookie);
		expect(await sessions.read(cookie)).toEqual({
			session: { user: { sub: "canary-sub", name: "canary-name", email: "canary@acme.test" } },
			sid: "canary-sid",
			expiresAt: world.wall() + 30 * 24 * hour,
		});
	});

	test.each([undefined, "", "x", "x".repeat(42), "x".repeat(44), "x".repeat(43), "x".repeat(100_000), "ü".repeat(43)])(
		"is not there for a cookie that was never given out (%#)",
		async (cookie) => {
			expect(await sessions.read(cookie)).toEqual({});
			await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "not_signed_in" });
			expect(await sessions.end(cookie)).toBeUndefined();
		},
	);

	test("idles for 8 hours, and each look keeps it; the store is told at most once a minute", async () => {
		const cookie = await sessions.begin(family.redeemed);
		const touched: number[] = [];
		const seen = made({
			store: {
				...store,
				touch: (id, until, now) => {
					touched.push(until);
					return store.touch(id, until, now);
				},
			},
		});
		for (let second = 0; second < 59; second++) {
			world.pass(1_000);
			expect(await seen.read(cookie)).toHaveProperty("session");
		}
		expect(touched).toEqual([]);
		for (let step = 0; step < 5; step++) {
			world.pass(7 * hour);
			expect(await seen.read(cookie)).toHaveProperty("session");
		}
		expect(touched).toHaveLength(5);
		world.pass(8 * hour);
		expect(await seen.read(cookie)).toEqual({ ended: "expired" });
		await expect(seen.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "session_expired", action: "sign-in" });
		expect(family.presented).toEqual([]);
	});

	test("ends after its absolute time, whatever is done; both times are the app's to choose", async () => {
		const short = made({ idle: 600, absolute: 1_500 });
		const cookie = await short.begin(family.redeemed);
		for (const seconds of [500, 500, 499]) {
			world.pass(seconds * 1000);
			expect(await short.read(cookie)).toHaveProperty("session");
			await short.token(cookie, { resource: orders });
		}
		world.pass(1_000);
		expect(await short.read(cookie)).toEqual({ ended: "expired" });
	});

	test("that may idle for less than a minute is kept by those who come, too", async () => {
		const short = made({ idle: 40 });
		const cookie = await short.begin(family.redeemed);
		for (let step = 0; step < 5; step++) {
			world.pass(30_000);
			expect(await short.read(cookie)).toHaveProperty("session");
		}
		world.pass(40_000);
		expect(await short.read(cookie)).toEqual({ ended: "expired" });
	});

	test("that is signed out gives its grant back and the hint for the issuer, and says why it ended", async () => {
		const cookie = await sessions.begin(family.redeemed);
		expect(await sessions.end(cookie)).toBe("canary-id-token");
		expect(family.revoked).toEqual(["canary-refresh-0"]);
		expect(await sessions.read(cookie)).toEqual({ ended: "signed_out" });
		await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "not_signed_in" });
		expect(await sessions.end(cookie)).toBeUndefined();
		expect(family.revoked).toHaveLength(1);
		expect(written.at(-1)).toMatchObject({ sealed: "", ended: "signed_out" });
	});

	test("is signed out here even when the issuer cannot be reached", async () => {
		const away = { ...family.client, revoke: () => Promise.reject(new Error("away")) };
		const cookie = await sessions.begin(family.redeemed);
		expect(await made({ client: away }).end(cookie)).toBe("canary-id-token");
		expect(await sessions.read(cookie)).toEqual({ ended: "signed_out" });
	});

	test("whose store cannot be asked is neither there nor gone", async () => {
		const cookie = await sessions.begin(family.redeemed);
		const failing = async () => {
			throw new Error("away");
		};
		const blind = made({ store: { ...store, read: failing } });
		await expect(blind.read(cookie)).rejects.toThrow("away");
		await expect(blind.token(cookie, { resource: orders })).rejects.toThrow("away");
		world.pass(hour);
		const deaf = made({ store: { ...store, touch: failing } });
		expect(await deaf.read(cookie)).toHaveProperty("session");
	});
});

describe("what a logout token names ends (Back-Channel Logout §2.7)", () => {
	test("by sid one session, by sub all of the person, and nobody else's; the next look says why", async () => {
		const other = { ...family.redeemed, claims: { ...family.redeemed.claims, sid: "another-sid" } };
		const bob = { ...family.redeemed, claims: { sub: "bob", sid: "bobs-sid" } };
		const [first, second, bobs] = [await sessions.begin(family.redeemed), await sessions.begin(other), await sessions.begin(bob)];
		expect(await sessions.endWhere({ sid: "canary-sid" })).toBe(1);
		expect(await sessions.read(first)).toEqual({ ended: "signed_out_elsewhere" });
		expect(await sessions.read(second)).toHaveProperty("session");
		expect(await sessions.endWhere({ sid: "canary-sub" })).toBe(0);
		expect(await sessions.endWhere({ sub: "canary-sub" })).toBe(1);
		expect(await sessions.read(second)).toEqual({ ended: "signed_out_elsewhere" });
		await expect(sessions.token(second, { resource: orders })).rejects.toMatchObject({ code: "session_expired" });
		expect(await sessions.read(bobs)).toHaveProperty("session");
	});

	test("also what began under an older key, and what has moved to the newer", async () => {
		const cookie = await sessions.begin(family.redeemed);
		const moved = await sessions.begin(family.redeemed);
		const rotated = made({ keys: ["a newer key of sessions, long enough", key] });
		await rotated.token(moved, { resource: orders });
		expect(await made({ keys: ["a newer key of sessions, long enough"] }).read(moved)).toHaveProperty("session");
		expect(await rotated.endWhere({ sub: "canary-sub" })).toBe(2);
		expect(await rotated.read(cookie)).toEqual({ ended: "signed_out_elsewhere" });
	});
});

describe("what is in the store opens only where it belongs", () => {
	test("a key that is gone means signed out, and no error", async () => {
		const cookie = await sessions.begin(family.redeemed);
		const other = made({ keys: ["another key of sessions, long enough"] });
		expect(await other.read(cookie)).toEqual({});
		await expect(other.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "not_signed_in" });
		expect(await other.end(cookie)).toBeUndefined();
		expect(await sessions.read(cookie)).toHaveProperty("session");
	});

	test("who can write into the store exchanges no sessions, moves no end, and passes no version off as another", async () => {
		const [mine, yours] = [await sessions.begin(family.redeemed), await sessions.begin(family.redeemed)];
		const [first, second] = written as [StoredSession, StoredSession];
		const attempt = async (session: StoredSession, cookie: string) => {
			await store.insert(first, world.wall());
			expect(await sessions.read(mine)).toHaveProperty("session");
			await store.insert(session, world.wall());
			return sessions.read(cookie);
		};
		expect(await attempt({ ...first, sealed: second.sealed }, mine)).toEqual({});
		expect(await attempt({ ...first, expiresAt: first.expiresAt + hour }, mine)).toEqual({});
		expect(await attempt({ ...first, version: 2 }, mine)).toEqual({});
		expect(await attempt({ ...first, sealed: "" }, mine)).toEqual({});
		expect(await attempt(first, mine)).toHaveProperty("session");
		expect(await sessions.read(yours)).toHaveProperty("session");
	});
});

test("who can write into the store keeps no session past its absolute end, whatever they write for when it idles", async () => {
	const cookie = await sessions.begin(family.redeemed);
	const [first] = written as [StoredSession];
	for (const idleUntil of [Number.NaN, Number.POSITIVE_INFINITY, first.expiresAt + hour]) {
		const later = made({ store: { ...store, read: async () => ({ ...first, idleUntil }) } });
		world.pass(30 * 24 * hour);
		expect(await later.read(cookie)).toEqual({ ended: "expired" });
		world.pass(-30 * 24 * hour);
	}
	expect(await sessions.read(cookie)).toHaveProperty("session");
});

test("RP-02: a claim is had once, by whichever client of the same name; another client's is another", async () => {
	expect([await sessions.claim("state", 60_000), await made({ keys: [`${key}!`] }).claim("state", 60_000)]).toEqual([true, false]);
	expect(await made({ client: { ...family.client, clientId: "crm" } }).claim("state", 60_000)).toBe(true);
	expect(await sessions.claim("another", 60_000)).toBe(true);
});

test("what is sealed for one purpose does not open for another, nor as a session", async () => {
	const sealed = await sessions.seal("transaction", { state: "s", returnTo: "/orders" });
	expect(await sessions.open("transaction", sealed)).toEqual({ state: "s", returnTo: "/orders" });
	expect(await sessions.open("session", sealed)).toBeUndefined();
	expect(await sessions.open("transaction", "forged")).toBeUndefined();
	expect(await made({ keys: ["a newer key of sessions, long enough", key] }).open("transaction", sealed)).toHaveProperty("state");
});
