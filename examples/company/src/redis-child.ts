import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import { freePort } from "./ports.ts";
import { findRedis } from "./redis.ts";

/** Where the apps keep their sessions: an address for `COMPANY_REDIS`, and the program, where one was started. */
export interface OpenRedis {
	readonly url?: string;
	readonly child?: Child;
}

/**
 * Opens a Redis for this company: the one that `COMPANY_REDIS` names, or a program of this machine, on a port of loopback that nobody else
 * needs to know. Where there is none, it says so, and the apps keep their sessions in memory.
 */
export async function openRedis(data: string, say: (line: string) => void): Promise<OpenRedis> {
	if (process.env.COMPANY_REDIS) return { url: process.env.COMPANY_REDIS };
	const inMemory = "sessions are kept in memory, and end with the program that keeps them.";
	const program = findRedis();
	if (program === undefined) {
		say(`There is no redis-server in the PATH, and REDIS_SERVER names none: ${inMemory}`);
		return {};
	}
	const url = `redis://127.0.0.1:${await freePort()}`;
	const ready = Promise.withResolvers<true>();
	const child = startChild([join(import.meta.dirname, "redis-server.ts"), program, url, join(data, "redis")], {}, (line) => {
		say(line);
		if (line.startsWith("listens at ")) ready.resolve(true);
	});
	if (await Promise.race([ready.promise, child.ended.then(() => false)])) return { url, child };
	say(`${program} cannot be started: ${inMemory}`);
	return {};
}
