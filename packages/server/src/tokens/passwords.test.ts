import { OAuthError } from "@gatehouse/protocol";
import native from "@node-rs/argon2";
import { afterAll, expect, test } from "vitest";
import { createPasswords } from "./passwords.ts";
import { parsePhc } from "./phc.ts";
import { createRandom } from "./random.ts";

const random = createRandom();
const passwords = createPasswords({ random, threads: 2 });
afterAll(() => passwords.close());

test("AD-09 a password is kept as argon2id with 19 MiB, two passes, a salt of its own", async () => {
	const [a, b] = await Promise.all([passwords.hash("correct horse"), passwords.hash("correct horse")]);
	expect(a.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
	expect(a.hash).not.toBe(b.hash);
	expect(native.verifySync(a.hash, "correct horse")).toBe(true);
});

test("the right password is accepted, every other one refused", async () => {
	const credential = await passwords.hash("correct horse");
	expect(await passwords.verify("correct horse", credential)).toEqual({ ok: true, rehash: false });
	for (const wrong of ["", "correct horse ", "Correct horse", credential.hash])
		expect(await passwords.verify(wrong, credential)).toEqual({ ok: false, rehash: false });
});

test("LG-08 long passwords count to their last byte, and both normal forms are one password", async () => {
	const long = await passwords.hash(`${"a".repeat(72)}b`);
	expect((await passwords.verify(`${"a".repeat(72)}b`, long)).ok).toBe(true);
	expect((await passwords.verify(`${"a".repeat(72)}c`, long)).ok).toBe(false);
	expect((await passwords.verify("a".repeat(72), long)).ok).toBe(false);
	const composed = await passwords.hash("caf\u00e9 pa\u0308ss");
	expect((await passwords.verify("cafe\u0301 p\u00e4ss", composed)).ok).toBe(true);
	expect((await passwords.verify("cafe pass", composed)).ok).toBe(false);
	const kilobyte = "\u{1f600}".repeat(256);
	expect((await passwords.verify(kilobyte, await passwords.hash(kilobyte))).ok).toBe(true);
});

test("LG-01 for nobody, and for a credential that cannot be read, a hash of the same parameters is computed and nothing fits", async () => {
	const asked: unknown[] = [];
	const watched = createPasswords({
		random: {
			bytes(length) {
				asked.push(length);
				return new Uint8Array(length);
			},
		},
		threads: 1,
	});
	expect(asked).toEqual([16, 32]);
	expect(await watched.verify("anything", undefined)).toEqual({ ok: false, rehash: false });
	expect(await watched.verify("anything", { kind: "password", hash: "$2b$10$nothing" })).toEqual({ ok: false, rehash: false });
	const credential = await watched.hash("anything");
	expect(await watched.verify("anything", credential)).toEqual({ ok: true, rehash: false });
	await watched.close();
});

test("a hash of weaker or other parameters is accepted, and to be made anew", async () => {
	const hash = native.hashSync("correct horse", { memoryCost: 8192, timeCost: 1 });
	expect(parsePhc(hash)).toMatchObject({ memory: 8192, passes: 1 });
	expect(await passwords.verify("correct horse", { kind: "password", hash })).toEqual({ ok: true, rehash: true });
	expect(await passwords.verify("wrong horse", { kind: "password", hash })).toEqual({ ok: false, rehash: false });
});

test("F-39 beyond its queue the storm is told to come back, and everyone within it is served", async () => {
	const small = createPasswords({ random, threads: 2, queue: 4 });
	const credential = await passwords.hash("correct horse");
	const results = await Promise.allSettled(Array.from({ length: 30 }, () => small.verify("correct horse", credential)));
	const served = results.filter((result) => result.status === "fulfilled");
	const refused = results.filter((result) => result.status === "rejected").map((result) => result.reason as OAuthError);
	expect(served).toHaveLength(6);
	expect(served.every((result) => result.value.ok)).toBe(true);
	expect(refused).toHaveLength(24);
	for (const error of refused) {
		expect(error).toBeInstanceOf(OAuthError);
		expect([error.code, error.status, error.retryAfter]).toEqual(["temporarily_unavailable", 503, 2]);
	}
	expect((await small.verify("correct horse", credential)).ok).toBe(true);
	await small.close();
});

test("closing finishes what waits and refuses what comes", async () => {
	const closing = createPasswords({ random, threads: 1 });
	const waiting = [closing.hash("a"), closing.hash("b"), closing.hash("c")];
	const closed = closing.close();
	await expect(closing.hash("d")).rejects.toMatchObject({ code: "temporarily_unavailable" });
	await closed;
	expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(["password", "password", "password"]);
	await closing.close();
});

test("without a password no thread is started, and closing is at once", async () => {
	await createPasswords({ random }).close();
});
