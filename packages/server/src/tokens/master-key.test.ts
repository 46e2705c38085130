import crypto from "node:crypto";
import { expect, test } from "vitest";
import { createMasterKeys, generateMasterKey } from "./master-key.ts";
import { createRandom } from "./random.ts";

const bytes = Buffer.from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "hex");
const other = Buffer.alloc(32, 7);

test("hex, base64url, base64 and raw bytes spell the same key, with a line end or without", () => {
	const spellings = [
		bytes.toString("hex"),
		bytes.toString("hex").toUpperCase(),
		bytes.toString("base64url"),
		bytes.toString("base64"),
		`${bytes.toString("base64")}\n`,
		Buffer.from(`${bytes.toString("base64url")}\r\n`),
		bytes,
		Uint8Array.from(bytes),
	];
	expect(new Set(spellings.map((spelling) => createMasterKeys([spelling]).newest)).size).toBe(1);
});

test("what is derived never changes from release to release: stored values depend on it", () => {
	const keys = createMasterKeys([bytes]);
	expect(keys.newest).toBe(2_467_489_764);
	expect(keys.check).toBe("s_JQ0J0k4x-WnrItrMVEIA7SOhqNWlBN2yOe758mN68");
	expect(keys.derive(keys.newest, "form", "https://auth.example")?.export().toString("base64url")).toBe(
		"OVUXqa5hMds7AinZd7V4dCXMfQvHb273I8kWQCBy-x4",
	);
});

test("a list may be reordered: versions follow from the keys", () => {
	const [a, b] = [createMasterKeys([bytes, other]), createMasterKeys([other, bytes])];
	expect(a.versions).toEqual([...b.versions].reverse());
	expect(a.newest).toBe(b.versions[1]);
	const derive = (keys: typeof a) => keys.derive(a.newest, "refresh", "issuer")?.export();
	expect(derive(a)).toEqual(derive(b));
});

test("each version, purpose and info has a key of its own; a version that is not listed has none", () => {
	const keys = createMasterKeys([bytes, other]);
	const derived = keys.versions.flatMap((version) =>
		[
			["a", "b"],
			["b", "a"],
			["a b", ""],
			["", "a b"],
			["a", "b "],
		].map(([purpose = "", info = ""]) => keys.derive(version, purpose, info)?.export().toString("hex")),
	);
	expect(new Set(derived).size).toBe(10);
	expect(keys.derive(12345, "a", "b")).toBeUndefined();
	expect(keys.derive(keys.newest, "a", "b")).toBe(keys.derive(keys.newest, "a", "b"));
});

test("the check value knows each listed key again, and no other", () => {
	const old = createMasterKeys([other]);
	expect(createMasterKeys([bytes, other]).recognises(old.check)).toBe(true);
	expect(createMasterKeys([bytes]).recognises(old.check)).toBe(false);
	expect(createMasterKeys([bytes]).recognises("")).toBe(false);
});

test("a bad key is refused with a sentence that does not repeat it", () => {
	const cases: readonly (readonly [readonly (string | Uint8Array)[], RegExp])[] = [
		[[], /there is no master key/],
		[[""], /has 0 bytes/],
		[["secret"], /the master key (has|is unreadable)/],
		[[bytes.toString("hex").slice(2)], /has 31 bytes/],
		[[bytes.toString("hex").slice(1)], /unreadable/],
		[[bytes.toString("base64url").slice(0, -1)], /has 31 bytes|unreadable/],
		[["correct horse battery staple, and some more words"], /unreadable/],
		[[crypto.randomBytes(31)], /has 31 bytes|unreadable/],
		[[bytes, "short"], /master key 2 of the list/],
		[[bytes, bytes.toString("hex")], /is there twice/],
	];
	for (const [list, message] of cases) {
		expect(() => createMasterKeys(list), String(list)).toThrow(message);
		for (const entry of list) {
			if (typeof entry !== "string" || entry.length < 6) continue;
			expect(() => createMasterKeys(list)).not.toThrow(entry);
		}
	}
});

test("a generated key is read again and is never the same twice", () => {
	const random = createRandom();
	const [a, b] = [generateMasterKey(random), generateMasterKey(random)];
	expect(createMasterKeys([a, b]).versions).toHaveLength(2);
	expect(a).toMatch(/^[\w-]{43}$/);
});
