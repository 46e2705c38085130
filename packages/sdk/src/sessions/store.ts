/** A session as it lies in a store. Whoever reads the store learns when and how often, and nothing that works as a credential. */
export interface StoredSession {
	/** A hash of the cookie's value. */
	readonly id: string;
	/** 1 when it begins; grows by one with each `replace`. A slow writer is fenced by it: whoever was paused writes a version that has been. */
	readonly version: number;
	/** Keyed hashes of the person and of the issuer's session, to find what a logout token names. */
	readonly sub: string;
	readonly sid: string | undefined;
	/** Milliseconds since 1970; whatever is done, it ends then. */
	readonly expiresAt: number;
	/** Milliseconds since 1970; moved by `touch`, never past `expiresAt`. */
	readonly idleUntil: number;
	/** Who is signed in, and the tokens, encrypted. Of an ended session nothing. */
	readonly sealed: string;
	/** It has ended: nothing of it can be used, and for a while the next who asks is told why. */
	readonly ended?: EndReason | undefined;
}

/** Why a session ended: here by the person, elsewhere (back-channel), because the issuer ended the grant, by its own time. */
export type EndReason = "signed_out" | "signed_out_elsewhere" | "grant_ended" | "expired";

/** A right to refresh one session, for one replica at a time. */
interface Lease {
	/** Holds it for its whole time again; false when it was lost meanwhile. */
	readonly renew: () => Promise<boolean>;
	/** Gives it up, unless it is somebody else's by now. */
	readonly release: () => Promise<void>;
}

/** By what a logout token names a session: keyed hashes, as they are stored. */
export type Named = { readonly sid: string } | { readonly sub: string };

/** Milliseconds that a store keeps a session after `idleUntil`, so that whoever asks next is told that it has ended, and why. */
export const remembered = 3_600_000;

/**
 * Where a web app or a back end keeps its sessions. Each verb is one fact, atomic among all replicas; `contract.ts` races them.
 * `now` is the caller's clock, in milliseconds since 1970: what is kept how long is counted from it, so that the store's own does not matter.
 * Rejects with an `AuthError` `store_unreachable` when it cannot be asked, and soon: nothing is then known, so nobody is signed out by it.
 */
export interface SessionStore {
	/** Keeps a new session until its `idleUntil`, and as long as `remembered` says after it. */
	readonly insert: (session: StoredSession, now: number) => Promise<void>;
	readonly read: (id: string) => Promise<StoredSession | undefined>;
	/** Takes the place of version `session.version - 1`; false, and nothing happens, when that is not the one that is there. */
	readonly replace: (session: StoredSession, now: number) => Promise<boolean>;
	/** Moves when it ends by idling, unless it has ended; says nothing of its version. */
	readonly touch: (id: string, idleUntil: number, now: number) => Promise<void>;
	/** All sessions of an issuer's session, or of a person, that have not ended. */
	readonly find: (by: Named) => Promise<readonly StoredSession[]>;
	/** True for the first who claims this name within so many milliseconds, false for everyone after: single use, of a state or a `jti`. */
	readonly claim: (name: string, ms: number) => Promise<boolean>;
	/** The lease of that name for so many milliseconds, or nothing while another holds it. */
	readonly lease: (name: string, ms: number) => Promise<Lease | undefined>;
	/** Ends connections that the store itself opened. */
	readonly close: () => Promise<void>;
}
