import { AuthError, type AuthErrorCode, type AuthErrorDetails } from "../client/auth-error.ts";
import { always } from "./answer-headers.ts";

/** What a code is in the answer to a script; of those that are not here the caller is not the cause. */
const statuses: Partial<Record<AuthErrorCode, number>> = {
	invalid_request: 400,
	logout_token_refused: 400,
	not_signed_in: 401,
	session_expired: 401,
	login_required: 401,
	csrf_refused: 403,
	access_denied: 403,
	invalid_scope: 403,
	invalid_target: 403,
	route_not_allowed: 404,
	store_unreachable: 503,
	issuer_unreachable: 503,
	temporarily_unavailable: 503,
};

/** By it the front end tells an answer of the back end from one of an API. */
const errorHeader = "gatehouse-error";

/** An error that has a status, or headers, of its own. */
export class Refusal extends AuthError {
	override readonly status: number;
	readonly headers: Readonly<Record<string, string>>;

	constructor(
		status: number,
		code: AuthErrorCode,
		message: string,
		{ headers = {}, ...details }: AuthErrorDetails & { readonly headers?: Readonly<Record<string, string>> } = {},
	) {
		super(code, message, details);
		this.status = status;
		this.headers = headers;
	}
}

/** Data for a script, never a page and never a redirect. */
export function answerJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
	return Response.json(value, { status, headers: { ...always, ...headers } });
}

/**
 * What is told of an error. Where the caller is not the cause, its sentence is for the log alone: it names hosts within the network, variables and
 * what the issuer thinks of this client (PG-15).
 */
export function answerError(error: AuthError): Response {
	const { code, message, retryable, traceId, retryAfter } = error;
	const status = error instanceof Refusal ? error.status : (statuses[code] ?? 502);
	const told =
		error instanceof Refusal || status < 500
			? message
			: retryable
				? "It does not work at the moment."
				: "It does not work. The log says why.";
	return answerJson({ error: code, error_description: told, ...(traceId !== undefined && { trace_id: traceId }) }, status, {
		...(error instanceof Refusal && error.headers),
		...(retryAfter !== undefined && { "retry-after": String(Math.ceil(retryAfter)) }),
		[errorHeader]: code,
	});
}
