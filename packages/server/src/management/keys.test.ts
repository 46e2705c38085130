import { signingAlgorithms } from "@gatehouse/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { createKeyRing } from "../tokens/index.ts";
import { ensureKeys, publishedBefore, rotateKeys, stateOf } from "./keys.ts";

let ground: ManagementTestGround;
beforeEach(async () => {
	ground = await managementGround();
});
afterEach(() => ground.close());

/** The states of the keys of one algorithm, in the order in which they sign. */
async function states(now: number, alg = "ES256") {
	const signs = (key: { readonly signsFrom?: number }) => key.signsFrom ?? Number.MAX_SAFE_INTEGER;
	const keys = (await ground.keys.all()).filter((key) => key.alg === alg);
	return keys.sort((a, b) => signs(a) - signs(b)).map((key) => stateOf(key, now));
}
async function kidInState(state: string, now: number, alg = "ES256") {
	return (await ground.keys.all()).find((key) => key.alg === alg && stateOf(key, now) === state)?.kid ?? "";
}

test("every algorithm has a key that signs and one that stands by; a second start adds nothing", async () => {
	expect(await ensureKeys(ground, start)).toHaveLength(2 * signingAlgorithms.length);
	for (const alg of signingAlgorithms) expect(await states(start, alg)).toEqual(["signing", "standby"]);
	expect(await ensureKeys(ground, start + 1)).toEqual([]);
	expect(await ground.eventTypes()).toEqual(Array.from({ length: 8 }, () => "key.added"));
});

test("two replicas that start at once make one set of keys", async () => {
	await Promise.all([ensureKeys(ground, start), ensureKeys(ground, start)]);
	for (const alg of signingAlgorithms) expect(await states(start, alg)).toEqual(["signing", "standby"]);
});

test("a standby that was published long enough signs at once, and a new one is published", async () => {
	await ensureKeys(ground, start);
	const now = start + publishedBefore;
	const standby = await kidInState("standby", start);
	await rotateKeys(ground, "published", now);
	expect(await states(now)).toEqual(["former", "signing", "standby"]);
	expect(await kidInState("signing", now)).toBe(standby);
	const former = (await ground.keys.all()).find((key) => key.alg === "ES256" && stateOf(key, now) === "former");
	expect(former).toMatchObject({ signsUntil: now });
	expect(former).not.toHaveProperty("sealedPrivate");
});

test("a standby that is too young signs from when it was published for ten minutes, and until then nothing changes hands", async () => {
	await ensureKeys(ground, start);
	const current = await kidInState("signing", start);
	const standby = await kidInState("standby", start);
	await rotateKeys(ground, "published", start + 60_000);
	const at = start + publishedBefore;
	expect(await kidInState("signing", at - 1)).toBe(current);
	expect(await kidInState("signing", at)).toBe(standby);
	await expect(rotateKeys(ground, "published", start + 120_000)).rejects.toThrow(
		/a rotation is under way: its keys sign from 2026-11-21T12:10:00.000Z on/,
	);
	const ring = createKeyRing(await ground.keys.all(), { secrets: ground.secrets, hintLifetime: 0 });
	expect([ring.signer("ES256", at - 1).kid, ring.signer("ES256", at).kid]).toEqual([current, standby]);
	await ensureKeys(ground, at);
	const spent = (await ground.keys.all()).find(({ kid }) => kid === current);
	expect(spent).not.toHaveProperty("sealedPrivate");
});

test("`--now` signs at once, also while a rotation is under way; the former key stays published", async () => {
	await ensureKeys(ground, start);
	const [current, next] = [await kidInState("signing", start), await kidInState("standby", start)];
	await rotateKeys(ground, "published", start + 1000);
	await rotateKeys(ground, "now", start + 2000);
	expect(await kidInState("signing", start + 2000)).toBe(next);
	expect(await kidInState("former", start + 2000)).toBe(current);
	const ring = createKeyRing(await ground.keys.all(), { secrets: ground.secrets, hintLifetime: 0 });
	expect(ring.signer("ES256", start + 2000).kid).toBe(next);
	expect(ring.published(current, start + 3000)).toBeDefined();
	expect(await states(start + 2000)).toEqual(["former", "signing", "standby"]);
});

test("`--now --revoke` takes the former key out in the same step, for hints too", async () => {
	await ensureKeys(ground, start);
	const current = await kidInState("signing", start);
	await rotateKeys(ground, "revoke", start + 1000);
	const row = (await ground.keys.all()).find(({ kid }) => kid === current);
	expect(row).toMatchObject({ revokedAt: start + 1000 });
	expect(row).not.toHaveProperty("sealedPrivate");
	const ring = createKeyRing(await ground.keys.all(), { secrets: ground.secrets, hintLifetime: 1e12 });
	expect([ring.published(current, start + 1000), ring.remembered(current, start + 1000)]).toEqual([undefined, undefined]);
	expect(ring.signer("ES256", start + 1000).kid).not.toBe(current);
	expect((await ground.eventTypes()).filter((type) => type === "key.revoked")).toHaveLength(signingAlgorithms.length);
});

test("a rotation decides anew when another process changed the keys meanwhile", async () => {
	await ensureKeys(ground, start);
	const now = start + publishedBefore;
	let interfered = false;
	const makeKey: typeof ground.makeKey = async (alg, times) => {
		if (!interfered) {
			interfered = true;
			await rotateKeys(ground, "now", now);
		}
		return ground.makeKey(alg, times);
	};
	await rotateKeys({ ...ground, makeKey }, "now", now);
	expect((await states(now)).sort()).toEqual(["former", "former", "signing", "standby"]);
});
