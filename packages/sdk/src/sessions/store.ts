/** A session as it lies in a store. Whoever reads the store learns when and how often, and nothing that works as a credential. */
export interface StoredSession {
	/** A hash of the cookie's value. */
	readonly id: string;
	/** Grows by one with each `replace`. It is what a slow writer is fenced by: whoever was paused writes a version that has been. */
	readonly version: number;
	/** Keyed hashes of the person and of the issuer's session, to find what a logout token names. */
	readonly sub: string;
	readonly sid: string | undefined;
	/** Milliseconds since 1970; whatever is done, it ends then. */
	readonly expiresAt: number;
	/** Milliseconds since 1970; moved by `touch`. */
	readonly idleUntil: number;
	/** Who is signed in, and the tokens, encrypted. Of an ended session only why it ended. */
	readonly sealed: string;
	/** It has ended: nothing of it can be used, and for a while the next who asks is told why. */
	readonly ended?: EndReason | undefined;
}

/** Why a session ended: here by the person, elsewhere (back-channel), because the issuer ended the grant, by its own time. */
export type EndReason = "signed_out" | "signed_out_elsewhere" | "grant_ended" | "expired";

/** A right to refresh one session, for one replica at a time. */
export interface Lease {
	/** Holds it for its whole time again; false when it was lost meanwhile. */
	readonly renew: () => Promise<boolean>;
	/** Gives it up, unless it is somebody else's by now. */
	readonly release: () => Promise<void>;
}

/**
 * Where a web app or a back end keeps its sessions. Each verb is one fact, atomic among all replicas; `store/contract` races them.
 * Rejects with `store_unreachable` when it cannot be asked: nothing is then known, so nobody is signed out by it.
 */
export interface SessionStore {
	/** Keeps a new session until its `idleUntil`. */
	readonly insert: (session: StoredSession) => Promise<void>;
	readonly read: (id: string) => Promise<StoredSession | undefined>;
	/** Takes the place of version `session.version - 1`; false, and nothing happens, when that is not the one that is there. */
	readonly replace: (session: StoredSession) => Promise<boolean>;
	/** Moves when it ends by idling; says nothing of its version. */
	readonly touch: (id: string, idleUntil: number) => Promise<void>;
	/** All live sessions of an issuer's session, or of a person. */
	readonly find: (by: { readonly sid: string } | { readonly sub: string }) => Promise<readonly StoredSession[]>;
	/** True for the first who claims this name within so many milliseconds, false for everyone after: single use, of a state or a `jti`. */
	readonly claim: (name: string, ms: number) => Promise<boolean>;
	/** The lease of that name for so many milliseconds, or nothing while another holds it. */
	readonly lease: (name: string, ms: number) => Promise<Lease | undefined>;
	/** Ends connections that the store itself opened. */
	readonly close: () => Promise<void>;
}
