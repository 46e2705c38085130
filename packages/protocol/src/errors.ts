/**
 * The closed table of error codes that Gatehouse speaks, each with the status of a JSON answer and its source.
 * A code that is not here cannot be thrown.
 */
export const errorStatus = {
	/** RFC 6749 §5.2 */
	invalid_request: 400,
	/** RFC 6749 §5.2: 401, with `WWW-Authenticate` where the client used that header */
	invalid_client: 401,
	/** RFC 6749 §5.2 */
	invalid_grant: 400,
	/** RFC 6749 §5.2 */
	unauthorized_client: 400,
	/** RFC 6749 §5.2 */
	unsupported_grant_type: 400,
	/** RFC 6749 §5.2 */
	invalid_scope: 400,
	/** RFC 8707 §2 */
	invalid_target: 400,
	/** RFC 6749 §4.1.2.1 */
	access_denied: 400,
	/** RFC 6749 §4.1.2.1 */
	unsupported_response_type: 400,
	/** RFC 6749 §4.1.2.1 */
	server_error: 500,
	/** RFC 6749 §4.1.2.1: the store or a queue is over its limit; comes with `Retry-After` */
	temporarily_unavailable: 503,
	/** OpenID Connect Core §3.1.2.6 */
	interaction_required: 400,
	/** OpenID Connect Core §3.1.2.6 */
	login_required: 400,
	/** OpenID Connect Core §3.1.2.6 */
	account_selection_required: 400,
	/** OpenID Connect Core §3.1.2.6 */
	consent_required: 400,
	/** OpenID Connect Core §3.1.2.6 */
	request_not_supported: 400,
	/** OpenID Connect Core §3.1.2.6 */
	request_uri_not_supported: 400,
	/** OpenID Connect Core §3.1.2.6 */
	registration_not_supported: 400,
	/** OpenID Connect Core §3.1.2.6, RFC 9101 §7 */
	invalid_request_uri: 400,
	/** OpenID Connect Core §3.1.2.6, RFC 9101 §7 */
	invalid_request_object: 400,
	/** OpenID Connect Core Error Code unmet_authentication_requirements §2 */
	unmet_authentication_requirements: 400,
	/** RFC 6750 §3.1 */
	invalid_token: 401,
	/** RFC 6750 §3.1 */
	insufficient_scope: 403,
	/** RFC 7591 §3.2.2 */
	invalid_redirect_uri: 400,
	/** RFC 7591 §3.2.2 */
	invalid_client_metadata: 400,
	/** RFC 7591 §3.2.2 */
	unapproved_software_statement: 400,
	/** Ours: a page or form refused before anything was evaluated */
	forbidden: 403,
	/** Ours: the browser keeps no cookies, so that no page of ours can follow another */
	cookies_off: 400,
	/** Ours: no such page */
	not_found: 404,
	/** Ours: RFC 9110 §15.5.6 */
	method_not_allowed: 405,
	/** Ours: RFC 9110 §15.5.14 */
	content_too_large: 413,
	/** Ours: RFC 9110 §15.5.15 */
	uri_too_long: 414,
	/** Ours: RFC 9110 §15.5.16 */
	unsupported_media_type: 415,
	/** Ours: RFC 6585 §4, comes with `Retry-After` */
	too_many_requests: 429,
} as const;

/** One of the codes of {@link errorStatus}. */
export type ErrorCode = keyof typeof errorStatus;

/** What may accompany an {@link OAuthError}. */
export interface OAuthErrorDetail {
	/** Goes to the log alone, under the trace id. */
	readonly cause?: unknown;
	/** Seconds after which a retry may help. */
	readonly retryAfter?: number;
	/** For the development section of error pages (loopback issuers only): what was sent against what is registered. */
	readonly comparison?: Readonly<Record<string, string>>;
}

/**
 * The one error that rules throw. `description` is for the developer of the client: it says what to do, and holds
 * nothing that was secret in the request.
 *
 * @example throw new OAuthError("invalid_grant", "the code was already used");
 */
export class OAuthError extends Error {
	readonly code: ErrorCode;
	readonly retryAfter: number | undefined;
	readonly comparison: Readonly<Record<string, string>> | undefined;

	constructor(code: ErrorCode, description: string, detail: OAuthErrorDetail = {}) {
		super(description, detail.cause === undefined ? undefined : { cause: detail.cause });
		this.name = "OAuthError";
		this.code = code;
		this.retryAfter = detail.retryAfter;
		this.comparison = detail.comparison;
	}

	/** The HTTP status of a JSON answer that carries this error. */
	get status(): number {
		return errorStatus[this.code];
	}
}
