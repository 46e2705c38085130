import { expect, test } from "vitest";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createSecrets } from "./secret.ts";

const random = createRandom();
const secretsOf = (...keys: readonly number[]) =>
	createSecrets({ masterKeys: createMasterKeys(keys.map((byte) => Buffer.alloc(32, byte))), random });
const secrets = secretsOf(1);
const now = 1_700_000_000_000;

test("D4 a generated secret has 256 random bits", () => {
	expect(secrets.generate()).toMatch(/^[\w-]{43}$/);
	expect(new Set(Array.from({ length: 1000 }, () => secrets.generate())).size).toBe(1000);
});

test("CA-01 the right secret matches, first and again; every other one does not", () => {
	const stored = [secrets.store("portal-secret")];
	for (let i = 0; i < 3; i++) expect(secrets.matches("portal-secret", stored, now)).toBe(true);
	for (const wrong of ["", "portal-secre", "portal-secret ", "Portal-secret", "x".repeat(1_000_000)])
		expect(secrets.matches(wrong, stored, now), wrong.slice(0, 20)).toBe(false);
	expect(secrets.matches("portal-secret", [], now)).toBe(false);
	expect(secrets.matches("", [], now)).toBe(false);
});

test("of several secrets each matches until it expires", () => {
	const stored = [secrets.store("old", now + 1000), secrets.store("new")];
	expect(secrets.matches("old", stored, now + 999)).toBe(true);
	expect(secrets.matches("old", stored, now + 1000)).toBe(false);
	expect(secrets.matches("new", stored, now + 1000)).toBe(true);
});

test("AD-09 I17 what is stored is no secret, and is worth nothing under another master key", () => {
	const stored = secrets.store("portal-secret");
	expect(stored.sealed).not.toContain(Buffer.from("portal-secret").toString("base64url"));
	expect(secrets.matches(stored.sealed, [stored], now)).toBe(false);
	expect(secretsOf(2).matches("portal-secret", [stored], now)).toBe(false);
	expect(secretsOf(2, 1).matches("portal-secret", [stored], now)).toBe(true);
	expect(secrets.store("portal-secret").sealed).not.toBe(stored.sealed);
});

test("an altered or foreign stored secret matches nothing and hides no other", () => {
	const stored = secrets.store("portal-secret");
	const altered = { sealed: `${stored.sealed.slice(0, -1)}${stored.sealed.endsWith("A") ? "B" : "A"}` };
	const empty = { sealed: secrets.wrap("client secret", Buffer.alloc(0)) };
	for (const bad of [altered, empty, { sealed: "" }, { sealed: "no seal" }]) {
		expect(secrets.matches("portal-secret", [bad], now)).toBe(false);
		expect(secrets.matches("portal-secret", [bad, stored], now)).toBe(true);
	}
});

test("a declaration is known again under every listed master key, and a change of it is noticed", () => {
	const before = secrets.declared("the password in the file");
	const after = secretsOf(2, 1);
	expect(before).toBe(secrets.declared("the password in the file"));
	expect(after.declared("the password in the file")).not.toBe(before);
	expect(after.isDeclared("the password in the file", before)).toBe(true);
	expect(after.isDeclared("the password in the file", after.declared("the password in the file"))).toBe(true);
	expect(after.isDeclared("another password", before)).toBe(false);
	expect(secretsOf(2).isDeclared("the password in the file", before)).toBe(false);
	expect(secrets.isDeclared("the password in the file", "")).toBe(false);
	expect(before).not.toContain("password");
});

test("wrapped bytes open under their own name, unchanged, or with one sentence that says why not", () => {
	const wrapped = secrets.wrap("signing key 1", Buffer.from("private"));
	expect(Buffer.from(secrets.unwrap("signing key 1", wrapped)).toString()).toBe("private");
	expect(() => secrets.unwrap("signing key 2", wrapped)).toThrow("signing key 2 cannot be opened: the master key");
	expect(() => secretsOf(2).unwrap("signing key 1", wrapped)).toThrow("not listed");
	expect(() => secrets.unwrap("signing key 1", `${wrapped}=`)).toThrow("cannot be opened");
	expect(() => secrets.unwrap("client secret", wrapped)).toThrow("cannot be opened");
});

test("a secret is sealed anew under the newest master key, and the older one is then no longer needed", () => {
	const old = secrets.store("portal-secret", now + 1000);
	const renewed = secretsOf(2, 1).renew(old);
	expect(renewed.expiresAt).toBe(now + 1000);
	expect(secretsOf(2).matches("portal-secret", [renewed], now)).toBe(true);
	expect(secretsOf(2, 1).sealedUnder(renewed.sealed)).toBe(secretsOf(2).sealedUnder(secretsOf(2).store("x").sealed));
	expect(secretsOf(2, 1).sealedUnder(old.sealed)).not.toBe(secretsOf(2, 1).sealedUnder(renewed.sealed));
	expect(secretsOf(2, 1).renew(renewed)).toBe(renewed);
	expect(secretsOf(2).renew(old)).toBe(old);
	expect(secrets.sealedUnder("no box")).toBeUndefined();
});
