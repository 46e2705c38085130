import crypto from "node:crypto";
import type { Random } from "./tokens.ts";
import { uuidFromBytes } from "./uuid.ts";

/** One call for 8 KiB costs as much as one for 32 bytes. */
const poolSize = 8192;

/** The counter of an id has twelve bits; it begins in the lower half, so that a millisecond has room for 2048 ids at least. */
const counterEnd = 0x1000;
const counterStart = 0x07ff;

/**
 * Chance from the system, taken in pools.
 *
 * @param source where the bytes come from; tests hand in their own
 * @example const random = createRandom(); random.bytes(16); random.id(Date.now());
 */
export function createRandom(source: (length: number) => Uint8Array = crypto.randomBytes): Random {
	let pool: Uint8Array = new Uint8Array(0);
	let taken = 0;

	function bytes(length: number): Uint8Array {
		if (length > poolSize / 4) return Uint8Array.from(source(length));
		if (taken + length > pool.length) {
			pool = source(poolSize);
			taken = 0;
		}
		// Copied and wiped: no caller holds memory of another, and what was given out is in the process once.
		const copy = new Uint8Array(length);
		copy.set(pool.subarray(taken, taken + length));
		pool.fill(0, taken, taken + length);
		taken += length;
		return copy;
	}

	let time = 0;
	let counter = 0;

	/** RFC 9562 §6.2, method 1: a counter in the highest random bits; a clock that steps back is ignored. */
	function id(now: number): string {
		const made = bytes(16);
		const seed = (((made[6] ?? 0) << 8) | (made[7] ?? 0)) & counterStart;
		const instant = Math.floor(now);
		if (instant > time) {
			time = instant;
			counter = seed;
		} else if (++counter === counterEnd) {
			time++;
			counter = seed;
		}
		const out = Buffer.from(made.buffer, made.byteOffset, made.length);
		out.writeUIntBE(time, 0, 6);
		out.writeUInt16BE(0x7000 | counter, 6);
		out[8] = 0x80 | ((out[8] ?? 0) & 0x3f);
		return uuidFromBytes(out);
	}

	return Object.freeze({ bytes, id });
}
