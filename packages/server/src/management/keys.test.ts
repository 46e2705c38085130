import { signingAlgorithms } from "@gatehouse/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ManagementTestGround, managementGround, start } from "../../test/management-ground.ts";
import { createKeyRing } from "../tokens/index.ts";
import { algorithmsInUse, ensureKeys, publishedBefore, rotateKeys, rotationDue, stateOf } from "./keys.ts";

const day = 86_400_000;
const quarter = 90 * day;

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
	expect(await ensureKeys(ground, quarter, start)).toHaveLength(2 * signingAlgorithms.length);
	for (const alg of signingAlgorithms) expect(await states(start, alg)).toEqual(["signing", "standby"]);
	expect(await ensureKeys(ground, quarter, start + 1)).toEqual([]);
	expect(await ground.eventTypes()).toEqual(Array.from({ length: 8 }, () => "key.added"));
});

test("in use are RS256, the default, and what clients and APIs name; the keys of the others have nothing to sign", async () => {
	const inUse = (defaultAlg: "RS256" | "PS256", client: object = {}, resource: object = {}) =>
		algorithmsInUse({
			defaultAlg,
			clients: { all: async () => [{ metadata: client } as never] },
			resources: { all: async () => [resource as never] },
		});
	expect(await inUse("RS256")).toEqual(["RS256"]);
	expect(await inUse("PS256")).toEqual(["RS256", "PS256"]);
	expect(await inUse("RS256", { id_token_signed_response_alg: "ES256" })).toEqual(["RS256", "ES256"]);
	expect(await inUse("RS256", { userinfo_signed_response_alg: "EdDSA" }, { signingAlg: "ES256" })).toEqual(["RS256", "ES256", "EdDSA"]);
});

test("two replicas that start at once make one set of keys", async () => {
	await Promise.all([ensureKeys(ground, quarter, start), ensureKeys(ground, quarter, start)]);
	for (const alg of signingAlgorithms) expect(await states(start, alg)).toEqual(["signing", "standby"]);
});

test("a standby that was published long enough signs at once, and a new one is published", async () => {
	await ensureKeys(ground, quarter, start);
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
	await ensureKeys(ground, quarter, start);
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
	await ensureKeys(ground, quarter, at);
	const spent = (await ground.keys.all()).find(({ kid }) => kid === current);
	expect(spent).not.toHaveProperty("sealedPrivate");
});

test("`--now` signs at once, also while a rotation is under way; the former key stays published", async () => {
	await ensureKeys(ground, quarter, start);
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
	await ensureKeys(ground, quarter, start);
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

test("`--now --revoke` takes out those too that have signed before, and are still believed", async () => {
	await ensureKeys(ground, quarter, start);
	const first = await kidInState("signing", start);
	await rotateKeys(ground, "now", start + 1000);
	const second = await kidInState("signing", start + 1000);
	await rotateKeys(ground, "revoke", start + 2000);
	expect((await states(start + 2000)).toSorted()).toEqual(["revoked", "revoked", "signing", "standby"]);
	const after = createKeyRing(await ground.keys.all(), { secrets: ground.secrets, hintLifetime: 1e12 });
	for (const kid of [first, second])
		expect([after.published(kid, start + 2000), after.remembered(kid, start + 2000)]).toEqual([undefined, undefined]);
	// What was taken out stays out, and is not told of again.
	await rotateKeys(ground, "revoke", start + 3000);
	expect((await ground.eventTypes()).filter((type) => type === "key.revoked")).toHaveLength(3 * signingAlgorithms.length);
});

test("a rotation decides anew when another process changed the keys meanwhile", async () => {
	await ensureKeys(ground, quarter, start);
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

test("one algorithm alone is rotated where that is asked, and a rotation of it holds up no other", async () => {
	await ensureKeys(ground, quarter, start);
	await rotateKeys(ground, "published", start, ["ES256"]);
	expect([await states(start, "ES256"), await states(start, "RS256")]).toEqual([
		["signing", "scheduled", "standby"],
		["signing", "standby"],
	]);
	await expect(rotateKeys(ground, "published", start)).rejects.toThrow(/under way/);
	await rotateKeys(ground, "published", start, ["RS256"]);
	expect(await states(start, "RS256")).toEqual(["signing", "scheduled", "standby"]);
});

/** Where a rotation by age stands: those who look are the ring that signs and publishes, and whoever reads the list. */
async function ring() {
	return createKeyRing(await ground.keys.all(), { secrets: ground.secrets, hintLifetime: 0 });
}
const due = async (now: number) => rotationDue(await ground.keys.all(), "ES256", quarter, now);

describe("a key that has signed for long enough", () => {
	const old = start + quarter;
	beforeEach(() => ensureKeys(ground, quarter, start));

	test("hands over to the next in ten minutes, loses its private half after that, and another quarter begins", async () => {
		const [current, next] = [await kidInState("signing", start), await kidInState("standby", start)];
		expect(await due(start)).toBe(old);
		expect(await ensureKeys(ground, quarter, old - 1)).toEqual([]);
		await ensureKeys({ ...ground, actor: "job" }, quarter, old);
		expect(await states(old)).toEqual(["signing", "scheduled", "standby"]);
		expect(await due(old)).toBeUndefined();
		const switched = old + publishedBefore;
		expect([(await ring()).signer("ES256", switched - 1).kid, (await ring()).signer("ES256", switched).kid]).toEqual([current, next]);
		expect(await ensureKeys(ground, quarter, switched - 1)).toEqual([]);
		expect((await ensureKeys(ground, quarter, switched)).map(({ kid }) => kid)).toContain(current);
		expect(
			(await ground.keys.all()).filter((key) => stateOf(key, switched) === "former").map(({ sealedPrivate }) => sealedPrivate),
		).toEqual(signingAlgorithms.map(() => undefined));
		expect(await ensureKeys(ground, quarter, switched)).toEqual([]);
		expect(await due(switched)).toBe(switched + quarter);
		const [told] = await ground.events.list({ limit: 1, type: "key.rotated" });
		expect(told).toMatchObject({ actor: "job", at: old, data: { from: new Date(switched).toISOString() } });
	});

	test("does so once, however many replicas find it at the same time", async () => {
		await Promise.all(Array.from({ length: 5 }, () => ensureKeys(ground, quarter, old)));
		for (const alg of signingAlgorithms) expect(await states(old, alg)).toEqual(["signing", "scheduled", "standby"]);
		expect((await ground.eventTypes()).filter((type) => type === "key.rotated")).toHaveLength(signingAlgorithms.length);
	});

	test("does so once when the process slept for years, and still after ten minutes: nobody saw the next one meanwhile", async () => {
		const now = start + 9 * quarter;
		const current = await kidInState("signing", start);
		await ensureKeys(ground, quarter, now);
		expect(await states(now)).toEqual(["signing", "scheduled", "standby"]);
		expect((await ring()).signer("ES256", now + publishedBefore - 1).kid).toBe(current);
		await ensureKeys(ground, quarter, now + publishedBefore);
		expect(await states(now + publishedBefore)).toEqual(["former", "signing", "standby"]);
		expect(await due(now + publishedBefore)).toBe(now + publishedBefore + quarter);
	});

	test("waits for a rotation that was begun by command meanwhile, and counts from there", async () => {
		await rotateKeys(ground, "published", old - publishedBefore);
		expect(await states(old)).toEqual(["former", "signing", "standby"]);
		expect(await due(old)).toBe(old - publishedBefore + quarter);
		let interfered = false;
		const now = old + quarter;
		const makeKey: typeof ground.makeKey = async (alg, times) => {
			if (!interfered) {
				interfered = true;
				await rotateKeys(ground, "now", now);
			}
			return ground.makeKey(alg, times);
		};
		await ensureKeys({ ...ground, makeKey }, quarter, now);
		expect(interfered).toBe(true);
		expect(await states(now)).toEqual(["former", "former", "signing", "standby"]);
	});

	test("is left alone by the longest duration there is", async () => {
		expect(await ensureKeys(ground, 3650 * day, start + 3649 * day)).toEqual([]);
	});

	test("a replica whose clock is behind adds nothing, and signs on with the key that all know", async () => {
		const behind = start - day;
		expect(await ensureKeys(ground, quarter, behind)).toEqual([]);
		expect((await ring()).signer("ES256", behind).kid).toBe(await kidInState("signing", start));
		await ensureKeys(ground, quarter, old);
		const late = old + publishedBefore - 60_000;
		expect(await ensureKeys(ground, quarter, late)).toEqual([]);
		expect((await ring()).signer("ES256", late).kid).toBe(await kidInState("signing", start));
	});

	test("a replica whose clock is a year ahead rotates once; the others sign with a published key all the while", async () => {
		const published = (await ground.keys.all()).map(({ kid }) => kid);
		const ahead = old + 365 * day;
		await ensureKeys(ground, quarter, ahead);
		await ensureKeys(ground, quarter, ahead + publishedBefore);
		await ensureKeys(ground, quarter, start);
		for (const now of [start, old, ahead, ahead + publishedBefore]) {
			const { kid } = (await ring()).signer("ES256", now);
			expect(published).toContain(kid);
			expect((await ring()).published(kid, now)).toBeDefined();
		}
		expect((await ground.eventTypes()).filter((type) => type === "key.rotated")).toHaveLength(signingAlgorithms.length);
	});
});
