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
type Standing =
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

/** Milliseconds between two touches, where that is short beside the time that a session may idle. */
const usualTouch = 60_000;
/** Sessions that a process need not decrypt again while nothing of them has changed. */
const mostKnown = 1_000;

interface RecordsGround {
	readonly store: SessionStore;
	readonly keyring: Keyring;
	readonly world: Pick<World, "wall">;
	/** Milliseconds. */
	readonly idle: number;
	readonly absolute: number;
}

export function createRecords({ store, keyring, world: { wall }, idle, absolute }: RecordsGround): Records {
	/** What was decrypted lately, with all that it was decrypted from. The store is asked each time; only the work is spared. */
	const known = new Map<string, { readonly context: string; readonly sealed: string; readonly secrets: Secrets }>();

	const touchEvery = Math.min(usualTouch, idle / 4);
	const idleUntil = (expiresAt: number) => Math.min(wall() + idle, expiresAt);

	/** What is encrypted belongs to this version of this record: whoever can write into the store exchanges none, and moves no end. */
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
		// A time that is no number is not in the future: whoever wrote it keeps no session by it.
		const ended = found?.ended ?? (found && !(wall() < Math.min(found.idleUntil, found.expiresAt)) ? "expired" : undefined);
		const secrets = found && ended === undefined ? await opened(found) : undefined;
		if (found && secrets) return { opened: { stored: found, secrets } };
		known.delete(id);
		return { ended };
	}

	async function opened(found: StoredSession): Promise<Secrets | undefined> {
		const { id, sealed } = found;
		const context = contextOf(found);
		const one = known.get(id);
		if (one?.context === context && one.sealed === sealed) return one.secrets;
		const secrets = (await keyring.open(context, sealed)) as Secrets | undefined;
		if (secrets === undefined) return undefined;
		known.delete(id);
		known.set(id, { context, sealed, secrets });
		for (const oldest of known.keys()) if (known.size > mostKnown) known.delete(oldest);
		return secrets;
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
