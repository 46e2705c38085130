import { type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import type { Event } from "../model/index.ts";
import type { ClientStore, KeyRow, KeyStore, ResourceStore } from "../store/store.ts";
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
 * Sees to it that every algorithm has a key that signs and one that stands by, published; that a key which has signed for
 * `rotateAfter` hands over to the next; and that one which signs no more has lost its private half. Safe to call at any
 * time and by every replica.
 *
 * @param rotateAfter milliseconds: `signing.rotateAfter`
 * @returns the rows that changed
 * @throws Refusal when other processes keep changing the keys.
 */
export function ensureKeys(ground: KeysGround, rotateAfter: number, now: number): Promise<readonly KeyRow[]> {
	return changeKeys(ground, now, async (keys) => {
		const changes = await Promise.all(signingAlgorithms.map((alg) => ensureOne(ground, keys, alg, rotateAfter, now)));
		return {
			rows: [...changes.flatMap(({ rows }) => rows), ...keys.filter((key) => isSpent(key, now))],
			events: changes.flatMap(({ events }) => events),
		};
	});
}

async function ensureOne(
	ground: KeysGround,
	keys: readonly KeyRow[],
	alg: SigningAlgorithm,
	rotateAfter: number,
	now: number,
): Promise<Change> {
	const states = keys.filter((key) => key.alg === alg).map((key) => stateOf(key, now));
	// To a clock that is behind, the key that signs is still to come: it serves there too, and no other is made.
	const signs = states.includes("signing") || states.includes("scheduled");
	const missing = [
		...(signs ? [] : [await ground.makeKey(alg, { createdAt: now, signsFrom: now })]),
		...(states.includes("standby") ? [] : [await ground.makeKey(alg, { createdAt: now })]),
	];
	if (missing.length > 0) return { rows: missing, events: [] };
	const due = rotationDue(keys, alg, rotateAfter, now);
	return due !== undefined && due <= now ? rotateOne(ground, keys, alg, "aged", now) : { rows: [], events: [] };
}

/**
 * When the key of an algorithm has signed for so long that the next one takes over, in epoch milliseconds; absent while
 * one is about to.
 *
 * @param rotateAfter milliseconds: `signing.rotateAfter`
 */
export function rotationDue(keys: readonly KeyRow[], alg: string, rotateAfter: number, now: number): number | undefined {
	const inState = (state: KeyState) => keys.filter((key) => key.alg === alg && stateOf(key, now) === state);
	const since = inState("signing").flatMap(({ signsFrom }) => signsFrom ?? []);
	return since.length === 0 || inState("scheduled").length > 0 ? undefined : Math.max(...since) + rotateAfter;
}

/** What says which algorithms are in use. */
export interface AlgorithmsGround {
	readonly clients: Pick<ClientStore, "all">;
	readonly resources: Pick<ResourceStore, "all">;
	/** `signing.default` */
	readonly defaultAlg: SigningAlgorithm;
}

/**
 * The algorithms that something is signed with: RS256, which ID tokens have unless their client asks for another (OpenID Connect
 * Registration §2), the default of access tokens, and what clients and APIs name.
 */
export async function algorithmsInUse({ clients, resources, defaultAlg }: AlgorithmsGround): Promise<readonly SigningAlgorithm[]> {
	const named = (await clients.all()).flatMap(({ metadata }) => [
		metadata.id_token_signed_response_alg,
		metadata.userinfo_signed_response_alg,
	]);
	const inUse = new Set<string | undefined>([
		"RS256",
		defaultAlg,
		...named,
		...(await resources.all()).map(({ signingAlg }) => signingAlg),
	]);
	return signingAlgorithms.filter((alg) => inUse.has(alg));
}

/**
 * How a rotation goes: `published` waits until every resource server can know the next key, `now` does not wait, and
 * `revoke` besides takes out at once those that signed until now (one is compromised).
 */
export type Rotation = "published" | "now" | "revoke";

/**
 * Lets the next key of every algorithm sign, and publishes the one after it.
 *
 * @param algorithms those that are rotated, when not all
 * @returns the rows that changed
 * @throws Refusal when a rotation is under way already, or other processes keep changing the keys.
 */
export function rotateKeys(
	ground: KeysGround,
	rotation: Rotation,
	now: number,
	algorithms: readonly SigningAlgorithm[] = signingAlgorithms,
): Promise<readonly KeyRow[]> {
	return changeKeys(ground, now, async (keys) => {
		const scheduled = keys.find((key) => algorithms.some((alg) => alg === key.alg) && stateOf(key, now) === "scheduled");
		if (rotation === "published" && scheduled?.signsFrom !== undefined)
			throw new Refusal(
				`a rotation is under way: its keys sign from ${new Date(scheduled.signsFrom).toISOString()} on; \`gatehouse keys rotate --now\` does not wait`,
			);
		const changes = await Promise.all(algorithms.map((alg) => rotateOne(ground, keys, alg, rotation, now)));
		return { rows: changes.flatMap(({ rows }) => rows), events: changes.flatMap(({ events }) => events) };
	});
}

async function rotateOne(
	ground: KeysGround,
	keys: readonly KeyRow[],
	alg: SigningAlgorithm,
	rotation: Rotation | "aged",
	now: number,
): Promise<Change> {
	const inState = (state: KeyState) => keys.filter((key) => key.alg === alg && stateOf(key, now) === state);
	const standby = inState("standby");
	const next = inState("scheduled")[0] ?? standby[0] ?? (await ground.makeKey(alg, { createdAt: now }));
	const from = takesOver(rotation, next, now);
	const former = inState("signing").map((key) => ({ ...key, signsUntil: from }));
	// Which key was stolen is rarely known to the hour: those that signed before are believed no more either.
	const revoked = rotation === "revoke" ? [...former, ...inState("former")].map((key) => ({ ...key, revokedAt: now })) : [];
	const spare = standby.some((key) => key.kid !== next.kid) ? [] : [await ground.makeKey(alg, { createdAt: now })];
	const kids = former.map(({ kid }) => kid);
	return {
		rows: [{ ...next, signsFrom: from }, ...(rotation === "revoke" ? revoked : former), ...spare],
		events: [
			{ type: "key.rotated", data: { alg, kid: next.kid, former: kids, from: new Date(from).toISOString() } },
			...revoked.map(({ kid }) => ({ type: "key.revoked", data: { alg, kid } }) as const),
		],
	};
}

/**
 * When the next key begins to sign. By age nobody is in a hurry, and the next key may be as old as the store without having
 * been seen, where nothing ran meanwhile: the ten minutes begin now.
 */
function takesOver(rotation: Rotation | "aged", next: KeyRow, now: number): number {
	if (rotation === "aged") return now + publishedBefore;
	return rotation === "published" ? Math.max(now, next.createdAt + publishedBefore) : now;
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
