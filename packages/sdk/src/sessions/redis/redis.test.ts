import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Redis, startRedis } from "../../../../../test/redis.ts";
import { AuthError } from "../../client/auth-error.ts";
import { storeContract } from "../contract.ts";
import type { SessionStore } from "../store.ts";
import { redis } from "./redis.ts";

let server: Redis;
const opened: SessionStore[] = [];
let count = 0;

beforeAll(async () => {
	server = await startRedis();
});
afterAll(async () => {
	for (const store of opened) await store.close();
	await server[Symbol.asyncDispose]();
});

function openTwo(): readonly [SessionStore, SessionStore] {
	const prefix = `test-${++count}:`;
	const stores = [redis(server.url, { prefix }), redis(() => server.url, { prefix })] as const;
	opened.push(...stores);
	return stores;
}

storeContract("in Redis, two replicas", async () => openTwo());

const now = 1_000_000_000_000;
const session = {
	id: "one",
	version: 1,
	sub: "alice",
	sid: "browser",
	expiresAt: now + 86_400_000,
	idleUntil: now + 3_600_000,
	sealed: "first",
} as const;

/** What an operator sees. */
async function everything(): Promise<readonly { readonly key: string; readonly type: string; readonly ttl: number }[]> {
	const client = await createClient({ url: server.url }).connect();
	try {
		const keys = await client.keys("*");
		return await Promise.all(keys.sort().map(async (key) => ({ key, type: await client.type(key), ttl: await client.pTTL(key) })));
	} finally {
		client.destroy();
	}
}

test("everything in Redis is under the prefix and ends by itself; a session can be found as long as it may live", async () => {
	const [store] = openTwo();
	const prefix = `test-${count}:`;
	await store.insert(session, now);
	await store.touch("one", now + 1, now);
	await store.replace({ ...session, version: 2 }, now);
	await store.claim("state", 60_000);
	await store.lease("one", 30_000);
	const found = await everything();
	expect(found.filter(({ ttl }) => ttl <= 0)).toEqual([]);
	const ours = found.filter(({ key }) => key.startsWith(prefix));
	expect(ours.map(({ key, type }) => `${key.slice(prefix.length)} ${type}`)).toEqual([
		"claim:state string",
		"lease:one string",
		"session:one hash",
		"sid:browser set",
		"sub:alice set",
	]);
	const ttl = Object.fromEntries(ours.map(({ key, ttl }) => [key.slice(prefix.length), ttl]));
	expect(ttl["session:one"]).toBeGreaterThan(3_600_000);
	expect(ttl["session:one"]).toBeLessThanOrEqual(7_200_000);
	expect(ttl["sub:alice"]).toBeGreaterThan(86_400_000);
});

test("a version that is not written as ours are is none: it could be read, and never be replaced", async () => {
	const [store] = openTwo();
	await store.insert(session, now);
	const client = await createClient({ url: server.url }).connect();
	try {
		for (const version of ["01", "1.0", " 1", "1e0", "x", ""]) {
			await client.hSet(`test-${count}:session:one`, "version", version);
			expect(await store.read("one")).toBeUndefined();
		}
		await client.hSet(`test-${count}:session:one`, "version", "1");
		expect(await store.read("one")).toEqual(session);
	} finally {
		client.destroy();
	}
});

test("what a person is found by does not grow with each sign-in", async () => {
	const [store] = openTwo();
	const prefix = `test-${count}:`;
	for (let index = 0; index < 50; index++) await store.insert({ ...session, id: `${index}`, idleUntil: now - 3_600_000 + 1 }, now);
	while ((await store.find({ sub: "alice" })).length > 0);
	await store.insert(session, now);
	const client = await createClient({ url: server.url }).connect();
	expect(await client.sMembers(`${prefix}sub:alice`)).toEqual(["one"]);
	client.destroy();
});

test("a client of the app's own works in both versions of the protocol, and stays the app's", async () => {
	for (const RESP of [2, 3] as const) {
		const client = await createClient({ url: server.url, RESP }).connect();
		const store = redis(client, { prefix: `own-${RESP}:` });
		await store.insert(session, now);
		expect(await store.read("one")).toEqual(session);
		expect(await store.find({ sid: "browser" })).toEqual([session]);
		expect(await store.replace({ ...session, version: 2 }, now)).toBe(true);
		expect([await store.claim("state", 60_000), await store.claim("state", 60_000)]).toEqual([true, false]);
		await store.close();
		expect(client.isReady).toBe(true);
		client.destroy();
		await expect(store.read("one")).rejects.toMatchObject({ code: "store_unreachable", retryable: true });
	}
});

test("a Redis that is killed is `store_unreachable` at once; when it is back, so are its sessions, and nobody did anything", async () => {
	const [one, other] = openTwo();
	await one.insert(session, now);
	await server.kill();
	for (const store of [one, other, one]) {
		await expect(store.read("one")).rejects.toMatchObject({ code: "store_unreachable", action: "retry", retryable: true });
	}
	await server.start();
	expect(await one.read("one")).toEqual(session);
	expect(await other.replace({ ...session, version: 2 }, now)).toBe(true);
});

test("a Redis that stands still is given up after the time-out, by all who wait, and is found again", async () => {
	const prefix = `test-${++count}:`;
	const store = redis(server.url, { prefix, timeout: 700 });
	opened.push(store);
	await store.insert(session, now);
	server.pause();
	try {
		const waiting = await Promise.allSettled(Array.from({ length: 20 }, () => store.read("one")));
		expect(new Set(waiting.map((one) => one.status === "rejected" && one.reason.code))).toEqual(new Set(["store_unreachable"]));
	} finally {
		server.resume();
	}
	expect(await store.read("one")).toEqual(session);
});

test("a Redis without room refuses, and what is there can still be read", async () => {
	const [store] = openTwo();
	await store.insert(session, now);
	const client = await createClient({ url: server.url }).connect();
	await client.configSet("maxmemory", "1");
	try {
		await expect(store.claim("state", 60_000)).rejects.toThrow("Redis refuses the sessions' commands (OOM).");
		expect(await store.read("one")).toEqual(session);
	} finally {
		await client.configSet("maxmemory", "0");
		client.destroy();
	}
	expect(await store.claim("state", 60_000)).toBe(true);
});

test("a user who may do no more than the manual says can do all that is needed", async () => {
	const manual = readFileSync(resolve(import.meta.dirname, "../../../../../docs/sessions.md"), "utf8");
	const rights = /`ACL SETUSER portal on >… (.+?)`/.exec(manual)?.[1]?.split(" ") ?? [];
	expect(rights.length).toBeGreaterThan(10);
	const client = await createClient({ url: server.url }).connect();
	await client.sendCommand(["ACL", "SETUSER", "portal", "on", ">canary", ...rights]);
	const address = server.url.replace("redis://", "redis://portal:canary@");
	const store = redis(address);
	opened.push(store);
	try {
		await store.insert(session, now);
		await store.touch("one", now + 1, now);
		expect(await store.replace({ ...session, version: 2 }, now)).toBe(true);
		expect(await store.find({ sub: "alice" })).toHaveLength(1);
		expect(await store.replace({ ...session, version: 3, ended: "signed_out" }, now)).toBe(true);
		expect(await store.claim("state", 60_000)).toBe(true);
		const lease = await store.lease("one", 60_000);
		expect(await lease?.renew()).toBe(true);
		await lease?.release();
		await expect(redis(address, { prefix: "others:" }).read("one")).rejects.toThrow("Redis refuses the sessions' commands (NOPERM).");
	} finally {
		await client.sendCommand(["ACL", "DELUSER", "portal"]);
		client.destroy();
	}
});

test("a wrong password is told by Redis' own word and shows no password, and the right one from a function is taken when it changes", async () => {
	const client = await createClient({ url: server.url }).connect();
	await client.configSet("requirepass", "canary-right");
	let password = "canary-wrong";
	const store = redis(() => server.url.replace("redis://", `redis://:${password}@`), { prefix: "secret:" });
	opened.push(store);
	try {
		const failure = await store.read("one").catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(AuthError);
		expect((failure as AuthError).message).toBe("Redis refuses the sessions' commands (WRONGPASS).");
		expect(JSON.stringify([failure, String(failure), (failure as AuthError).stack])).not.toContain("canary");
		password = "canary-right";
		expect(await store.read("one")).toBeUndefined();
	} finally {
		await client.configSet("requirepass", "");
		client.destroy();
	}
});

test("wrong options are refused at once, all in one, with the nearest right word and without the address", () => {
	const refusal = (...parameters: readonly unknown[]) => {
		try {
			redis(...(parameters as Parameters<typeof redis>));
		} catch (error) {
			return error as AuthError;
		}
		throw new Error("nothing was refused");
	};
	expect(refusal("http://:canary@redis:6379").code).toBe("invalid_option");
	expect(refusal("http://:canary@redis:6379").message).toBe(
		"redis() takes an address such as redis://127.0.0.1:6379, a function that gives it, or a client of `@redis/client`.",
	);
	for (const wrong of [undefined, null, "", 6379, {}, { url: server.url }, "redis://localhost/name", "redis://local host"])
		expect(refusal(wrong).code).toBe("invalid_option");
	expect(refusal("redis://localhost", { keyPrefix: "a" }).message).toContain("Did you mean `prefix`?");
	expect(refusal("redis://localhost", { prefix: "", timeout: 1 }).message.split("\n")).toHaveLength(2);
	expect(() => redis("rediss://user:password@redis.acme.test:6380/1")).not.toThrow();
});

test("where `@redis/client` is not installed, one sentence says what to do", async () => {
	vi.resetModules();
	vi.doMock("@redis/client", () => {
		throw new Error("Cannot find package");
	});
	try {
		const { redis: without } = await import("./redis.ts");
		await expect(without("redis://127.0.0.1:1").read("one")).rejects.toMatchObject({
			code: "invalid_option",
			message: "redis() needs the package `@redis/client`: npm install @redis/client",
		});
	} finally {
		vi.doUnmock("@redis/client");
	}
});

test("an address that a function gives is checked when it is needed", async () => {
	await expect(redis(() => "canary").read("one")).rejects.toMatchObject({ code: "invalid_option" });
	await expect(redis(() => "canary").read("one")).rejects.not.toThrow("canary");
});
