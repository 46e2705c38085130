import { expect, test } from "vitest";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createRefreshTokens } from "./refresh-token.ts";

const issuer = "https://auth.example";
const random = createRandom();
const keysOf = (...bytes: readonly number[]) => createMasterKeys(bytes.map((byte) => Buffer.alloc(32, byte)));
const refreshTokens = createRefreshTokens({ issuer, masterKeys: keysOf(1) });
const grantOf = (tokens = refreshTokens) => ({ id: random.id(1_700_000_000_000), salt: random.bytes(16), macKeyVersion: tokens.version });
const grant = grantOf();

/** What the token endpoint does: read, look up, prove. */
function isGenuine(token: string, row: Parameters<typeof refreshTokens.isGenuine>[1] = grant, tokens = refreshTokens): boolean {
	const presented = tokens.parse(token);
	return presented !== undefined && tokens.isGenuine(presented, row);
}

test("a token names its grant and generation, and is genuine for that row", () => {
	for (const generation of [1, 2, 255, 65_536, 4_294_967_295]) {
		const token = refreshTokens.format(grant, generation);
		expect(refreshTokens.parse(token)).toMatchObject({ grantId: grant.id, generation });
		expect(isGenuine(token)).toBe(true);
	}
	expect(refreshTokens.format(grant, 7)).toBe(refreshTokens.format(grant, 7));
});

test("RF-05 a token of another row, or of the same id with another salt, is not genuine", () => {
	const token = refreshTokens.format(grant, 1);
	expect(isGenuine(token)).toBe(true);
	expect(isGenuine(token, grantOf())).toBe(false);
	expect(isGenuine(token, { ...grant, salt: random.bytes(16) })).toBe(false);
	expect(isGenuine(token, { ...grant, id: grantOf().id })).toBe(false);
	const presented = refreshTokens.parse(token);
	expect(presented && refreshTokens.isGenuine(presented, undefined)).toBe(false);
	expect(presented && refreshTokens.isGenuine({ ...presented, generation: 2 }, grant)).toBe(false);
});

test("I17 whoever holds the row but no master key makes no token", () => {
	for (const key of [2, 3]) {
		const thief = createRefreshTokens({ issuer, masterKeys: keysOf(key) });
		expect(isGenuine(thief.format({ ...grant, macKeyVersion: thief.version }, 1))).toBe(false);
	}
	for (const mac of [Buffer.alloc(32), grant.salt, Buffer.concat([grant.salt, grant.salt]), Buffer.alloc(0)])
		expect(refreshTokens.isGenuine({ grantId: grant.id, generation: 1, mac }, grant)).toBe(false);
	expect(isGenuine(refreshTokens.format(grant, 1))).toBe(true);
});

test("a family keeps the key it was born with, whatever rotates, while that key is listed", () => {
	const token = refreshTokens.format(grant, 4);
	const rotated = createRefreshTokens({ issuer, masterKeys: keysOf(2, 1) });
	expect(rotated.version).not.toBe(refreshTokens.version);
	expect(isGenuine(token, grant, rotated)).toBe(true);
	expect(rotated.format(grant, 4)).toBe(token);
	const forgetful = createRefreshTokens({ issuer, masterKeys: keysOf(2) });
	expect(isGenuine(token, grant, forgetful)).toBe(false);
	expect(() => forgetful.format(grant, 5)).toThrow("not listed");
});

test("a token of another issuer is unknown", () => {
	const other = createRefreshTokens({ issuer: "https://other.example", masterKeys: keysOf(1) });
	expect(isGenuine(other.format(grant, 1))).toBe(false);
	expect(isGenuine(refreshTokens.format(grant, 1))).toBe(true);
});

test("TK-18 a token has one spelling, and not one bit of it may change", () => {
	const token = refreshTokens.format(grant, 1);
	expect(isGenuine(token)).toBe(true);
	const others = [
		"",
		`${token}=`,
		`${token}==`,
		`${token} `,
		`\n${token}`,
		`${token}!`,
		`${token.slice(0, 4)} ${token.slice(4)}`,
		token.slice(0, -1),
		`${token}A`,
	];
	for (const other of others) expect(refreshTokens.parse(other), other).toBeUndefined();
	for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		const other = token.slice(0, -1) + last;
		if (other !== token) expect(isGenuine(other), other).toBe(false);
	}
	const bytes = Buffer.from(token, "base64url");
	for (let bit = 0; bit < bytes.length * 8; bit++) {
		const changed = Buffer.from(bytes);
		changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
		expect(isGenuine(changed.toString("base64url")), `bit ${bit}`).toBe(false);
	}
});

test("generation 0 is no token", () => {
	expect(refreshTokens.parse(refreshTokens.format(grant, 0))).toBeUndefined();
	expect(refreshTokens.parse(refreshTokens.format(grant, 1))).toBeDefined();
});
