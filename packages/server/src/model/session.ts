import type { Person } from "./person.ts";

/** One browser signed in here. */
export interface Session {
	/** The `sid` claim: stays while the same person re-authenticates. */
	readonly id: string;
	/** SHA-256 of the secret in the cookie; rotates at sign-in, step-up and sign-out. */
	readonly secretHash: Uint8Array;
	readonly personId: string;
	/** Epoch milliseconds of the last proof. */
	readonly authTime: number;
	/** RFC 8176. */
	readonly amr: readonly string[];
	readonly createdAt: number;
	/** Epoch milliseconds; at most a minute late. */
	readonly lastUsedAt: number;
	/** Epoch milliseconds of its absolute end. */
	readonly expiresAt: number;
	readonly endedAt?: number;
	/** The store's epoch it was made in, and its person's. */
	readonly epoch: number;
	readonly personEpoch: number;
	/** What the browser said of itself, shortened, for the account page. */
	readonly userAgent?: string;
	/** The /24 or /48 it was signed in from, for the account page. */
	readonly network?: string;
}

/** A session together with what decides whether it lives, read in one statement. */
export interface SessionStanding {
	readonly session: Session;
	readonly person: Person;
	/** The store's epoch now. */
	readonly epoch: number;
}

/** How long sessions live, in milliseconds; `max` is how many a person may have at once, 0 for no limit. */
export interface SessionLimits {
	readonly idle: number;
	readonly absolute: number;
	readonly max: number;
}

/**
 * True while a session may be used: not ended, neither idle nor past its absolute end, its person enabled, and made in this epoch.
 *
 * @param now epoch milliseconds
 */
export function isLive(standing: SessionStanding, now: number, limits: SessionLimits): boolean {
	const { session, person, epoch } = standing;
	return (
		session.endedAt === undefined &&
		now < session.expiresAt &&
		now < session.lastUsedAt + limits.idle &&
		person.enabled &&
		session.personEpoch === person.epoch &&
		session.epoch === epoch
	);
}

/** True when use of the session is to be written down: at most once a minute, or a tenth of `idle` where that is shorter. */
export function needsTouch(lastUsedAt: number, now: number, limits: SessionLimits): boolean {
	return now - lastUsedAt >= Math.min(60_000, limits.idle / 10);
}
