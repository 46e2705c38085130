import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterEach, expect, test, vi } from "vitest";
import { scratchFolder } from "../../../test/process.ts";
import { redisServer } from "../../../test/redis.ts";
import { findRedis, redisAnswers } from "./redis.ts";
import { openRedis } from "./redis-child.ts";

afterEach(() => vi.unstubAllEnvs());

test("Redis is the one that is named, else the first in the PATH that can be started, under either name, else none", () => {
	using folder = scratchFolder();
	for (const [name, program] of [
		["a", "redis-server"],
		["b", "valkey-server"],
		["c", "redis-server"],
	] as const) {
		mkdirSync(join(folder.path, name));
		chmodSync(folder.write(join(name, program), ""), name === "a" ? 0o644 : 0o755);
	}
	const path = ["a", "b", "c"].map((name) => join(folder.path, name)).join(":");
	expect(findRedis({ PATH: path })).toBe(join(folder.path, "b", "valkey-server"));
	expect(findRedis({ PATH: path, REDIS_SERVER: "/opt/redis" })).toBe("/opt/redis");
	expect(findRedis({ PATH: join(folder.path, "a") })).toBeUndefined();
	expect(findRedis({})).toBeUndefined();
});

test("the company's Redis is started, comes back when it is killed, and ends when it is asked to", async () => {
	using folder = scratchFolder();
	vi.stubEnv("REDIS_SERVER", await redisServer());
	const lines: string[] = [];
	const again = Promise.withResolvers<void>();
	const { url = "", child } = await openRedis(folder.path, (line) => {
		lines.push(line);
		if (lines.length === 3) again.resolve();
	});
	const port = Number(new URL(url).port);
	const client = await createClient({ url })
		.on("error", () => undefined)
		.connect();
	await client.set("kept", "yes");
	process.kill(Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1]), "SIGKILL");
	await again.promise;
	expect(lines).toEqual([`listens at ${url}`, expect.stringContaining("ended with SIGKILL"), `listens at ${url}`]);
	expect(await client.get("kept")).toBe("yes");
	client.destroy();
	await child?.stop();
	expect(await redisAnswers(port)).toBe(false);
	expect(await child?.ended).toBe(0);
});

test("without one, or with one that does not start, the company says that sessions are kept in memory", async () => {
	using folder = scratchFolder();
	vi.stubEnv("REDIS_SERVER", "");
	vi.stubEnv("PATH", folder.path);
	const lines: string[] = [];
	expect(await openRedis(folder.path, (line) => lines.push(line))).toEqual({});
	vi.stubEnv("REDIS_SERVER", folder.write("broken", "no program"));
	expect(await openRedis(folder.path, (line) => lines.push(line))).toEqual({});
	expect(lines[0]).toBe(
		"There is no redis-server in the PATH, and REDIS_SERVER names none: sessions are kept in memory, and end with the program that keeps them.",
	);
	expect(lines.at(-1)).toContain("cannot be started: sessions are kept in memory");
	vi.stubEnv("COMPANY_REDIS", "redis://127.0.0.1:1");
	expect(await openRedis(folder.path, (line) => lines.push(line))).toEqual({ url: "redis://127.0.0.1:1" });
});
