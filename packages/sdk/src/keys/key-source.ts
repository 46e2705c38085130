import type { Algorithm } from "./algorithms.ts";
import { discoverKeysUrl } from "./discovery.ts";
import { type Fetch, fetchJson } from "./fetch-json.ts";
import { type Key, type KeySet, readKeySet } from "./key-set.ts";
import { KeysFault } from "./keys-fault.ts";
import { maxAgeOf } from "./max-age.ts";
import { withinTime } from "./within-time.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** One refresh, discovery and keys together, takes no longer. */
const timeout = 5 * second;
/** Between two refetches for unknown key ids, and after a refresh that failed. */
const coolDown = 30 * second;
/** How long the last good set serves while the issuer gives no better one. */
const trust = 24 * hour;
/** How far past its freshness a set serves at once when nobody asked meanwhile: an API that slept first looks for removed keys. */
const sleep = 5 * minute;
/** How many tokens may wait for a refresh at once; more are answered without waiting. */
const maxWaiting = 1000;

export interface KeySourceSettings {
	readonly issuer: string;
	readonly fetch: Fetch;
	/** Milliseconds of a clock that never jumps. */
	readonly monotonic: () => number;
	/** Told once about each fault. */
	readonly onFault: (fault: KeysFault) => void;
}

/**
 * A key; or that there is none like it among the issuer's, or none at all. Then `cause` is why the last refresh failed, if it did, and
 * `retryAfter` in how many seconds the next may begin.
 */
export type Found =
	| { readonly key: Key }
	| {
			readonly key?: undefined;
			readonly lacking: "this key" | "all keys";
			readonly retryAfter: number;
			readonly cause: KeysFault | undefined;
	  };

/**
 * The keys of one issuer: found by discovery at the first token, refreshed when tokens come and `max-age` is over. At most one refresh is
 * under way, known keys never wait for it (but after `sleep`), and a failed one leaves the last good set in place for up to 24 hours.
 */
export class KeySource {
	readonly #settings: KeySourceSettings;
	#set: KeySet | undefined;
	#keysUrl: string | undefined;
	#fetchedAt = 0;
	#staleAt = 0;
	/** When the last refresh ended, well or not. */
	#settledAt = 0;
	/** No refresh begins earlier. */
	#pausedUntil = Number.NEGATIVE_INFINITY;
	/** No refresh for an unknown key id begins earlier. */
	#missesPausedUntil = Number.NEGATIVE_INFINITY;
	#failures = 0;
	#fault: KeysFault | undefined;
	#waiting = 0;
	#refreshing: Promise<void> | undefined;

	constructor(settings: KeySourceSettings) {
		this.#settings = settings;
	}

	/** The keys to trust right now, or nothing while there are none: then `find` waits for them. Starts a refresh when one is due. */
	current(): KeySet | undefined {
		const now = this.#settings.monotonic();
		if (this.#set === undefined || now >= this.#fetchedAt + trust) return undefined;
		if (now < this.#staleAt) return this.#set;
		if (now >= Math.max(this.#staleAt, this.#settledAt) + sleep) return undefined;
		void this.#refresh();
		return this.#set;
	}

	/** Looks for a key that `current` did not offer, waiting for at most one refresh. Never rejects. */
	async find(kid: string | undefined, alg: Algorithm): Promise<Found> {
		const slept = this.current() === undefined;
		if (slept || this.#mayRefetch(kid, alg)) await this.#wait();
		const set = this.#trusted();
		if (set === undefined) return this.#lacking("all keys");
		const key = set.find(kid, alg);
		if (key !== undefined) return { key };
		// What this token waited for has settled the question for a while.
		if (slept) this.#missesPausedUntil = this.#settings.monotonic() + coolDown;
		return this.#lacking("this key");
	}

	#lacking(lacking: "this key" | "all keys"): Found {
		const seconds = Math.ceil((this.#pausedUntil - this.#settings.monotonic()) / second);
		return { lacking, retryAfter: Math.max(1, seconds), cause: this.#fault };
	}

	/** For an unknown key id: joining a refresh is free, beginning one is allowed once per cool-down. */
	#mayRefetch(kid: string | undefined, alg: Algorithm): boolean {
		const now = this.#settings.monotonic();
		if (!this.#set?.lacks(kid, alg) || (this.#refreshing === undefined && now < this.#missesPausedUntil)) return false;
		this.#missesPausedUntil = now + coolDown;
		return true;
	}

	#trusted(): KeySet | undefined {
		return this.#settings.monotonic() < this.#fetchedAt + trust ? this.#set : undefined;
	}

	async #wait(): Promise<void> {
		if (this.#waiting >= maxWaiting) return;
		this.#waiting++;
		await this.#refresh();
		this.#waiting--;
	}

	/** Joins the refresh under way, or begins one unless the last failed just now. */
	#refresh(): Promise<void> {
		if (this.#refreshing !== undefined) return this.#refreshing;
		if (this.#settings.monotonic() < this.#pausedUntil) return Promise.resolve();
		this.#refreshing = this.#load().finally(() => {
			this.#refreshing = undefined;
		});
		return this.#refreshing;
	}

	async #load(): Promise<void> {
		const begun = this.#settings.monotonic();
		try {
			const { set, maxAge } = await withinTime(timeout, (signal) => this.#fetchKeys(signal));
			this.#set = set;
			this.#fetchedAt = begun;
			this.#staleAt = begun + maxAge;
			this.#failures = 0;
			this.#fault = undefined;
			this.#settledAt = this.#settings.monotonic();
		} catch (error) {
			this.#keysUrl = undefined;
			this.#settledAt = this.#settings.monotonic();
			// Without any keys nothing works, so the first attempts follow each other quickly: 1, 2, 4, 8, 16, 30 seconds.
			const pause = this.#trusted() === undefined ? Math.min(coolDown, second * 2 ** this.#failures++) : coolDown;
			this.#pausedUntil = this.#settledAt + pause;
			this.#report(error instanceof KeysFault ? error : new KeysFault("issuer_unreachable", messageOf(error), { cause: error }));
		}
	}

	async #fetchKeys(signal: AbortSignal): Promise<{ readonly set: KeySet; readonly maxAge: number }> {
		const { issuer, fetch } = this.#settings;
		this.#keysUrl ??= await discoverKeysUrl(issuer, fetch, signal);
		const { document, cacheControl } = await fetchJson(fetch, this.#keysUrl, signal);
		return { set: readKeySet(document, this.#set?.keys), maxAge: maxAgeOf(cacheControl) };
	}

	/** Tells each fault once, not at every attempt. */
	#report(fault: KeysFault): void {
		const told = fault.message === this.#fault?.message;
		this.#fault = fault;
		if (told) return;
		try {
			this.#settings.onFault(fault);
		} catch {
			// A listener that fails must not take the keys down with it.
		}
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : "The keys of the issuer could not be fetched.";
}
