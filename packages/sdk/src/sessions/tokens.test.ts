import { beforeEach, describe, expect, test } from "vitest";
import { FakeWorld } from "../../test/fake-world.ts";
import { Family } from "../../test/sessions/family.ts";
import { AuthError } from "../client/auth-error.ts";
import type { Client } from "../client/client.ts";
import { platform } from "../client/world.ts";
import { createSessions } from "./create-sessions.ts";
import { memory } from "./memory.ts";
import type { Sessions } from "./sessions.ts";
import type { SessionStore } from "./store.ts";

const orders = "https://orders.acme.test";
const crm = "https://crm.acme.test";
const keys = ["a key of sessions that is long enough"];

let world: FakeWorld;
let family: Family;
let store: SessionStore;
let sessions: Sessions;
let cookie: string;

/** Another replica, or one with another view of the world. */
const replica = (more: { readonly client?: Client; readonly store?: SessionStore } = {}) =>
	createSessions({ client: family.client, store, keys, world: { ...world, wall: world.wall, sleep: platform.sleep }, ...more });

beforeEach(async () => {
	world = new FakeWorld();
	family = new Family();
	store = memory();
	sessions = replica();
	cookie = await sessions.begin(family.redeemed);
});

const presented = () => family.presented.map(({ refreshToken }) => refreshToken);

describe("a token at hand", () => {
	test("is given as long as it lasts, to each replica, for that API and scope alone", async () => {
		const token = await sessions.token(cookie, { resource: orders });
		expect(token).toEqual({ accessToken: "canary-access-1", expiresIn: 600, scope: ["all"] });
		world.pass(100_000);
		expect(await replica().token(cookie, { resource: orders })).toEqual({ ...token, expiresIn: 500 });
		expect((await sessions.token(cookie, { resource: orders, scope: "read" })).scope).toEqual(["read"]);
		expect((await sessions.token(cookie, { resource: crm })).accessToken).toBe("canary-access-3");
		expect((await sessions.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
		expect(presented()).toEqual(["canary-refresh-0", "canary-refresh-1", "canary-refresh-2"]);
		expect(family.presented.map(({ sub }) => sub)).toEqual(["canary-sub", "canary-sub", "canary-sub"]);
	});

	test("is fetched again when it is too short, was refused, or was dated by a clock that is an hour ahead", async () => {
		await sessions.token(cookie, { resource: orders });
		world.pass(571_000);
		expect((await sessions.token(cookie, { resource: orders, minTtl: 10 })).accessToken).toBe("canary-access-1");
		expect((await sessions.token(cookie, { resource: orders })).accessToken).toBe("canary-access-2");
		expect((await sessions.token(cookie, { resource: orders, refused: "canary-access-1" })).accessToken).toBe("canary-access-2");
		expect((await sessions.token(cookie, { resource: orders, refused: "canary-access-2" })).accessToken).toBe("canary-access-3");
		world.pass(-3_600_000);
		expect((await sessions.token(cookie, { resource: orders })).accessToken).toBe("canary-access-4");
	});

	test("that lives shorter than it should be good for is given all the same", async () => {
		family.lifetime = 10_000;
		expect((await sessions.token(cookie, { resource: orders })).expiresIn).toBe(10);
	});

	test("is the one that came with the code, where the code was redeemed for an API", async () => {
		const other = await sessions.begin(family.redeemed, orders);
		expect((await sessions.token(other, { resource: orders })).accessToken).toBe("canary-access-0");
		expect(presented()).toEqual([]);
	});

	test("is one of at most twenty: the oldest is fetched again", async () => {
		for (let index = 0; index < 21; index++) await sessions.token(cookie, { resource: `${orders}/${index}` });
		await sessions.token(cookie, { resource: `${orders}/1` });
		expect(family.presented).toHaveLength(21);
		await sessions.token(cookie, { resource: `${orders}/0` });
		expect(family.presented).toHaveLength(22);
	});
});

describe("a refresh is made once for all", () => {
	test("who asks for the same in this process, and in the others", async () => {
		const replicas = [sessions, replica(), replica()];
		const calls = Array.from({ length: 60 }, (_, index) => replicas[index % 3]!.token(cookie, { resource: orders }));
		expect(new Set((await Promise.all(calls)).map(({ accessToken }) => accessToken))).toEqual(new Set(["canary-access-1"]));
		expect(presented()).toEqual(["canary-refresh-0"]);
	});

	test("who asks for different things spends one refresh token after the other, never one twice", async () => {
		const replicas = [sessions, replica(), replica()];
		const calls = Array.from({ length: 30 }, (_, index) => replicas[index % 3]!.token(cookie, { resource: `${orders}/${index % 5}` }));
		await Promise.all(calls);
		expect(presented().toSorted()).toEqual([0, 1, 2, 3, 4].map((generation) => `canary-refresh-${generation}`));
	});

	test("a client without refresh tokens is told what it needs", async () => {
		const without = { ...family.redeemed, tokens: { ...family.redeemed.tokens, refreshToken: undefined } };
		const other = await sessions.begin(without);
		await expect(sessions.token(other, { resource: orders })).rejects.toMatchObject({ code: "unauthorized_client", action: "fix-config" });
		expect(await sessions.read(other)).toHaveProperty("session");
	});
});

describe("a dead grant", () => {
	test("ends the session, everywhere, and the next look says so", async () => {
		family.dead = true;
		await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "session_expired", action: "sign-in" });
		expect(await replica().read(cookie)).toEqual({ ended: "grant_ended" });
		await expect(replica().token(cookie, { resource: orders })).rejects.toMatchObject({ code: "session_expired" });
		expect(presented()).toHaveLength(1);
	});

	test("RF-11: is none when somebody has gone on meanwhile: a late refusal of an old token ends nothing", async () => {
		const [stopped, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const slow = replica({
			client: {
				...family.client,
				async refresh(refreshing) {
					stopped.resolve();
					await go.promise;
					return family.client.refresh(refreshing);
				},
			},
			store: { ...store, lease: async () => ({ renew: async () => true, release: async () => undefined }) },
		});
		const late = slow.token(cookie, { resource: orders });
		await stopped.promise;
		await sessions.token(cookie, { resource: orders });
		await sessions.token(cookie, { resource: crm });
		go.resolve();
		expect((await late).accessToken).toBe("canary-access-1");
		expect(presented()).toEqual(["canary-refresh-0", "canary-refresh-1", "canary-refresh-0"]);
		expect(await sessions.read(cookie)).toHaveProperty("session");
		expect((await sessions.token(cookie, { resource: orders, scope: "next" })).scope).toEqual(["next"]);
		expect(presented().at(-1)).toBe("canary-refresh-2");
	});
});

describe("what goes wrong on the way ends nothing", () => {
	const codes = [
		"issuer_unreachable",
		"temporarily_unavailable",
		"invalid_scope",
		"invalid_target",
		"invalid_client",
		"id_token_refused",
	] as const;

	test.each(codes)("%s", async (code) => {
		family.before = async () => {
			throw new AuthError(code, "no");
		};
		await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code });
		expect(await sessions.read(cookie)).toHaveProperty("session");
		family.before = async () => undefined;
		expect((await sessions.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
	});

	test("an answer that was lost: the next try presents the same token and gets its successor", async () => {
		family.after = async () => {
			throw new AuthError("issuer_unreachable", "cut");
		};
		await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "issuer_unreachable" });
		family.after = async () => undefined;
		await sessions.token(cookie, { resource: orders });
		await sessions.token(cookie, { resource: crm });
		expect(presented()).toEqual(["canary-refresh-0", "canary-refresh-0", "canary-refresh-1"]);
	});

	test("who waits while the issuer is away has tried too: one attempt is made for all, and then the next", async () => {
		let attempts = 0;
		let looks = 0;
		const lined = Promise.withResolvers<void>();
		family.before = async () => {
			attempts++;
			await lined.promise;
			throw new AuthError("issuer_unreachable", "away");
		};
		const counting = replica({
			store: {
				...store,
				read(id) {
					// One before, one of each, two more of the first: then all stand in line.
					if (++looks === 23) setImmediate(lined.resolve);
					return store.read(id);
				},
			},
		});
		await counting.read(cookie);
		const waiting = Array.from({ length: 20 }, (_, index) => counting.token(cookie, { resource: `${orders}/${index}` }));
		const ended = await Promise.allSettled(waiting);
		expect(new Set(ended.map((one) => one.status === "rejected" && one.reason.code))).toEqual(new Set(["issuer_unreachable"]));
		expect(attempts).toBe(1);
		family.before = async () => undefined;
		await sessions.token(cookie, { resource: orders });
	});

	test("a store that fails while the result is written: it is written again", async () => {
		let failures = 2;
		const shaky = replica({
			store: {
				...store,
				async replace(session, now) {
					if (failures-- > 0) throw new AuthError("store_unreachable", "away");
					return store.replace(session, now);
				},
			},
		});
		expect((await shaky.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
		await sessions.token(cookie, { resource: crm });
		expect(presented()).toEqual(["canary-refresh-0", "canary-refresh-1"]);
	});

	test("a store that wrote and could not say so: what it wrote is found", async () => {
		let lost = 1;
		const shaky = replica({
			store: {
				...store,
				async replace(session, now) {
					const done = await store.replace(session, now);
					if (lost-- > 0) throw new AuthError("store_unreachable", "cut");
					return done;
				},
			},
		});
		expect((await shaky.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
		expect(presented()).toEqual(["canary-refresh-0"]);
	});
});

describe("a lease", () => {
	test("of a replica that died is taken over when it has run out", async () => {
		const asked: number[] = [];
		const patient = replica({
			store: {
				...store,
				async lease(name, ms) {
					asked.push(ms);
					return asked.length < 4 ? undefined : store.lease(name, ms);
				},
			},
		});
		expect((await patient.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
		expect(asked).toEqual([30_000, 30_000, 30_000, 30_000]);
	});

	test("that never ends is not waited for without end", async () => {
		const waiting = createSessions({ client: family.client, store: { ...store, lease: async () => undefined }, keys, world });
		await expect(waiting.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "temporarily_unavailable", retryable: true });
		expect(world.slept.reduce((sum, ms) => sum + ms)).toBeGreaterThan(30_000);
		expect(await sessions.read(cookie)).toHaveProperty("session");
	});

	test("is given up after a failure, and a release that fails is no failure", async () => {
		let held = 0;
		const counting = replica({
			store: {
				...store,
				async lease(name, ms) {
					const lease = await store.lease(name, ms);
					if (lease) held++;
					return (
						lease && {
							renew: lease.renew,
							async release() {
								held--;
								await lease.release();
								throw new Error("cut");
							},
						}
					);
				},
			},
		});
		family.before = async () => {
			throw new AuthError("issuer_unreachable", "away");
		};
		await expect(counting.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "issuer_unreachable" });
		family.before = async () => undefined;
		expect((await counting.token(cookie, { resource: orders })).accessToken).toBe("canary-access-1");
		expect(held).toBe(0);
	});
});

test("a session that is signed out while its refresh is under way stays signed out, and what came is given back", async () => {
	const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	family.after = async () => {
		begun.resolve();
		await go.promise;
	};
	const pending = sessions.token(cookie, { resource: orders });
	await begun.promise;
	expect(await replica().end(cookie)).toBe("canary-id-token");
	go.resolve();
	await expect(pending).rejects.toMatchObject({ code: "not_signed_in" });
	expect(await sessions.read(cookie)).toEqual({ ended: "signed_out" });
	expect(family.revoked).toEqual(["canary-refresh-0", "canary-refresh-1"]);
});
