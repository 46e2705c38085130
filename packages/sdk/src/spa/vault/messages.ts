import type { AccessToken } from "../../core/access-token.ts";
import type { Endpoints } from "../../core/endpoints.ts";
import type { Session } from "../../core/session.ts";
import type { AuthErrorCode } from "../auth-error.ts";
import type { Transaction } from "../keeping.ts";

/** Where the vault may send what it holds. */
export interface Issuer extends Pick<Endpoints, "token" | "revocation"> {
	readonly issuer: string;
	readonly clientId: string;
}

/** What can be asked of the vault, and what it answers. No answer holds a refresh token. */
export interface Asks {
	/** Redeems a code (RFC 6749 §4.1.3, RFC 7636 §4.5); the session that follows takes the place of the one before. */
	readonly redeem: {
		readonly request: {
			readonly from: Issuer;
			readonly code: string;
			readonly redirectUri: string;
			readonly transaction: Pick<Transaction, "verifier" | "nonce" | "maxAge">;
		};
		readonly value: Session;
	};
	readonly token: {
		readonly request: {
			readonly resource: string;
			readonly scope: string | undefined;
			/** Seconds. */
			readonly minTtl: number;
			/** A token that the resource has refused: not that one again. */
			readonly refused: string | undefined;
		};
		/** `fresh`: the issuer has just given it, so it can be reached. */
		readonly value: AccessToken & { readonly fresh: boolean };
	};
	/** Forgets everything and gives the family back (RFC 7009); answers the hint for the issuer's sign-out. */
	readonly end: { readonly request: Record<never, never>; readonly value: string | undefined };
}

/** Why the vault could not. The page makes an `AuthError` of it. */
export interface Fault {
	readonly code: AuthErrorCode;
	readonly message: string;
	readonly traceId?: string | undefined;
}

export type Answer<T> = { readonly value: T; readonly fault?: undefined } | { readonly fault: Fault; readonly value?: undefined };

/** Asks the vault. Never rejects. */
export type Vault = <A extends keyof Asks>(ask: A, request: Asks[A]["request"]) => Promise<Answer<Asks[A]["value"]>>;
