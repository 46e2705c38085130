import type { Issuer } from "@gatehouse/testing";
import { createClient } from "@redis/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Redis, startRedis } from "../../../../test/redis.ts";
import type { Redeemed } from "../../src/client/client.ts";
import { platform } from "../../src/client/world.ts";
import { claimsIn } from "../../src/core/json-web-token.ts";
import { crm, openReplica, orders, type Replica, signIn, startPortalsIssuer } from "./replicas.ts";

let issuer: Issuer;
let redis: Redis;
let replicas: Replica[];
let redeemed: Redeemed;
let cookie: string;

beforeAll(async () => {
	[issuer, redis] = await Promise.all([startPortalsIssuer(), startRedis()]);
});
afterAll(async () => {
	await issuer.stop();
	await redis[Symbol.asyncDispose]();
});

beforeEach(async () => {
	replicas = [open(), open(), open()];
	redeemed = await signIn(replicas[0]!, issuer);
	cookie = await replicas[0]!.sessions.begin(redeemed);
});
afterEach(async () => {
	issuer.mend();
	for (const { store } of replicas) await store.close();
});

/** One more replica. */
function open(more: Parameters<typeof openReplica>[2] = {}): Replica {
	const replica = openReplica(issuer, redis.url, more);
	replicas?.push(replica);
	return replica;
}

const token = (replica: Replica | undefined, resource = orders, scope?: string) =>
	replica!.sessions.token(cookie, { resource, ...(scope === undefined ? {} : { scope }) });

/** How often the token endpoint was asked for something meanwhile. */
async function refreshes(work: () => Promise<unknown>): Promise<number> {
	const before = issuer.calls.token;
	await work();
	return issuer.calls.token - before;
}

/** All keys and values, as somebody sees them who has broken into Redis. */
async function inRedis(): Promise<string> {
	const client = await createClient({ url: redis.url }).connect();
	const keys = await client.keys("*");
	const values = await Promise.all(
		keys.map(async (key) =>
			(await client.type(key)) === "hash"
				? client.hGetAll(key)
				: (await client.type(key)) === "set"
					? client.sMembers(key)
					: client.get(key),
		),
	);
	client.destroy();
	return JSON.stringify([keys, values]);
}

/** As Redis does when a lease has run out. */
async function leasesRunOut(): Promise<void> {
	const client = await createClient({ url: redis.url }).connect();
	for (const key of await client.keys("gatehouse:lease:*")) await client.del(key);
	client.destroy();
}

describe("three replicas, one Redis, one issuer", () => {
	test("a hundred callers at the same time cost the issuer one refresh", async () => {
		const given: string[] = [];
		const asked = await refreshes(async () => {
			const calls = Array.from({ length: 100 }, (_, index) => token(replicas[index % 3]));
			given.push(...(await Promise.all(calls)).map(({ accessToken }) => accessToken));
		});
		expect(asked).toBe(1);
		expect(new Set(given).size).toBe(1);
	});

	test("callers who want tokens of two APIs cost it one refresh for each, and nothing is presented twice", async () => {
		const asked = await refreshes(() =>
			Promise.all(Array.from({ length: 60 }, (_, index) => token(replicas[index % 3], index % 2 ? orders : crm))),
		);
		expect(asked).toBe(2);
		expect(await refreshes(() => Promise.all([token(replicas[0]), token(replicas[1], crm)]))).toBe(0);
		expect(issuer.log.filter(({ fields }) => JSON.stringify(fields).includes("stale"))).toEqual([]);
	});

	test("nothing in Redis tells who is signed in, or works anywhere", async () => {
		const { accessToken } = await token(replicas[0]);
		const { refreshToken, idToken } = redeemed.tokens;
		const found = await inRedis();
		expect(found).toContain("gatehouse:session:");
		for (const secret of [accessToken, refreshToken, idToken, cookie, redeemed.claims["sub"], "alice", "Alice", redeemed.claims["sid"]]) {
			expect(secret).toBeTypeOf("string");
			expect(found).not.toContain(secret);
		}
	});

	test("who signs out at one is signed out at all, and the issuer takes the grant back", async () => {
		await token(replicas[0]);
		const hint = await replicas[1]!.sessions.end(cookie);
		expect(claimsIn(hint)).toMatchObject({ sid: redeemed.claims["sid"], aud: "portal" });
		for (const { sessions } of replicas) {
			expect(await sessions.read(cookie)).toEqual({ ended: "signed_out" });
			await expect(sessions.token(cookie, { resource: orders })).rejects.toMatchObject({ code: "not_signed_in" });
		}
		const { refreshToken = "" } = redeemed.tokens;
		const presenting = replicas[0]!.client.refresh({ refreshToken, resource: orders, sub: String(redeemed.claims["sub"]) });
		await expect(presenting).rejects.toMatchObject({ code: "session_expired" });
	});

	test("a grant that the issuer ended ends the session at all of them, with the reason; the honest twin goes on", async () => {
		const twin = await replicas[0]!.sessions.begin(await signIn(replicas[0]!, issuer));
		await issuer.endSession(String(redeemed.claims["sid"]));
		const ended = await Promise.allSettled(replicas.map((replica) => token(replica)));
		expect(ended.map((one) => one.status === "rejected" && one.reason.code)).toEqual([
			"session_expired",
			"session_expired",
			"session_expired",
		]);
		for (const { sessions } of replicas) expect(await sessions.read(cookie)).toEqual({ ended: "grant_ended" });
		expect((await replicas[1]!.sessions.token(twin, { resource: orders })).scope).toContain("orders.read");
	});
});

describe("RF-11: a replica that stands still in the middle of a refresh, longer than its lease", () => {
	test.each(["before its request is sent", "with the answer on its way"])(
		"%s: the others go on twice, nobody is signed out",
		async (when) => {
			const [stopped, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
			const paused = open({
				async fetch(url, init) {
					if (!url.endsWith("/token")) return platform.fetch(url, init);
					const early = when.startsWith("with") ? await platform.fetch(url, init) : undefined;
					stopped.resolve();
					await goOn.promise;
					return early ?? platform.fetch(url, { ...init, signal: null });
				},
			});
			const late = token(paused, orders, "orders.read");
			await stopped.promise;
			await leasesRunOut();
			await token(replicas[0], orders, "orders.write");
			await token(replicas[1], crm);
			goOn.resolve();
			expect((await late).scope).toEqual(["orders.read"]);
			expect(await refreshes(() => token(replicas[2], orders))).toBe(1);
			for (const { sessions } of replicas) expect(await sessions.read(cookie)).toHaveProperty("session");
		},
	);
});

describe("Redis goes away in the middle of a refresh", () => {
	test("and is back soon: what the issuer gave is written down, and nobody notices", async () => {
		const held = issuer.hold("token", "answer");
		const pending = token(replicas[0]);
		await held.arrived;
		await redis.kill();
		const restarted = redis.start();
		held.release();
		await restarted;
		await pending;
		expect(await refreshes(() => token(replicas[1]))).toBe(0);
	});

	test("and stays away: it is said, nobody is signed out, and the issuer gives the same successor again", async () => {
		const hasty = open({ sleep: async () => undefined });
		const held = issuer.hold("token", "answer");
		const pending = token(hasty);
		const refused = expect(pending).rejects.toMatchObject({ code: "store_unreachable", retryable: true });
		await held.arrived;
		await redis.kill();
		held.release();
		await refused;
		await expect(replicas[1]!.sessions.read(cookie)).rejects.toMatchObject({ code: "store_unreachable" });
		await redis.start();
		await leasesRunOut();
		expect(await refreshes(() => token(replicas[1]))).toBe(1);
		expect(await refreshes(() => token(replicas[2], crm))).toBe(1);
	});
});

describe("the issuer", () => {
	test("whose answers are lost gives the same successor again", async () => {
		issuer.lose("token");
		expect(await refreshes(() => token(replicas[0]))).toBe(2);
		issuer.lose("token", { times: Number.POSITIVE_INFINITY });
		await expect(token(replicas[1], crm)).rejects.toMatchObject({ code: "issuer_unreachable", retryable: true });
		issuer.mend();
		await token(replicas[2], crm);
		await token(replicas[0], orders, "orders.read");
	});

	test("that is away for an hour signs nobody out: tokens at hand work while they last, and everything when it is back", async () => {
		await token(replicas[0]);
		issuer.offline();
		await token(replicas[1]);
		issuer.clock.pass("1h");
		await expect(token(replicas[1])).rejects.toMatchObject({ code: "issuer_unreachable", action: "retry" });
		expect(await replicas[2]!.sessions.read(cookie)).toHaveProperty("session");
		issuer.online();
		expect((await token(replicas[2])).expiresIn).toBeGreaterThan(30);
	});

	test.each([
		["invalid_target", "https://unknown.acme.test", undefined],
		["invalid_scope", orders, "orders.delete"],
	])("that refuses with %s ends nothing", async (code, resource, scope) => {
		await expect(token(replicas[0], resource, scope)).rejects.toMatchObject({ code, action: "fix-config" });
		expect(await replicas[1]!.sessions.read(cookie)).toHaveProperty("session");
		await token(replicas[1]);
	});
});
