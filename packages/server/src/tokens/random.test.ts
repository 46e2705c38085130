import crypto from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

test("bytes come in the order of the source, each of them once", () => {
	let next = 0;
	const random = createRandom((length) => Uint8Array.from({ length }, () => next++ & 0xff));
	const all = [...random.bytes(16), ...random.bytes(3), ...random.bytes(200)];
	expect(all).toEqual(Array.from({ length: 219 }, (_, i) => i & 0xff));
});

test("no caller holds memory of another, also across the end of a pool", () => {
	const random = createRandom();
	const taken = Array.from({ length: 2000 }, (_, i) => random.bytes(1 + (i % 40)));
	const copies = taken.map((bytes) => Uint8Array.from(bytes));
	expect(new Set(taken.map((bytes) => bytes.buffer)).size).toBe(taken.length);
	for (const [i, bytes] of taken.entries()) {
		expect(bytes).toEqual(copies[i]);
		bytes.fill(0);
	}
	expect(random.bytes(32)).not.toEqual(new Uint8Array(32));
});

test("what was given out is wiped from the pool", () => {
	let pool: Uint8Array | undefined;
	const random = createRandom((length) => {
		pool = crypto.randomBytes(length);
		return pool;
	});
	random.bytes(48);
	expect(pool?.subarray(0, 48)).toEqual(Buffer.alloc(48));
	expect(pool?.subarray(48, 96)).not.toEqual(Buffer.alloc(48));
});

test("D4 many callers of 16 bytes never get the same, and long values do not come from the pool", () => {
	const random = createRandom();
	const seen = new Set(Array.from({ length: 20_000 }, () => Buffer.from(random.bytes(16)).toString("hex")));
	expect(seen.size).toBe(20_000);
	expect(random.bytes(100_000)).toHaveLength(100_000);
});

test("an id is a UUIDv7 that tells its millisecond (RFC 9562 §5.7)", () => {
	const id = createRandom().id(0x017f22e279b0);
	expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("F-36 ids rise strictly, whatever the clock does", () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_005 }), { minLength: 2, maxLength: 300 }), (clock) => {
			const random = createRandom();
			const ids = clock.map((now) => random.id(now));
			expect(ids).toEqual([...new Set(ids)].sort());
		}),
	);
});

test("ids of one millisecond rise beyond the counter's twelve bits", () => {
	const random = createRandom();
	const ids = Array.from({ length: 20_000 }, () => random.id(1_700_000_000_000));
	expect(ids).toEqual([...new Set(ids)].sort());
});

test("two processes in the same millisecond make different ids", () => {
	const [a, b] = [createRandom(), createRandom()];
	const ids = Array.from({ length: 5000 }, () => [a.id(1_700_000_000_000), b.id(1_700_000_000_000)]).flat();
	expect(new Set(ids).size).toBe(10_000);
});
