import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { names } from "./parties.ts";

/** True when nothing listens on `port` of this machine's loopback. */
export async function isFree(port: number): Promise<boolean> {
	const server = createServer().listen(port, "127.0.0.1");
	try {
		await once(server, "listening");
	} catch {
		return false;
	}
	server.close();
	await once(server, "close");
	return true;
}

/** A port that nothing listens on, away from those that systems give out by themselves. */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(10_000, 30_000);
		if (await isFree(port)) return port;
	}
}

/** A first port with room for the whole company, away from those that systems give out by themselves. */
export async function freeBase(): Promise<number> {
	for (;;) {
		const base = randomInt(10_000, 30_000);
		const free = await Promise.all(names.map((_, index) => isFree(base + index)));
		if (free.every(Boolean)) return base;
	}
}
