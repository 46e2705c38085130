import { type Consent, covers } from "./consent.ts";
import type { Person } from "./person.ts";
import type { Session, SessionLimits } from "./session.ts";

/** What a person (through a session) allowed a client, in use: the root of a token family, one row. */
export interface Grant {
	/** Time-ordered; the first half of each `jti`. */
	readonly id: string;
	readonly clientId: string;
	readonly personId: string;
	readonly sessionId: string;
	/** What the person and the rules granted. */
	readonly scope: readonly string[];
	/** What was first asked for: a refresh may repeat it. */
	readonly requestedScope: readonly string[];
	/** True when `/authorize` or `/token` named a `resource`. */
	readonly resourceNamed: boolean;
	/** Epoch milliseconds. */
	readonly authTime: number;
	readonly amr: readonly string[];
	/** The `claims` parameter as it came. */
	readonly claims?: string;
	/** Lives without its session (RFC 6749 refresh with `offline_access`). */
	readonly offline: boolean;
	/** True for a client that is not first party: its consent must cover the scope. */
	readonly needsConsent: boolean;
	/** The number of the refresh token that is current; 0: none was issued. */
	readonly generation: number;
	/** Epoch milliseconds of the change to `generation`, and of the change before it. */
	readonly rotatedAt: number;
	readonly previousRotatedAt: number;
	/** Under which master key the MACs of this family are made. */
	readonly macKeyVersion: number;
	readonly salt: Uint8Array;
	readonly createdAt: number;
	/** Epoch milliseconds of its absolute end. */
	readonly expiresAt: number;
	readonly revokedAt?: number;
	/** The operation that redeemed the code, so that the retry of a lost COMMIT knows itself. */
	readonly redeemedBy: string;
	/** The operation that made `generation` current. */
	readonly rotatedBy?: string;
	/** The epochs it was made in: the store's, its person's, and that of the person's consent to the client. */
	readonly epoch: number;
	readonly personEpoch: number;
	readonly consentEpoch: number;
}

/** A grant together with everything that decides whether it lives, read in one statement. */
export interface GrantStanding {
	readonly grant: Grant;
	/** The store's epoch now. */
	readonly epoch: number;
	readonly session: Pick<Session, "endedAt" | "expiresAt" | "lastUsedAt" | "amr" | "authTime"> | undefined;
	readonly person: Person | undefined;
	readonly clientEnabled: boolean;
	/** The standing consent of the person to the client; undefined where there never was one. */
	readonly consent: Pick<Consent, "scope" | "epoch"> | undefined;
}

/** How long refresh families live, in milliseconds. */
export interface FamilyLimits {
	readonly idle: number;
	readonly absolute: number;
}

/** Why a grant issues nothing any more. */
export type GrantRefusal =
	| "revoked"
	| "expired"
	| "idle"
	| "epoch"
	| "session_ended"
	| "person_disabled"
	| "client_disabled"
	| "consent_withdrawn";

/**
 * The conditions under which a grant may be redeemed, refreshed or reported active (D2): undefined when all hold.
 * Redeeming needs the session alive even for an offline family, refreshing only for an online one.
 *
 * @param now epoch milliseconds
 */
export function whyRefused(
	standing: GrantStanding,
	now: number,
	limits: { readonly sessions: SessionLimits; readonly refreshTokens: FamilyLimits },
	redeeming = false,
): GrantRefusal | undefined {
	const { grant, session, person } = standing;
	if (grant.revokedAt !== undefined) return "revoked";
	if (grant.epoch !== standing.epoch) return "epoch";
	if (now >= grant.expiresAt) return "expired";
	if (grant.generation > 0 && now >= grant.rotatedAt + limits.refreshTokens.idle) return "idle";
	if (!person?.enabled || grant.personEpoch !== person.epoch) return "person_disabled";
	if (!standing.clientEnabled) return "client_disabled";
	if (redeeming || !grant.offline) {
		if (!session || session.endedAt !== undefined || now >= session.expiresAt || now >= session.lastUsedAt + limits.sessions.idle)
			return "session_ended";
	}
	if (grant.consentEpoch !== (standing.consent?.epoch ?? 0)) return "consent_withdrawn";
	if (grant.needsConsent && !covers(standing.consent, grant.scope)) return "consent_withdrawn";
	return undefined;
}
