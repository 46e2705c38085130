import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeExact, encode } from "./encoding.ts";

test("what was encoded decodes to the same bytes", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
			expect(decodeExact(encode(bytes))).toEqual(Buffer.from(bytes));
		}),
	);
});

test("TK-18 of all the texts that Node decodes to the same bytes, one is accepted", () => {
	for (const bytes of [Buffer.of(1), Buffer.of(1, 2), Buffer.of(251, 255, 190), Buffer.from("a longer value")]) {
		const text = encode(bytes);
		expect(decodeExact(text)).toEqual(bytes);
		const others = [
			`${text}=`,
			`${text}==`,
			`${text} `,
			` ${text}`,
			`${text}\n`,
			`${text}\r\n`,
			`${text}!`,
			`${text}\0`,
			`${text.slice(0, 1)} ${text.slice(1)}`,
			`${text.slice(0, 1)}\t${text.slice(1)}`,
			bytes.toString("base64"),
		].filter((other) => other !== text);
		for (const other of others) expect(decodeExact(other), JSON.stringify(other)).toBeUndefined();
	}
	// The last character of a value whose length is no multiple of three carries bits that no byte has.
	expect(decodeExact("AQ")).toEqual(Buffer.of(1));
	for (const last of "RSTUVWXYZabcdef") {
		expect(Buffer.from(`A${last}`, "base64url")).toEqual(Buffer.of(1));
		expect(decodeExact(`A${last}`)).toBeUndefined();
	}
	expect(decodeExact("-_-_")).toEqual(Buffer.of(251, 255, 191));
	expect(decodeExact("+/+/")).toBeUndefined();
});

test("any change of one character is another value or none", () => {
	const text = encode(Buffer.from("sixteen bytes...x"));
	fc.assert(
		fc.property(fc.nat(text.length - 1), fc.string({ unit: "binary", minLength: 0, maxLength: 2 }), (at, insert) => {
			const other = text.slice(0, at) + insert + text.slice(at + 1);
			const decoded = decodeExact(other);
			expect(decoded === undefined || other === text || encode(decoded) !== text).toBe(true);
		}),
	);
});
