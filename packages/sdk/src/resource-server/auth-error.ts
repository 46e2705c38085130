import type { AuthAction } from "../core/auth-action.ts";
import type { KeysFault } from "../keys/keys-fault.ts";

interface Row {
	readonly status: number;
	readonly action: AuthAction;
}

/** Every code of this package, its HTTP status, and what helps. Codes of the wire are those of RFC 6750 §3.1 and RFC 9470 §3. */
const codes = {
	missing_token: { status: 401, action: "sign-in" },
	invalid_request: { status: 400, action: "fix-config" },
	invalid_token: { status: 401, action: "sign-in" },
	insufficient_scope: { status: 403, action: "step-up" },
	insufficient_user_authentication: { status: 401, action: "step-up" },
	temporarily_unavailable: { status: 503, action: "retry" },
	issuer_unreachable: { status: 503, action: "retry" },
	issuer_mismatch: { status: 503, action: "fix-config" },
	keys_unusable: { status: 503, action: "retry" },
	invalid_option: { status: 500, action: "fix-config" },
} as const satisfies Record<string, Row>;

export type AuthErrorCode = keyof typeof codes;

export const authErrorCodes = Object.freeze(Object.keys(codes)) as readonly AuthErrorCode[];

/** The HTTP status of the answer to a request that failed with this code. */
export function statusOf(code: AuthErrorCode): number {
	return codes[code].status;
}

/** What an HTTP answer consists of: lower-case header names, and the body as text (empty for none). */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/**
 * The one error of this package. `code` is stable, `action` says what helps, `retryable` whether the same call may succeed later.
 * `status` and `headers` are those of the HTTP answer; the default error handlers of Express and Fastify use them as they are.
 *
 * ```ts
 * try { await api.verify(request) } catch (error) { if (error instanceof AuthError) return error.toResponse() }
 * ```
 */
export class AuthError extends Error {
	override readonly name = "AuthError";
	readonly code: AuthErrorCode;
	readonly action: AuthAction;
	readonly retryable: boolean;
	/** The place in the manual that explains the code. */
	readonly docs: string;
	readonly status: number;
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly #body: string;

	constructor(code: AuthErrorCode, message: string, options: { readonly cause?: unknown; readonly answer?: Answer } = {}) {
		super(message, "cause" in options ? { cause: options.cause } : undefined);
		this.code = code;
		this.action = codes[code].action;
		this.retryable = this.action === "retry";
		this.docs = `docs/protecting-an-api.md#${code}`;
		this.status = codes[code].status;
		this.statusCode = this.status;
		this.headers = options.answer?.headers ?? {};
		this.#body = options.answer?.body ?? "";
	}

	/** The HTTP answer as a fetch `Response`. */
	toResponse(): Response {
		return new Response(this.#body === "" ? null : this.#body, { status: this.status, headers: this.headers });
	}
}

/** Why there are no keys, as it is told here. */
export function errorOfKeys({ code, message, cause }: KeysFault): AuthError {
	return new AuthError(code, message, cause === undefined ? {} : { cause });
}
