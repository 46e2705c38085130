import type { Redeemed } from "../client/client.ts";
import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import type { Session } from "../core/session.ts";
import type { EndReason } from "./store.ts";

/** Which token is wanted. */
export interface WantedToken extends TokenOptions {
	/** A token that the API has refused: not that one again. */
	readonly refused?: string | undefined;
}

/** What is known of a cookie's value. */
export type Found =
	| { readonly session: Session; readonly sid: string | undefined; readonly expiresAt: number }
	| { readonly session?: undefined; readonly ended: EndReason }
	/** Nothing: never given out, or long ended. */
	| { readonly session?: undefined; readonly ended?: undefined };

/**
 * The sessions of a web app or a back end, by the opaque value of its cookie: one state machine, whose only way to a token is `token`.
 *
 * ```
 * begin ──→ live ──┬── end(signed_out), endWhere(sid | sub) ──→ ended, and says why for an hour
 *                  ├── idle, absolute end ───────────────────→ ended (expired)
 *                  └── invalid_grant for the current version ─→ ended (grant_ended)
 * ```
 */
export interface Sessions {
	/**
	 * Begins a session.
	 *
	 * @param resource the API that the first access token is for, where the redemption asked for one; it is kept then
	 * @returns the value of its cookie, 256 random bits
	 */
	readonly begin: (redeemed: Redeemed, resource?: string) => Promise<string>;
	/** Reads it and, at most once a minute, keeps it from idling. */
	readonly read: (cookie: string | undefined) => Promise<Found>;
	/**
	 * A token for one API: the one at hand while it lasts, otherwise by a refresh that only one of all replicas makes at a time.
	 * `not_signed_in`; `session_expired` when the grant is dead, which ends the session; whatever the issuer refuses else.
	 */
	readonly token: (cookie: string | undefined, wanted: WantedToken) => Promise<AccessToken>;
	/** Ends it, gives the grant back (RFC 7009, as far as the issuer can be reached); @returns the hint for the issuer's sign-out. */
	readonly end: (cookie: string | undefined) => Promise<string | undefined>;
	/** Ends all that a logout token names (Back-Channel Logout §2.7); @returns how many. */
	readonly endWhere: (by: { readonly sid: string } | { readonly sub: string }) => Promise<number>;
	/** Single use, as in the store. */
	readonly claim: (name: string, ms: number) => Promise<boolean>;
	/**
	 * Does the work for the first who asks under this name within so many milliseconds; false, and nothing is done, for everyone after. Work that
	 * fails has not been done: it may be asked for again.
	 */
	readonly once: (name: string, ms: number, work: () => Promise<unknown>) => Promise<boolean>;
	/** Encrypts what a browser keeps for a while, and opens it again: undefined when it is none of ours. */
	readonly seal: (purpose: string, value: unknown) => Promise<string>;
	readonly open: (purpose: string, sealed: string) => Promise<unknown>;
}
