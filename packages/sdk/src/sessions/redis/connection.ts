import { AuthError } from "../../client/auth-error.ts";
import type { Secret } from "../../client/client-auth/index.ts";
import { within } from "../within.ts";

/** What is needed of a client of Redis: one of `@redis/client` or `redis`, from version 5 on, has it. */
export interface RedisClient {
	readonly sendCommand: (command: string[]) => Promise<unknown>;
}

/** A way to Redis on which a command is answered, or rejects with `store_unreachable`, in a bounded time. */
export interface Connection {
	readonly run: (command: string[]) => Promise<unknown>;
	readonly close: () => Promise<void>;
}

/** Over a client that the app opens and closes itself. */
export const theirs = (client: RedisClient, timeout: number): Connection => ({
	run: (command) => within(timeout, client.sendCommand(command)).catch(unreachable),
	close: async () => undefined,
});

interface OwnClient extends RedisClient {
	readonly destroy: () => void;
}

/**
 * Opened when it is first needed. One that fails, or does not answer in time, is given up, and the next command opens another: so
 * nothing waits for a Redis that is away, and nothing has to be done when it is back.
 */
export function own(url: Secret, timeout: number): Connection {
	let opening: Promise<OwnClient> | undefined;
	// Loaded by now when the first command comes, whose time is for Redis.
	const library = load();
	library.catch(() => undefined);

	function forget(one: Promise<OwnClient>): void {
		if (opening === one) opening = undefined;
		one.then((client) => client.destroy()).catch(() => undefined);
	}

	function opened(): Promise<OwnClient> {
		if (opening) return opening;
		const one = open(url, library, timeout, () => forget(one));
		opening = one;
		one.catch(() => forget(one));
		return one;
	}

	return {
		async run(command) {
			const one = opened();
			try {
				return await within(
					timeout,
					one.then((client) => client.sendCommand(command)),
				);
			} catch (error) {
				// A Redis that has become a replica stays one on this connection (READONLY); all else that it says itself needs no other.
				if ([undefined, "READONLY"].includes(wordOf(error))) forget(one);
				return unreachable(error);
			}
		},
		async close() {
			if (opening) forget(opening);
		},
	};
}

const load = () =>
	import("@redis/client").catch((cause: unknown) => {
		throw new AuthError("invalid_option", "redis() needs the package `@redis/client`: npm install @redis/client", { cause });
	});

async function open(url: Secret, library: ReturnType<typeof load>, timeout: number, onFailure: () => void): Promise<OwnClient> {
	const address = typeof url === "function" ? await url() : url;
	if (!isRedisUrl(address)) throw new AuthError("invalid_option", "redis() takes an address such as redis://127.0.0.1:6379.");
	const { createClient } = await library;
	const client = createClient({ url: address, socket: { connectTimeout: timeout, reconnectStrategy: false }, disableOfflineQueue: true });
	client.on("error", onFailure);
	await client.connect();
	return client;
}

/** The path may be the number of a database. */
export const isRedisUrl = (value: unknown) =>
	typeof value === "string" && /^rediss?:\/\//.test(value) && /^\/?\d*$/.test(URL.parse(value)?.pathname ?? "none");

/** What Redis itself says begins with a word in capitals. It may go on with what was sent, so no more of it is told. */
const wordOf = (error: unknown) => (error instanceof Error ? /^[A-Z]{3,}(?= )/.exec(error.message)?.[0] : undefined);

function unreachable(error: unknown): never {
	if (error instanceof AuthError) throw error;
	const word = wordOf(error);
	if (word !== undefined) throw new AuthError("store_unreachable", `Redis refuses the sessions' commands (${word}).`);
	const reason = error instanceof Error && error.message !== "" ? error.message : "no connection";
	throw new AuthError("store_unreachable", `Redis cannot be reached (${reason}).`);
}
