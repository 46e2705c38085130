import { type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import type { Event } from "../model/index.ts";
import type { KeyRow, KeyStore } from "../store/store.ts";
import type { NewEvent } from "./new-event.ts";
import { Refusal } from "./refusal.ts";

/** How long a key is published before it signs: as long as resource servers may cache the set, twice over. */
export const publishedBefore = 10 * 60_000;

/** What the rules about signing keys take of the ground. */
export interface KeysGround {
	readonly keys: KeyStore;
	/** Makes a key, its private half sealed. */
	readonly makeKey: (alg: SigningAlgorithm, times: { readonly createdAt: number; readonly signsFrom?: number }) => Promise<KeyRow>;
	readonly newEvent: NewEvent;
	readonly actor: NonNullable<Event["actor"]>;
}

/** What a key is good for now. */
export type KeyState = "signing" | "scheduled" | "standby" | "former" | "revoked";

/** Derives the state of a key from its times. */
export function stateOf(key: KeyRow, now: number): KeyState {
	if (key.revokedAt !== undefined) return "revoked";
	if (key.signsUntil !== undefined && key.signsUntil <= now) return "former";
	if (key.signsFrom === undefined) return "standby";
	return key.signsFrom <= now ? "signing" : "scheduled";
}

/** What a change of keys comes to. */
interface Change {
	readonly rows: readonly KeyRow[];
	readonly events: readonly Omit<Event, "id" | "at">[];
}

/**
 * Sees to it that every algorithm has a key that signs and one that stands by, published, and that a key which signs no
 * more has lost its private half. Safe to call at every start and by every replica.
 */
export function ensureKeys(ground: KeysGround, now: number): Promise<readonly KeyRow[]> {
	return changeKeys(ground, now, async (keys) => {
		const missing = await Promise.all(signingAlgorithms.map((alg) => missingKeys(ground, keys, alg, now)));
		return { rows: [...missing.flat(), ...keys.filter((key) => isSpent(key, now))], events: [] };
	});
}

async function missingKeys(ground: KeysGround, keys: readonly KeyRow[], alg: SigningAlgorithm, now: number): Promise<readonly KeyRow[]> {
	const states = keys.filter((key) => key.alg === alg).map((key) => stateOf(key, now));
	return [
		...(states.includes("signing") ? [] : [await ground.makeKey(alg, { createdAt: now, signsFrom: now })]),
		...(states.includes("standby") ? [] : [await ground.makeKey(alg, { createdAt: now })]),
	];
}

/**
 * How a rotation goes: `published` waits until every resource server can know the next key, `now` does not wait, and
 * `revoke` besides takes the former key out at once (it is compromised).
 */
export type Rotation = "published" | "now" | "revoke";

/**
 * Lets the next key of every algorithm sign, and publishes the one after it.
 *
 * @returns the rows that changed
 * @throws Refusal when a rotation is under way already, or other processes keep changing the keys.
 */
export function rotateKeys(ground: KeysGround, rotation: Rotation, now: number): Promise<readonly KeyRow[]> {
	return changeKeys(ground, now, async (keys) => {
		const scheduled = keys.find((key) => stateOf(key, now) === "scheduled");
		if (rotation === "published" && scheduled?.signsFrom !== undefined)
			throw new Refusal(
				`a rotation is under way: its keys sign from ${new Date(scheduled.signsFrom).toISOString()} on; \`gatehouse keys rotate --now\` does not wait`,
			);
		const changes = await Promise.all(signingAlgorithms.map((alg) => rotateOne(ground, keys, alg, rotation, now)));
		return { rows: changes.flatMap(({ rows }) => rows), events: changes.flatMap(({ events }) => events) };
	});
}

async function rotateOne(
	ground: KeysGround,
	keys: readonly KeyRow[],
	alg: SigningAlgorithm,
	rotation: Rotation,
	now: number,
): Promise<Change> {
	const inState = (state: KeyState) => keys.filter((key) => key.alg === alg && stateOf(key, now) === state);
	const standby = inState("standby");
	const next = inState("scheduled")[0] ?? standby[0] ?? (await ground.makeKey(alg, { createdAt: now }));
	const from = rotation === "published" ? Math.max(now, next.createdAt + publishedBefore) : now;
	const former = inState("signing").map((key) => ({ ...key, signsUntil: from, ...(rotation === "revoke" && { revokedAt: now }) }));
	const spare = standby.some((key) => key.kid !== next.kid) ? [] : [await ground.makeKey(alg, { createdAt: now })];
	const kids = former.map(({ kid }) => kid);
	return {
		rows: [{ ...next, signsFrom: from }, ...former, ...spare],
		events: [
			{ type: "key.rotated", data: { alg, kid: next.kid, former: kids, from: new Date(from).toISOString() } },
			...(rotation === "revoke" ? kids.map((kid) => ({ type: "key.revoked", data: { alg, kid } }) as const) : []),
		],
	};
}

/** True for a key whose private half has no use any more. */
function isSpent(key: KeyRow, now: number): boolean {
	const state = stateOf(key, now);
	return key.sealedPrivate !== undefined && (state === "former" || state === "revoked");
}

/** Another process may change the keys meanwhile: then everything is decided anew on what is there now. */
async function changeKeys(
	ground: KeysGround,
	now: number,
	decide: (keys: readonly KeyRow[]) => Promise<Change>,
): Promise<readonly KeyRow[]> {
	for (let attempt = 0; attempt < 5; attempt++) {
		const version = await ground.keys.version();
		const keys = await ground.keys.all();
		const { rows, events } = await decide(keys);
		if (rows.length === 0) return rows;
		const added = rows.filter(({ kid }) => !keys.some((key) => key.kid === kid));
		const told = [...added.map(({ alg, kid }) => ({ type: "key.added", data: { alg, kid } }) as const), ...events];
		const kept = rows.map(({ sealedPrivate, ...row }) =>
			sealedPrivate === undefined || isSpent({ ...row, sealedPrivate }, now) ? row : { ...row, sealedPrivate },
		);
		const made = told.map((event) => ground.newEvent(now, { ...event, actor: ground.actor }));
		if (await ground.keys.put(kept, made, version)) return kept;
	}
	throw new Refusal("other processes keep changing the keys: try again in a minute");
}
