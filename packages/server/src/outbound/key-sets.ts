import type { PublicJwk } from "@gatehouse/protocol";
import { type Client, whyNoKeySet } from "../model/index.ts";
import { type Outbound, OutboundFailure } from "./outbound.ts";

/**
 * The public keys of a client: those of its metadata, or those that it publishes at its `jwks_uri`.
 *
 * @param kid of what it signed: an unknown one has its keys read again (OpenID Connect Core §10.1.1), not more than once in a while
 * @param now epoch milliseconds
 * @returns all its keys, none when it has none
 * @throws OutboundFailure when they cannot be had: its text is for the log
 */
export type KeysOf = (client: Client, kid: string | undefined, now: number) => Promise<readonly PublicJwk[]>;

/** What was read, and when it was asked for: instants in epoch milliseconds. */
interface KeySet {
	readonly uri: string;
	keys?: readonly PublicJwk[];
	readAt: number;
	/** When a key was missing last. */
	missedAt: number;
	failure?: OutboundFailure;
	failedAt: number;
	pending?: Promise<readonly PublicJwk[]>;
}

const freshFor = 5 * 60_000;
/** Keys that were read are believed for so long where they cannot be read again. */
const believedFor = 60 * 60_000;
/** An unknown `kid` costs its client one look in so long, and a failure is not repeated sooner than that. */
const missEvery = 30_000;
const failEvery = 10_000;
const limits = { accept: "application/jwk-set+json, application/json", timeout: 3_000, maxBytes: 64 * 1024 };

/** As many clients' keys are remembered; the one that was read the longest ago is forgotten. */
const remembered = 500;

/**
 * Keeps the key sets of clients. An unknown `kid` reads them again at once, whenever they were read for another reason; a
 * second one within 30 seconds does not.
 *
 * @example const keysOf = createKeySets({ outbound }); await keysOf(client, header.kid, now);
 */
export function createKeySets({ outbound }: { readonly outbound: Pick<Outbound, "get"> }): KeysOf {
	// Whoever registered itself, and another, and another, makes nobody's keys forgotten but its own kind's.
	const known = new Map<string, KeySet>();
	const strangers = new Map<string, KeySet>();

	return async (client, kid, now) => {
		if (client.jwks) return client.jwks.keys;
		if (client.jwksUri === undefined) return [];
		const set = setOf(client.registeredItself ? strangers : known, client.id, client.jwksUri);
		const fresh = set.keys !== undefined && now - set.readAt < freshFor;
		const hasIt = kid === undefined || (set.keys?.some((key) => key.kid === kid) ?? false);
		if (fresh && hasIt) return set.keys ?? [];
		if (fresh && now - set.missedAt < missEvery) return set.keys ?? [];
		if (!hasIt && set.keys !== undefined) set.missedAt = now;
		try {
			return await read(set, client.registeredItself, now);
		} catch (error) {
			if (set.keys !== undefined && now - set.readAt < believedFor) return set.keys;
			throw error;
		}
	};

	function setOf(sets: Map<string, KeySet>, id: string, uri: string): KeySet {
		const before = sets.get(id);
		if (before?.uri === uri) return before;
		const never = Number.NEGATIVE_INFINITY;
		const set: KeySet = { uri, readAt: never, missedAt: never, failedAt: never };
		sets.delete(id);
		const [oldest] = sets.keys();
		if (sets.size >= remembered && oldest !== undefined) sets.delete(oldest);
		sets.set(id, set);
		return set;
	}

	/** One reader for all who wait. */
	function read(set: KeySet, stranger: boolean, now: number): Promise<readonly PublicJwk[]> {
		if (set.failure && now - set.failedAt < failEvery) throw set.failure;
		set.pending ??= fetchKeys(set.uri, stranger)
			.then((keys) => {
				Object.assign(set, { keys, readAt: now, failure: undefined });
				return keys;
			})
			.catch((error: OutboundFailure) => {
				Object.assign(set, { failure: error, failedAt: now });
				throw error;
			})
			.finally(() => {
				delete set.pending;
			});
		return set.pending;
	}

	async function fetchKeys(uri: string, stranger: boolean): Promise<readonly PublicJwk[]> {
		const { status, body } = await outbound.get(uri, { ...limits, stranger });
		if (status !== 200) throw new OutboundFailure("failed", `answers ${status}, not with a JWK set`);
		const keys = keysIn(body);
		if (keys === undefined) throw new OutboundFailure("failed", "answers with something that is no JWK set");
		const reason = whyNoKeySet({ keys });
		if (reason !== undefined) throw new OutboundFailure("failed", reason);
		return keys;
	}
}

function keysIn(body: Uint8Array): readonly PublicJwk[] | undefined {
	try {
		const set = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as { readonly keys?: unknown } | null;
		const keys = set?.keys;
		return Array.isArray(keys) && keys.every((key) => typeof key?.kty === "string") ? keys : undefined;
	} catch {
		return undefined;
	}
}
