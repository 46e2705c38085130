import { expect, test } from "vitest";
import type { Code } from "../model/index.ts";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createSeals } from "./seal.ts";
import type { SealedTypes } from "./tokens.ts";

const issuer = "https://auth.example";
const random = createRandom();
const day = 86_400_000;
const noon = Date.UTC(2026, 4, 1, 12);
const sealsOf = (...keys: readonly number[]) =>
	createSeals({ issuer, masterKeys: createMasterKeys(keys.map((byte) => Buffer.alloc(32, byte))), random });
const seals = sealsOf(1);

const code: Code = {
	grantId: "01a1fe28-2570-70e4-99c6-a2fdd33225e7",
	clientId: "shop",
	redirectUri: "https://shop.example/cb",
	personId: "01a1fe28-2570-70e4-99c6-a2fdd33225e8",
	sessionId: "01a1fe28-2570-70e4-99c6-a2fdd33225e9",
	scope: ["openid", "profile", "email", "crm.read", "orders.read"],
	requestedScope: ["openid", "profile", "email", "crm.read", "orders.read"],
	resourceNamed: false,
	authTime: noon - 5000,
	amr: ["pwd"],
	offline: true,
	needsConsent: true,
	epoch: 1,
	personEpoch: 1,
	consentEpoch: 1,
	codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	nonce: "n-0S6_WzA2Mj",
};
const samples: { readonly [Purpose in keyof SealedTypes]: SealedTypes[Purpose] } = {
	code,
	request: { parameters: "client_id=shop", settled: {}, browser: "mark" },
	answered: { parameters: "client_id=shop", settled: { authenticated: { sessionId: "s", authTime: noon } } },
	post: { path: "/end-session", parameters: "id_token_hint=x" },
	receipt: { sessionId: "session", browser: "mark" },
};
const purposes = Object.keys(samples) as (keyof SealedTypes)[];

test("TK-19 what is sealed for one purpose opens for that purpose alone", () => {
	for (const purpose of purposes) {
		const sealed = seals.seal(purpose, samples[purpose], noon);
		for (const opener of purposes) {
			if (opener === purpose) expect(seals.open(opener, sealed, noon)).toEqual({ value: samples[purpose], sealedAt: noon });
			else expect(seals.open(opener, sealed, noon), `${purpose} opened as ${opener}`).toBeUndefined();
		}
	}
});

test("TK-19 a seal of another issuer or of a key that is not listed is unknown; any listed key opens", () => {
	const sealed = seals.seal("code", code, noon);
	const foreign = createSeals({ issuer: "https://other.example", masterKeys: createMasterKeys([Buffer.alloc(32, 1)]), random });
	expect(foreign.open("code", sealed, noon)).toBeUndefined();
	expect(sealsOf(2).open("code", sealed, noon)).toBeUndefined();
	expect(sealsOf(2, 1).open("code", sealed, noon)?.value).toEqual(code);
	expect(sealsOf(1, 2).open("code", sealed, noon)?.value).toEqual(code);
});

test("TK-04 TK-19 not one bit of a seal may change, and it may be neither shorter nor longer", () => {
	const sealed = seals.seal("code", code, noon);
	const bytes = Buffer.from(sealed, "base64url");
	expect(seals.open("code", bytes.toString("base64url"), noon)?.value).toEqual(code);
	for (let bit = 0; bit < bytes.length * 8; bit++) {
		const changed = Buffer.from(bytes);
		changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
		for (const purpose of purposes) expect(seals.open(purpose, changed.toString("base64url"), noon), `bit ${bit}`).toBeUndefined();
	}
	for (let length = 0; length < sealed.length; length++) expect(seals.open("code", sealed.slice(0, length), noon)).toBeUndefined();
	for (const more of ["A", "AA", "AAA", "AAAA", sealed]) expect(seals.open("code", sealed + more, noon)).toBeUndefined();
});

test("TK-04 TK-18 a seal has one spelling", () => {
	const sealed = seals.seal("code", { ...code, clientId: "shop2" }, noon);
	const bytes = Buffer.from(sealed, "base64url");
	expect(seals.open("code", sealed, noon)).toBeDefined();
	const others = [
		`${sealed}=`,
		`${sealed}\n`,
		` ${sealed}`,
		`${sealed}!`,
		`${sealed.slice(0, 9)} ${sealed.slice(9)}`,
		`${sealed.slice(0, 9)}%${sealed.slice(9)}`,
		sealed.toLowerCase(),
		sealed.toUpperCase(),
		bytes.toString("hex"),
	];
	for (const other of others) expect(seals.open("code", other, noon), other).toBeUndefined();
	for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		const other = sealed.slice(0, -1) + last;
		if (other !== sealed) expect(seals.open("code", other, noon), other).toBeUndefined();
	}
});

test("D3 a seal opens today and tomorrow, and by a clock that is ten seconds behind", () => {
	const midnight = Date.UTC(2026, 4, 2);
	const opens = (sealedAt: number, now: number) => seals.open("code", seals.seal("code", code, sealedAt), now)?.sealedAt === sealedAt;
	expect(opens(midnight - 1, midnight - 1)).toBe(true);
	expect(opens(midnight - 1, midnight + 59_000)).toBe(true);
	expect(opens(midnight - 1, midnight + day - 1)).toBe(true);
	expect(opens(midnight - 1, midnight + day)).toBe(false);
	expect(opens(midnight, midnight - 10_000)).toBe(true);
	expect(opens(midnight, midnight - 10_001)).toBe(false);
});

test("the same value is sealed differently each time", () => {
	expect(new Set(Array.from({ length: 100 }, () => seals.seal("code", code, noon))).size).toBe(100);
});

test("D7 a code with all its parameters at their limits stays below 4 KB", () => {
	expect(seals.seal("code", code, noon).length).toBeLessThan(900);
	const large = { ...code, nonce: "n".repeat(512), claims: "c".repeat(1024), redirectUri: `https://shop.example/${"p".repeat(300)}` };
	expect(seals.seal("code", large, noon).length).toBeLessThan(4096);
});

test("a very long text is refused unread", () => {
	const long = { path: "/authorize", parameters: "p".repeat(40_000) } as const;
	expect(seals.open("post", seals.seal("post", { ...long, parameters: "p".repeat(20_000) }, noon), noon)).toBeDefined();
	expect(seals.open("post", seals.seal("post", long, noon), noon)).toBeUndefined();
});
