import { createLine } from "../core/line.ts";
import type { Session } from "../core/session.ts";
import type { Platform, Store } from "./platform.ts";

/** The session as it lies in the Keychain or Keystore. */
export interface Kept {
	readonly refreshToken: string | undefined;
	readonly session: Session;
}

/** What the device must remember of a sign-in while the browser is open, should the app be killed meanwhile. */
export interface Transaction {
	readonly state: string;
	readonly nonce: string;
	readonly verifier: string;
	readonly maxAge?: number | undefined;
	/** Milliseconds since 1970, by a clock that may be wrong: too old only means to begin again. */
	readonly begun: number;
}

/** What was found at the start. `lost`: somebody was signed in, and it cannot be read (any longer). */
export type Found =
	| { readonly kind: "kept"; readonly kept: Kept }
	| { readonly kind: "none" }
	| { readonly kind: "lost"; readonly cause?: unknown };

/** What survives the process. At most one sign-in is open: a new one takes the place of the one before. */
export interface Keeping {
	/** Reads the session once the app starts. What an earlier installation has left in the Keychain is thrown away first. */
	readonly open: () => Promise<Found>;
	readonly read: () => Promise<Kept | undefined>;
	readonly write: (kept: Kept) => Promise<void>;
	readonly forget: () => Promise<void>;
	readonly begin: (transaction: Transaction) => Promise<void>;
	/** Finds the open transaction by its state and uses it up, before anything is done with it. */
	readonly take: (state: string) => Promise<Transaction | undefined>;
	readonly abandon: () => Promise<void>;
}

/** @param name what belongs to this app and issuer alone */
export function createKeeping(name: string, { secure, settings }: Pick<Platform, "secure" | "settings">): Keeping {
	const [session, transaction, mark] = [`${name}.session`, `${name}.transaction`, `${name}.mark`];
	let open: Transaction | undefined;
	let marked: string | undefined;
	/** What was asked for last is what is there in the end. */
	const inLine = createLine();

	async function setMark(value: "signed-in" | "signed-out"): Promise<void> {
		if (marked !== value) await settings.set(mark, value);
		marked = value;
	}

	async function read(): Promise<Kept | undefined> {
		const text = await secure.get(session);
		return text === undefined ? undefined : keptIn(text);
	}

	async function find(): Promise<Found> {
		marked = await settings.get(mark);
		if (marked !== "signed-in") {
			// A Keychain outlives the app: what is in it is of an installation before this one, or of a sign-out that was cut off.
			await secure.remove(session);
			if (marked === undefined) await secure.remove(transaction);
			await setMark("signed-out");
			return { kind: "none" };
		}
		try {
			const kept = await read();
			if (kept !== undefined) return { kind: "kept", kept };
		} catch (cause) {
			// It may be readable at the next start, so it stays.
			return { kind: "lost", cause };
		}
		// Settings come back from a backup, the secrets of another device do not. That is told once.
		await setMark("signed-out");
		return { kind: "lost" };
	}

	async function take(state: string): Promise<Transaction | undefined> {
		// Where it cannot be read, the process that wrote it may be this one.
		const text = await secure.get(transaction).catch(() => open && JSON.stringify(open));
		const found = text === undefined ? undefined : (JSON.parse(text) as Transaction);
		if (found?.state !== state) return undefined;
		open = undefined;
		await secure.remove(transaction);
		return found;
	}

	return {
		open: () => inLine(find),
		read,
		write: (kept) =>
			inLine(async () => {
				await written(secure, session, JSON.stringify(kept));
				await setMark("signed-in");
			}),
		forget: () =>
			inLine(async () => {
				// First of all: whatever happens to the rest, this session is not shown again.
				await setMark("signed-out");
				await secure.remove(session);
			}),
		begin: (begun) =>
			inLine(async () => {
				open = begun;
				await written(secure, transaction, JSON.stringify(begun));
			}),
		take: (state) => inLine(() => take(state)),
		abandon: () =>
			inLine(async () => {
				open = undefined;
				await secure.remove(transaction);
			}),
	};
}

/** Throws where it is nothing that this app has written. */
function keptIn(text: string): Kept {
	const kept = JSON.parse(text) as Kept;
	if (typeof kept.session.user.sub !== "string") throw new TypeError("not a session");
	return { ...kept, session: frozen(kept.session) };
}

export const frozen = ({ user, ...session }: Session): Session => Object.freeze({ ...session, user: Object.freeze(user) });

/** A key that has become useless, after a new fingerprint for instance, refuses writing too until its value is gone. */
async function written(store: Store, name: string, value: string): Promise<void> {
	try {
		await store.set(name, value);
	} catch {
		await store.remove(name);
		await store.set(name, value);
	}
}

/** A name for stores that take few characters: each other one becomes `_` and its number, so that no two names meet. */
export function storeName(...parts: readonly string[]): string {
	const plain = (text: string) => text.replace(/[^A-Za-z0-9-]/g, (letter) => `_${letter.charCodeAt(0).toString(16)}_`);
	return ["gatehouse", ...parts.map(plain)].join(".");
}
