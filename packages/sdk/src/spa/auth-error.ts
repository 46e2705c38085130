import type { AuthAction } from "../core/auth-action.ts";

/** What helps with a code, where it is not a setting or a call that must be mended. */
const actions = {
	not_signed_in: "sign-in",
	session_expired: "sign-in",
	login_required: "sign-in",
	access_denied: "sign-in",
	id_token_refused: "sign-in",
	step_up_failed: "step-up",
	issuer_unreachable: "retry",
	temporarily_unavailable: "retry",
	store_unreachable: "retry",
	upstream_unreachable: "retry",
} as const satisfies Record<string, AuthAction>;

/** Those whose action is `fix-config`: they weigh nothing in an app. */
const mended = [
	"issuer_mismatch",
	"invalid_option",
	"invalid_request",
	"invalid_scope",
	"invalid_target",
	"invalid_client",
	"unauthorized_client",
	"insecure_url",
	"redirect_loop",
	"csrf_refused",
	"route_not_allowed",
	"storage_unavailable",
] as const;

/** Every code of this edition. Those of the wire are written as there (RFC 6749 §5.2, RFC 8707 §2, OpenID Connect Core §3.1.2.6). */
export type AuthErrorCode = keyof typeof actions | (typeof mended)[number];

export const authErrorCodes = /* @__PURE__ */ (() => Object.freeze([...Object.keys(actions), ...mended]))() as readonly AuthErrorCode[];

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
		this.action = (actions as Partial<Record<AuthErrorCode, AuthAction>>)[code] ?? "fix-config";
		this.retryable = this.action === "retry";
		this.docs = `docs/single-page-app.md#${code}`;
		this.traceId = options.traceId;
	}
}
