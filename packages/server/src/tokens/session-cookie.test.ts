import crypto from "node:crypto";
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";
import { createSessionCookies } from "./session-cookie.ts";

const random = createRandom();
const sessionCookies = createSessionCookies(random);
const id = random.id(1_700_000_000_000);

test("D4 a cookie names its session; the store gets the hash of 256 random bits", () => {
	const { cookieFor, secretHash } = sessionCookies.create();
	const cookie = cookieFor(id);
	const parsed = sessionCookies.parse(cookie);
	expect(parsed?.sessionId).toBe(id);
	expect(sessionCookies.equal(parsed?.secretHash as Uint8Array, secretHash)).toBe(true);
	const secret = Buffer.from(cookie, "base64url").subarray(16);
	expect(secret).toHaveLength(32);
	expect(Buffer.from(secretHash)).toEqual(crypto.createHash("sha256").update(secret).digest());
	expect(sessionCookies.create().cookieFor(id)).not.toBe(cookie);
});

test("I17 what the store holds is no cookie", () => {
	const { cookieFor, secretHash } = sessionCookies.create();
	const cookie = cookieFor(id);
	const forged = Buffer.concat([Buffer.from(cookie, "base64url").subarray(0, 16), secretHash]).toString("base64url");
	const parsed = sessionCookies.parse(forged);
	expect(parsed?.sessionId).toBe(id);
	expect(sessionCookies.equal(parsed?.secretHash as Uint8Array, secretHash)).toBe(false);
});

test("TK-18 a cookie has one spelling and one length", () => {
	const cookie = sessionCookies.create().cookieFor(id);
	expect(sessionCookies.parse(cookie)).toBeDefined();
	for (const other of [
		"",
		"x",
		`${cookie}=`,
		`${cookie} `,
		` ${cookie}`,
		`"${cookie}"`,
		cookie.slice(0, -1),
		cookie.slice(0, -4),
		`${cookie}AAAA`,
		id,
	])
		expect(sessionCookies.parse(other), other).toBeUndefined();
});

test("values of different length are not equal", () => {
	expect(sessionCookies.equal(Buffer.of(1, 2), Buffer.of(1, 2))).toBe(true);
	expect(sessionCookies.equal(Buffer.of(1, 2), Buffer.of(1, 3))).toBe(false);
	expect(sessionCookies.equal(Buffer.of(1, 2), Buffer.of(1, 2, 3))).toBe(false);
	expect(sessionCookies.equal(Buffer.of(), Buffer.of(1))).toBe(false);
});
