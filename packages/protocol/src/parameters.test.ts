import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OAuthError } from "./errors.ts";
import { formatParameters, parseParameters } from "./parameters.ts";

const valuesOf = (text: string) => Object.fromEntries(parseParameters(text).values);

describe("parsing application/x-www-form-urlencoded (RFC 6749 Appendix B)", () => {
	test.each([
		["a=b", { a: "b" }],
		["a=b&c=d", { a: "b", c: "d" }],
		["a=b+c%20d", { a: "b c d" }],
		["a=%2B%26%3D%25", { a: "+&=%" }],
		["a=b=c", { a: "b=c" }],
		["%61+b=c", { "a b": "c" }],
		["a=%E2%82%AC", { a: "€" }],
		["a=€", { a: "€" }],
		["&&a=b&", { a: "b" }],
		["=b&c=d", { "": "b", c: "d" }],
		["a=b?c#d;e/f", { a: "b?c#d;e/f" }],
		["__proto__=x&constructor=y", { ["__proto__"]: "x", constructor: "y" }],
	])("%s", (text, values) => {
		expect(parseParameters(text).values).toEqual(new Map(Object.entries(values)));
	});

	test("a parameter without a value counts as absent (RFC 6749 §3.1)", () => {
		for (const text of ["a", "a=", "a=&b", "", "&"]) expect(valuesOf(text)).toEqual({});
	});

	test("AZ-10 one that comes twice is remembered, with or without a value, and however it is spelt", () => {
		for (const text of ["a=1&a=1", "a=1&a=2", "a=&a=1", "a=1&a", "a&a", "a=1&%61=1"]) {
			expect([...parseParameters(text).repeated], text).toEqual(["a"]);
		}
		expect([...parseParameters("a=1&A=1&a+=1").repeated]).toEqual([]);
		expect(valuesOf("a=1&a=2")).toEqual({ a: "1" });
	});

	test("`resource` may repeat (RFC 8707 §2); in our own forms another name may", () => {
		const parsed = parseParameters("resource=a&x=1&resource=&resource=b");
		expect(parsed.resources).toEqual(["a", "b"]);
		expect([...parsed.repeated]).toEqual([]);
		expect(parsed.values.has("resource")).toBe(false);
		const form = parseParameters("scope=a&scope=b&resource=a&resource=b", ["scope"]);
		expect(form.lists.get("scope")).toEqual(["a", "b"]);
		expect([...form.repeated]).toEqual(["resource"]);
	});

	test.each(["a=%", "a=%z", "%=1", "a=%c3%28", "a=%ed%a0%80", "a=%ff", "a=1&b=%u0041"])("%s is refused: no escape, or no UTF-8", (text) => {
		expect(() => parseParameters(text)).toThrow(OAuthError);
		expect(() => parseParameters(text)).toThrow(/UTF-8/);
	});

	test("PG-10 at most 200 fields, empty ones aside", () => {
		const fields = (count: number) => Array.from({ length: count }, (_, i) => `x${i}=1`).join("&");
		expect(parseParameters(fields(200)).values.size).toBe(200);
		expect(parseParameters(`${fields(200)}${"&".repeat(1000)}`).values.size).toBe(200);
		expect(() => parseParameters(fields(201))).toThrow(/200/);
	});
});

describe("formatting", () => {
	const text = fc.string({ unit: "grapheme", minLength: 1 });

	test("I19 what was formatted parses to the same, and formatting is its own canonical form", () => {
		fc.assert(
			fc.property(fc.dictionary(text, text, { maxKeys: 20 }), fc.array(text, { maxLength: 10 }), (fields, resources) => {
				const { resource: _own, ...values } = fields;
				const formatted = formatParameters(Object.entries(values), resources);
				const parsed = parseParameters(formatted);
				expect(parsed.values).toEqual(new Map(Object.entries(values)));
				expect(parsed.resources).toEqual(resources);
				expect(formatParameters(parsed.values, parsed.resources)).toBe(formatted);
			}),
		);
	});

	test("it is printable ASCII without blanks, whatever stands in it (PG-05)", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), (value) => {
				expect(formatParameters([[value, value]])).toMatch(/^[\x21-\x7e]*$/);
			}),
		);
		expect(formatParameters([["a", "\ud800"]])).toBe("a=%EF%BF%BD");
		expect(formatParameters([["a b", "c\r\nd"]], ["é"])).toBe("a+b=c%0D%0Ad&resource=%C3%A9");
	});
});
