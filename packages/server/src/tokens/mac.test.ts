import { expect, test } from "vitest";
import { createMacs } from "./mac.ts";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";

const issuer = "https://auth.example";
const macsOf = (keys: readonly number[], name = issuer) =>
	createMacs({ issuer: name, masterKeys: createMasterKeys(keys.map((byte) => Buffer.alloc(32, byte))), random: createRandom() });
const macs = macsOf([1]);
const now = Date.UTC(2026, 4, 1);
const day = 86_400_000;

test("LG-11 a form token is for one browser mark, one purpose and one session", () => {
	const token = macs.form("mark", "login", "session");
	expect(macs.isForm(token, "mark", "login", "session")).toBe(true);
	expect(macs.isForm(token, "other", "login", "session")).toBe(false);
	expect(macs.isForm(token, "mark", "consent", "session")).toBe(false);
	expect(macs.isForm(token, "mark", "login", "other")).toBe(false);
	expect(macs.isForm(token, "mark", "login", undefined)).toBe(false);
	expect(macs.isForm(token, "mar", "klogin", "session")).toBe(false);
	const before = macs.form("mark", "login", undefined);
	expect(macs.isForm(before, "mark", "login", undefined)).toBe(true);
	expect(macs.isForm(before, "mark", "login", "")).toBe(false);
	expect(macs.isForm(before, "mark", "login", "undefined")).toBe(false);
});

test("TK-18 TK-19 a form token has one spelling, one issuer, and the keys that are listed", () => {
	const token = macs.form("mark", "login", undefined);
	for (const other of ["", `${token}=`, `${token}\n`, token.slice(0, -1), `${token}A`, token.toLowerCase()])
		expect(macs.isForm(other, "mark", "login", undefined), other).toBe(false);
	expect(macsOf([1], "https://other.example").isForm(token, "mark", "login", undefined)).toBe(false);
	expect(macsOf([2]).isForm(token, "mark", "login", undefined)).toBe(false);
	expect(macsOf([2, 1]).isForm(token, "mark", "login", undefined)).toBe(true);
});

test("not one bit of a proof may change", () => {
	const proofs = [macs.form("mark", "login", undefined), macs.device("alice", 1, now)];
	expect(macs.isForm(proofs[0] as string, "mark", "login", undefined)).toBe(true);
	expect(macs.isDevice(proofs[1] as string, "alice", 1, now)).toBeDefined();
	for (const proof of proofs) {
		const bytes = Buffer.from(proof, "base64url");
		for (let bit = 0; bit < bytes.length * 8; bit++) {
			const changed = Buffer.from(bytes);
			changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
			expect(macs.isForm(changed.toString("base64url"), "mark", "login", undefined)).toBe(false);
			expect(macs.isDevice(changed.toString("base64url"), "alice", 1, now)).toBeUndefined();
		}
	}
});

test("D8 a device cookie is for one person and one password, and for 180 days", () => {
	const cookie = macs.device("alice", 3, now);
	const id = macs.isDevice(cookie, "alice", 3, now);
	expect(id).toMatch(/^[\w-]{22}$/);
	expect(macs.isDevice(cookie, "alice", 3, now + 180 * day)).toBe(id);
	expect(macs.isDevice(cookie, "alice", 3, now + 180 * day + 1)).toBeUndefined();
	expect(macs.isDevice(cookie, "alice", 4, now)).toBeUndefined();
	expect(macs.isDevice(cookie, "bob", 3, now)).toBeUndefined();
	expect(macs.isDevice("", "alice", 3, now)).toBeUndefined();
	expect(macs.isDevice(macs.form("alice", "device", undefined), "alice", 3, now)).toBeUndefined();
});

test("D8 each device has a budget of its own", () => {
	const ids = Array.from({ length: 100 }, () => macs.isDevice(macs.device("alice", 1, now), "alice", 1, now));
	expect(new Set(ids).size).toBe(100);
});

test("D8 buckets are the same for all replicas, spread evenly, and unknown without the key", () => {
	const buckets = Array.from({ length: 20_000 }, (_, i) => macs.bucket("account", `person ${i}`));
	const replica = macsOf([1]);
	expect(buckets).toEqual(Array.from({ length: 20_000 }, (_, i) => replica.bucket("account", `person ${i}`)));
	expect(Math.min(...buckets)).toBeGreaterThanOrEqual(0);
	expect(Math.max(...buckets)).toBeLessThan(65_536);
	// 20 000 names in 65 536 buckets fill about 17 237 of them.
	expect(new Set(buckets).size).toBeGreaterThan(16_800);
	expect(macs.bucket("account", "alice")).not.toBe(macs.bucket("network", "alice"));
	expect(macsOf([2]).bucket("account", "alice")).not.toBe(macs.bucket("account", "alice"));
});
