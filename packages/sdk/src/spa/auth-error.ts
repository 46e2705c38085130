import type { AuthAction } from "../core/auth-action.ts";

/** Every code of this edition, and what helps. Those of the wire are written as there (RFC 6749 §5.2, RFC 8707 §2, OpenID Connect Core §3.1.2.6). */
const codes = {
	not_signed_in: "sign-in",
	session_expired: "sign-in",
	login_required: "sign-in",
	access_denied: "sign-in",
	id_token_refused: "sign-in",
	step_up_failed: "step-up",
	issuer_unreachable: "retry",
	temporarily_unavailable: "retry",
	issuer_mismatch: "fix-config",
	invalid_option: "fix-config",
	invalid_request: "fix-config",
	invalid_scope: "fix-config",
	invalid_target: "fix-config",
	invalid_client: "fix-config",
	unauthorized_client: "fix-config",
	insecure_url: "fix-config",
	redirect_loop: "fix-config",
	storage_unavailable: "fix-config",
} as const satisfies Record<string, AuthAction>;

export type AuthErrorCode = keyof typeof codes;

export const authErrorCodes = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.keys(codes)) as readonly AuthErrorCode[];

/**
 * The one error of this package. `code` is stable, `action` says what helps, `retryable` whether the same call may succeed later.
 *
 * ```ts
 * try { await auth.token({ resource }) } catch (error) { if (error instanceof AuthError && error.action === "sign-in") await auth.signIn() }
 * ```
 */
export class AuthError extends Error {
	override readonly name = "AuthError";
	declare readonly code: AuthErrorCode;
	declare readonly action: AuthAction;
	declare readonly retryable: boolean;
	/** The place in the manual that explains the code. */
	declare readonly docs: string;
	/** Names the issuer's answer in the issuer's log, when there was one. */
	declare readonly traceId: string | undefined;

	constructor(code: AuthErrorCode, message: string, options: { readonly cause?: unknown; readonly traceId?: string | undefined } = {}) {
		super(message, options);
		this.code = code;
		this.action = codes[code];
		this.retryable = this.action === "retry";
		this.docs = `docs/single-page-app.md#${code}`;
		this.traceId = options.traceId;
	}
}
