import type { AuthAction } from "../core/auth-action.ts";

/** Every code of the editions for web apps, back ends, machines and mobile apps, and what helps. Those of the wire are written as there. */
const codes = {
	not_signed_in: "sign-in",
	session_expired: "sign-in",
	login_required: "sign-in",
	access_denied: "sign-in",
	state_unknown: "sign-in",
	id_token_refused: "sign-in",
	step_up_required: "step-up",
	step_up_failed: "step-up",
	issuer_unreachable: "retry",
	temporarily_unavailable: "retry",
	store_unreachable: "retry",
	upstream_unreachable: "retry",
	keys_unusable: "retry",
	secret_unavailable: "retry",
	browser_unavailable: "retry",
	issuer_mismatch: "fix-config",
	invalid_option: "fix-config",
	invalid_request: "fix-config",
	invalid_scope: "fix-config",
	invalid_target: "fix-config",
	invalid_client: "fix-config",
	unauthorized_client: "fix-config",
	insecure_url: "fix-config",
	redirect_loop: "fix-config",
	csrf_refused: "fix-config",
	route_not_allowed: "fix-config",
	logout_token_refused: "fix-config",
	storage_unavailable: "fix-config",
} as const satisfies Record<string, AuthAction>;

export type AuthErrorCode = keyof typeof codes;

export const authErrorCodes = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.keys(codes)) as readonly AuthErrorCode[];

/** The HTTP status of an answer to somebody whose request failed so. */
const statuses = { retry: 503, "sign-in": 401, "step-up": 403, "fix-config": 500 } as const satisfies Record<AuthAction, number>;

/** What goes with an error besides its sentence. */
export interface AuthErrorDetails {
	readonly cause?: unknown;
	readonly traceId?: string | undefined;
	/** Seconds. */
	readonly retryAfter?: number | undefined;
}

/**
 * The one error of this package. `code` is stable, `action` says what helps, `retryable` whether the same call may succeed later. Neither
 * its message nor its cause holds a secret, a code or a token.
 *
 * ```ts
 * try { await auth.token({ resource }) } catch (error) { if (error instanceof AuthError && error.retryable) await later() }
 * ```
 */
export class AuthError extends Error {
	override readonly name = "AuthError";
	readonly code: AuthErrorCode;
	readonly action: AuthAction;
	readonly retryable: boolean;
	/** What the error handlers of Express and Fastify answer with, where an app lets an error through to them. */
	readonly status: number;
	readonly statusCode: number;
	/** The place in the manual that explains the code. */
	readonly docs: string;
	/** Names the issuer's answer in the issuer's log, when there was one. */
	readonly traceId: string | undefined;
	/** In how many seconds another try may help, where the other side said so (RFC 9110 §10.2.3). */
	readonly retryAfter: number | undefined;

	constructor(code: AuthErrorCode, message: string, { traceId, retryAfter, ...options }: AuthErrorDetails = {}) {
		super(message, options);
		this.code = code;
		this.action = codes[code];
		this.retryable = this.action === "retry";
		this.status = statuses[this.action];
		this.statusCode = this.status;
		this.docs = `docs/sdk-errors.md#${code}`;
		this.traceId = traceId;
		this.retryAfter = retryAfter;
	}
}
