import type { Digest } from "../../core/digest.ts";

/** What the vault takes of the world around it. */
export interface World {
	readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
	/** Milliseconds of a clock that never jumps, and may stand still while the machine sleeps. */
	readonly steady: () => number;
	/** Milliseconds since 1970, as the machine believes; it may be hours off and may jump. */
	readonly wall: () => number;
	readonly sleep: (ms: number) => Promise<void>;
	readonly digest: Digest;
}

/** The platform's. A hash is handed in: the page has one too. */
export const worldWith = (digest: Digest): World => ({
	fetch: (url, init) => fetch(url, init),
	steady: () => performance.now(),
	wall: () => Date.now(),
	sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
	digest,
});
