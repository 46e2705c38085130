import { createLocalJWKSet } from "jose";
import { beforeAll, expect, test } from "vitest";
import { createKeyRing } from "./key-ring.ts";
import { createSigningKey, type SigningKeyRow } from "./keys.ts";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { createSecrets } from "./secret.ts";

const random = createRandom();
const secrets = createSecrets({ masterKeys: createMasterKeys([Buffer.alloc(32, 1)]), random });
const minute = 60_000;
const day = 1440 * minute;
const hintLifetime = 30 * day;
const t0 = Date.UTC(2026, 4, 1);

let former: SigningKeyRow;
let current: SigningKeyRow;
let next: SigningKeyRow;
beforeAll(async () => {
	const [a, b, c] = await Promise.all([0, 0, 0].map(() => createSigningKey("ES256", secrets, { createdAt: t0 })));
	former = { ...(a as SigningKeyRow), signsFrom: t0 - 90 * day, signsUntil: t0 };
	current = { ...(b as SigningKeyRow), signsFrom: t0 };
	next = c as SigningKeyRow;
});
const ringOf = (...rows: readonly SigningKeyRow[]) => createKeyRing(rows, { secrets, hintLifetime });
const kidsOf = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)).keys.map(({ kid }: { kid: string }) => kid);

test("the newest key whose time has come signs; the next one stands by, published", () => {
	const ring = ringOf(former, current, next);
	expect(ring.signer("ES256", t0).kid).toBe(current.kid);
	expect(ring.standby("ES256", t0)).toBe(next.kid);
	expect(kidsOf(ring.jwks(t0))).toEqual([former.kid, current.kid, next.kid]);
	const planned = ringOf(current, { ...next, signsFrom: t0 + 10 * minute });
	expect(planned.signer("ES256", t0 + 10 * minute - 1).kid).toBe(current.kid);
	expect(planned.standby("ES256", t0 + 10 * minute - 1)).toBe(next.kid);
	expect(planned.signer("ES256", t0 + 10 * minute).kid).toBe(next.kid);
	expect(planned.standby("ES256", t0 + 10 * minute)).toBeUndefined();
});

test("F-36 before its time, because a clock stepped back, the earliest key signs", () => {
	expect(ringOf(current).signer("ES256", t0 - 60 * minute).kid).toBe(current.kid);
	expect(ringOf(current, { ...next, signsFrom: t0 + minute }).signer("ES256", t0 - minute).kid).toBe(current.kid);
});

test("without a key for an algorithm nothing is signed with another", () => {
	const ring = ringOf(current);
	expect(() => ring.signer("RS256", t0)).toThrow("no key that signs RS256");
	expect(() => ringOf(next).signer("ES256", t0)).toThrow("no key that signs ES256");
	expect(() => ringOf(former).signer("ES256", t0)).toThrow("no key that signs ES256");
	expect(ring.signer("ES256", t0).alg).toBe("ES256");
});

test("I20 a former key is published until the last token it signed has expired, and for hints until no session of its time is left", () => {
	const ring = ringOf(former, current);
	const lastToken = t0 + 60 * minute;
	expect(ring.published(former.kid, lastToken)?.kid).toBe(former.kid);
	expect(ring.published(former.kid, lastToken + minute)).toBeUndefined();
	expect(kidsOf(ring.jwks(lastToken))).toEqual([former.kid, current.kid]);
	expect(kidsOf(ring.jwks(lastToken + minute))).toEqual([current.kid]);
	expect(ring.remembered(former.kid, t0 + hintLifetime - 1)?.kid).toBe(former.kid);
	expect(ring.remembered(former.kid, t0 + hintLifetime)).toBeUndefined();
	expect(ring.published(current.kid, t0 + 1000 * day)?.kid).toBe(current.kid);
	expect(ring.remembered(current.kid, t0 + 1000 * day)?.kid).toBe(current.kid);
});

test("a former key serves hints at least as long as it is published", () => {
	const ring = createKeyRing([former], { secrets, hintLifetime: minute });
	expect(ring.remembered(former.kid, t0 + 60 * minute)?.kid).toBe(former.kid);
});

test("a revoked key neither signs nor is published nor believed nor opened", () => {
	const revoked = { ...current, revokedAt: t0, sealedPrivate: "unreadable" };
	const ring = ringOf(revoked, { ...next, signsFrom: t0 });
	expect(ring.signer("ES256", t0).kid).toBe(next.kid);
	expect(kidsOf(ring.jwks(t0))).toEqual([next.kid]);
	expect(ring.published(current.kid, t0)).toBeUndefined();
	expect(ring.remembered(current.kid, t0)).toBeUndefined();
	expect(ring.published(next.kid, t0)).toBeDefined();
});

test("the JWK set is the same object until the keys change, and holds public members alone", async () => {
	const ring = ringOf(former, current);
	expect(ring.jwks(t0)).toBe(ring.jwks(t0 + minute));
	expect(ring.jwks(t0)).not.toBe(ring.jwks(t0 + 61 * minute));
	const leaky = { ...current, publicJwk: JSON.stringify({ ...JSON.parse(current.publicJwk), d: "private", x5u: "https://evil.example" }) };
	const set = JSON.parse(new TextDecoder().decode(ringOf(leaky).jwks(t0)));
	const { kty, crv, x, y } = JSON.parse(current.publicJwk);
	expect(set).toEqual({ keys: [{ kty, crv, x, y, kid: current.kid, use: "sig", alg: "ES256" }] });
	expect(await createLocalJWKSet(set)({ alg: "ES256", kid: current.kid })).toBeDefined();
});

test("the algorithms are those that sign now or will, in the protocol's order", async () => {
	const rs = await createSigningKey("RS256", secrets, { createdAt: t0 });
	expect(ringOf(current, rs).algorithms).toEqual(["RS256", "ES256"]);
	expect(ringOf(former, rs).algorithms).toEqual(["RS256"]);
	expect(ringOf().algorithms).toEqual([]);
});

test("a key of an algorithm that only a later release knows is left alone", () => {
	const ring = ringOf(current, { ...next, alg: "ML-DSA-65", publicJwk: '{"kty":"AKP"}' });
	expect(kidsOf(ring.jwks(t0))).toEqual([current.kid]);
});

test("a key that cannot be opened stops the start with a sentence; a public half alone is enough to believe", () => {
	const foreign = createSecrets({ masterKeys: createMasterKeys([Buffer.alloc(32, 2)]), random });
	expect(() => createKeyRing([current], { secrets: foreign, hintLifetime })).toThrow("the master key that sealed it is not listed");
	const { sealedPrivate: _gone, ...publicOnly } = former;
	const ring = createKeyRing([publicOnly], { secrets: foreign, hintLifetime });
	expect(ring.published(former.kid, t0)?.publicKey.type).toBe("public");
});

test("private keys are opened once: the ring that follows takes them over", () => {
	const counted = { unwrapped: 0 };
	const counting = {
		unwrap(name: string, wrapped: string) {
			counted.unwrapped++;
			return secrets.unwrap(name, wrapped);
		},
	};
	const before = createKeyRing([current, next], { secrets: counting, hintLifetime });
	expect(counted.unwrapped).toBe(2);
	const after = createKeyRing(
		[
			{ ...current, signsUntil: t0 + minute },
			{ ...next, signsFrom: t0 + minute },
		],
		{ secrets: counting, hintLifetime },
		before,
	);
	expect(counted.unwrapped).toBe(2);
	expect(after.signer("ES256", t0 + minute).kid).toBe(next.kid);
	const { sealedPrivate: _gone, ...ended } = { ...current, signsUntil: t0 };
	expect(() => createKeyRing([ended], { secrets: counting, hintLifetime }, before).signer("ES256", t0 - minute)).toThrow("no key");
});
