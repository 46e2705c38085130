import type { Auth } from "./auth.ts";
import type { AuthError, AuthErrorCode } from "./auth-error.ts";

/** Why a request was refused: a code, a sentence for the caller's developer, and when to come again. */
export interface Refusal {
	readonly code: Extract<
		AuthErrorCode,
		| "missing_token"
		| "invalid_request"
		| "invalid_token"
		| "insufficient_scope"
		| "insufficient_user_authentication"
		| "temporarily_unavailable"
	>;
	readonly reason: string;
	readonly retryAfter?: number;
	readonly cause?: AuthError | undefined;
}

/** What became of a request: who calls, or why not. */
export type Verdict = { readonly auth: Auth; readonly refusal?: undefined } | { readonly auth?: undefined; readonly refusal: Refusal };

export function refuse(code: Refusal["code"], reason: string): Verdict {
	return { refusal: { code, reason } };
}
