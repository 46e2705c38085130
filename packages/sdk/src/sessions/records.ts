import type { World } from "../client/world.ts";
import type { Keyring } from "./keyring.ts";
import type { Secrets } from "./record.ts";
import type { EndReason, SessionStore, StoredSession } from "./store.ts";

/** A live session, as it was read: what is written of it next is written over this version or not at all. */
export interface Opened {
	readonly stored: StoredSession;
	readonly secrets: Secrets;
}

/** What is behind a cookie. Neither opened nor ended: never given out, long ended, or sealed by a key that is gone. */
export type Standing =
	| { readonly opened: Opened; readonly ended?: undefined }
	| { readonly opened?: undefined; readonly ended: EndReason | undefined };

/** Sessions between their encryption and their store. */
export interface Records {
	readonly begin: (id: string, secrets: Secrets) => Promise<void>;
	readonly look: (id: string) => Promise<Standing>;
	/** False when another was faster: look again. */
	readonly write: (opened: Opened, secrets: Secrets) => Promise<boolean>;
	/** False when another was faster: it may live on. */
	readonly end: (opened: Opened, reason: EndReason) => Promise<boolean>;
	/** Keeps it from idling, at most once a minute. */
	readonly touch: (opened: Opened) => Promise<void>;
	readonly find: (by: { readonly sid: string } | { readonly sub: string }) => Promise<readonly StoredSession[]>;
}

/** Milliseconds between two touches. */
const touchEvery = 60_000;

interface RecordsGround {
	readonly store: SessionStore;
	readonly keyring: Keyring;
	readonly world: Pick<World, "wall">;
	/** Milliseconds. */
	readonly idle: number;
	readonly absolute: number;
}

export function createRecords({ store, keyring, world: { wall }, idle, absolute }: RecordsGround): Records {
	const idleUntil = (expiresAt: number) => Math.min(wall() + idle, expiresAt);

	/** What is encrypted belongs to this version of this record: whoever can write into the store cannot exchange or prolong it. */
	const contextOf = ({ id, version, expiresAt }: Pick<StoredSession, "id" | "version" | "expiresAt">) =>
		JSON.stringify(["session", id, version, expiresAt]);

	async function stored(id: string, version: number, expiresAt: number, secrets: Secrets): Promise<StoredSession> {
		const { sub, sid } = secrets;
		const [[subMark], sidMark, sealed] = await Promise.all([
			keyring.marks(nameOf({ sub })),
			sid === undefined ? undefined : keyring.marks(nameOf({ sid })),
			keyring.seal(contextOf({ id, version, expiresAt }), secrets),
		]);
		return { id, version, sub: subMark, sid: sidMark?.[0], expiresAt, idleUntil: idleUntil(expiresAt), sealed };
	}

	async function look(id: string): Promise<Standing> {
		const found = await store.read(id);
		if (found === undefined || found.ended !== undefined) return { ended: found?.ended };
		if (wall() >= Math.min(found.idleUntil, found.expiresAt)) return { ended: "expired" };
		const secrets = (await keyring.open(contextOf(found), found.sealed)) as Secrets | undefined;
		return secrets === undefined ? { ended: undefined } : { opened: { stored: found, secrets } };
	}

	return {
		begin: async (id, secrets) => store.insert(await stored(id, 1, wall() + absolute, secrets), wall()),
		look,
		async write({ stored: { id, version, expiresAt } }, secrets) {
			return store.replace(await stored(id, version + 1, expiresAt, secrets), wall());
		},
		end: ({ stored }, reason) =>
			store.replace({ ...stored, version: stored.version + 1, sealed: "", ended: reason, idleUntil: wall() }, wall()),
		async touch({ stored: { id, expiresAt, idleUntil: until } }) {
			const moved = idleUntil(expiresAt);
			if (moved - until >= touchEvery) await store.touch(id, moved, wall());
		},
		async find(by) {
			const found = (await keyring.marks(nameOf(by))).map((mark) => store.find("sid" in by ? { sid: mark } : { sub: mark }));
			return (await Promise.all(found)).flat();
		},
	};
}

const nameOf = (by: { readonly sid: string } | { readonly sub: string }) => JSON.stringify("sid" in by ? ["sid", by.sid] : ["sub", by.sub]);
