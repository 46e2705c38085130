import { type Digest, webDigest } from "../core/digest.ts";

/** What a client takes of the platform that it runs on. Each edition hands its own; tests own the clocks. */
export interface World {
	readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
	/** Milliseconds of a clock that never jumps, and may stand still while the machine sleeps. */
	readonly steady: () => number;
	/** Milliseconds since 1970, as the machine believes; it may be hours off and may jump. */
	readonly wall: () => number;
	readonly sleep: (ms: number) => Promise<void>;
	readonly randomBytes: (length: number) => Uint8Array;
	readonly digest: Digest;
}

/** A platform with fetch and Web Crypto: Node, browsers, web views. */
export const platform: World = {
	fetch: (url, init) => globalThis.fetch(url, init),
	steady: () => performance.now(),
	wall: () => Date.now(),
	sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
	randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
	digest: webDigest,
};
