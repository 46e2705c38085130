import { AuthError } from "../../client/auth-error.ts";
import type { Secret } from "../../client/client-auth/index.ts";
import type { OtherWords } from "../../core/nearest.ts";
import { optionFaults, type Rules } from "../../core/option-faults.ts";
import { type EndReason, remembered, type SessionStore, type StoredSession } from "../store.ts";
import { isRedisUrl, own, type RedisClient, theirs } from "./connection.ts";
import * as scripts from "./scripts.ts";

export interface RedisOptions {
	/** What all keys begin with. `gatehouse:` when absent. Apps that share a Redis may share it: no key of one is a key of another. */
	readonly prefix?: string;
	/** Milliseconds after which a command that is not answered is given up. 2000 when absent. */
	readonly timeout?: number;
}

const rules: Rules<RedisOptions> = {
	prefix: (value) => (typeof value === "string" && value !== "" ? undefined : "a text is expected"),
	timeout: (value) =>
		Number.isSafeInteger(value) && (value as number) >= 50 && (value as number) <= 10_000
			? undefined
			: "50 to 10000 milliseconds are expected",
};
const otherWords: OtherWords = { keyprefix: "prefix", commandtimeout: "timeout" };

const fields = ["version", "sub", "sid", "expiresAt", "idleUntil", "sealed", "ended"] as const satisfies readonly (keyof StoredSession)[];

/**
 * Keeps sessions in Redis 6.2 or newer, or in Valkey, for all replicas of an app. What is kept is encrypted, and ends by itself.
 *
 * @param where its address, or a function that gives it, because there may be a password in it; or a connected client of `@redis/client`
 * or `redis`, which stays yours: this neither opens nor closes it. Make that one with `disableOfflineQueue: true`, or what was given up is
 * done all the same, later
 * @throws AuthError `invalid_option` on an address or an option that is none; at the first use when `@redis/client` is not installed
 * @example const store = redis(env("REDIS_URL"));
 */
export function redis(where: Secret | RedisClient, options: RedisOptions = {}): SessionStore {
	const faults = [...optionFaults("redis", options, rules, [], otherWords)];
	if (typeof where === "object" ? typeof where?.sendCommand !== "function" : typeof where !== "function" && !isRedisUrl(where)) {
		// It is not shown: there may be a password in it.
		faults.unshift("redis() takes an address such as redis://127.0.0.1:6379, a function that gives it, or a client of `@redis/client`.");
	}
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));

	const { prefix = "gatehouse:", timeout = 2_000 } = options;
	const { run, close } = typeof where === "object" ? theirs(where, timeout) : own(where, timeout);
	const key = (kind: "session" | "sid" | "sub" | "claim" | "lease", name = "") => `${prefix}${kind}:${name}`;
	const script = (text: string, keys: readonly string[], values: readonly (string | number)[]) =>
		run(["EVAL", text, String(keys.length), ...keys, ...values.map(String)]);

	async function keep(session: StoredSession, replaced: number | "none", now: number): Promise<boolean> {
		const { id, sub, sid, expiresAt, idleUntil, ended } = session;
		const keys = [key("session", id), key("sub", sub), ...(sid === undefined ? [] : [key("sid", sid)])];
		const kept = idleUntil + remembered - now;
		const written = fields.flatMap((field) => (session[field] === undefined ? [] : [field, session[field]]));
		const state = ended === undefined ? "live" : "ended";
		const found = Math.max(kept, expiresAt + remembered - now);
		return (await script(scripts.keep, keys, [replaced, kept, found, id, key("session"), state, ...written])) === 1;
	}

	async function read(id: string): Promise<StoredSession | undefined> {
		const values = (await run(["HMGET", key("session", id), ...fields])) as readonly (string | null)[];
		const [version, sub, sid, expiresAt, idleUntil, sealed, ended] = values.map((value) => value ?? undefined);
		// Versions are compared as they are written: one that is written otherwise could be read and never replaced.
		if (version === undefined || String(Number(version)) !== version || sub === undefined || sealed === undefined) return undefined;
		const numbers = { version: Number(version), expiresAt: Number(expiresAt), idleUntil: Number(idleUntil) };
		return { id, ...numbers, sub, sid, sealed, ended: ended as EndReason | undefined };
	}

	return Object.freeze({
		insert: async (session, now) => void (await keep(session, "none", now)),
		read,
		replace: (session, now) => keep(session, session.version - 1, now),
		async touch(id, idleUntil, now) {
			await script(scripts.touch, [key("session", id)], [idleUntil, idleUntil + remembered - now]);
		},
		async find(by) {
			const ids = (await run(["SMEMBERS", "sid" in by ? key("sid", by.sid) : key("sub", by.sub)])) as Iterable<string>;
			const found = await Promise.all([...ids].map(read));
			return found.filter((session) => session !== undefined && session.ended === undefined) as StoredSession[];
		},
		claim: async (name, ms) => (await run(["SET", key("claim", name), "1", "NX", "PX", String(ms)])) !== null,
		async lease(name, ms) {
			const [place, holder] = [key("lease", name), crypto.randomUUID()];
			if ((await run(["SET", place, holder, "NX", "PX", String(ms)])) === null) return undefined;
			return {
				renew: async () => (await script(scripts.renew, [place], [holder, ms])) === 1,
				release: async () => void (await script(scripts.release, [place], [holder])),
			};
		},
		close,
	} satisfies SessionStore);
}
