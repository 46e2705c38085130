import { expect, test } from "vitest";
import { uuidFromBytes, uuidToBytes } from "./uuid.ts";

test("the example of RFC 9562 §4 survives the way to bytes and back", () => {
	const text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
	expect(uuidFromBytes(uuidToBytes(text))).toBe(text);
	expect(uuidToBytes(text)).toEqual(Buffer.from("f81d4fae7dec11d0a76500a0c91e6bf6", "hex"));
});

test("the text is read from the bytes that were meant, wherever they lie", () => {
	const wide = Buffer.concat([Buffer.alloc(3, 0xee), uuidToBytes("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), Buffer.alloc(5, 0xee)]);
	expect(uuidFromBytes(wide.subarray(3))).toBe("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
});

test("what is no UUID in lower case is refused", () => {
	for (const text of [
		"",
		"f81d4fae",
		"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
		"f81d4fae7dec11d0a76500a0c91e6bf6",
		"g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
	])
		expect(() => uuidToBytes(text), text).toThrow("not a UUID");
});
