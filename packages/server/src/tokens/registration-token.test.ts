import crypto from "node:crypto";
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";
import { createRegistrationTokens } from "./registration-token.ts";

const random = createRandom();
const tokens = createRegistrationTokens(random);
const id = random.id(1_700_000_000_000);

test("an initial access token names its row; the store gets the hash of 256 random bits", () => {
	const { token, hash } = tokens.createInitial(id);
	const parsed = tokens.parseInitial(token);
	expect(parsed?.id).toBe(id);
	expect(tokens.equal(parsed?.hash as Uint8Array, hash)).toBe(true);
	const secret = Buffer.from(token, "base64url").subarray(16);
	expect(secret).toHaveLength(32);
	expect(Buffer.from(hash)).toEqual(crypto.createHash("sha256").update(secret).digest());
	expect(tokens.createInitial(id).token).not.toBe(token);
});

test("a registration access token is 256 random bits, of which the store gets the hash", () => {
	const { token, hash } = tokens.create();
	expect(Buffer.from(token, "base64url")).toHaveLength(32);
	expect(tokens.equal(tokens.hash(token) as Uint8Array, hash)).toBe(true);
	expect(tokens.create().token).not.toBe(token);
});

test("I17 what the store holds is no token", () => {
	const { hash } = tokens.create();
	const stored = Buffer.from(hash).toString("base64url");
	expect(tokens.equal(tokens.hash(stored) as Uint8Array, hash)).toBe(false);
});

test("TK-18 both have one spelling and one length", () => {
	const [initial, own] = [tokens.createInitial(id).token, tokens.create().token];
	for (const other of ["", "x", `${initial}=`, ` ${initial}`, `${initial}A`, initial.slice(0, -1), own])
		expect(tokens.parseInitial(other)).toBeUndefined();
	for (const other of ["", "x", `${own}=`, ` ${own}`, `${own}A`, own.slice(0, -1), initial]) expect(tokens.hash(other)).toBeUndefined();
	expect([tokens.parseInitial(initial), tokens.hash(own)]).not.toContain(undefined);
});
