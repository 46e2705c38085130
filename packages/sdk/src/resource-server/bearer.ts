import { refuse, type Verdict } from "./refusal.ts";

/** No token is longer, in characters. Longer ones are refused before anything is decoded or hashed. */
export const maxTokenLength = 8192;

/** What is read of a request, whatever framework it comes from. A fetch `Request` and Node's `IncomingMessage` both have this shape. */
export interface HttpRequest {
	readonly headers: { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;
	/** Node's list of header names and values as they came; it shows what `headers` hides: a header sent twice. */
	readonly rawHeaders?: readonly string[];
	readonly method?: string | undefined;
	readonly url?: string | undefined;
}

/**
 * The bearer token of a request (RFC 6750 §2.1), or why there is none. Only the Authorization header is looked at: a token in the query
 * or in a form is as good as absent, for URLs end up in logs (RFC 9700 §4.3.2).
 */
export function bearerToken(request: HttpRequest): string | Verdict {
	const sent = authorizationOf(request);
	if (sent === undefined) return refuse("missing_token", "The request has no access token.");
	if (typeof sent !== "string") return twice();
	const blank = sent.indexOf(" ");
	const scheme = (blank === -1 ? sent : sent.slice(0, blank)).toLowerCase();
	if (scheme === "dpop") return refuse("invalid_token", "This API takes bearer tokens only.");
	if (scheme !== "bearer") return refuse("missing_token", "The request has no access token of the scheme Bearer.");
	let start = blank === -1 ? sent.length : blank;
	while (sent[start] === " ") start++;
	const token = sent.slice(start);
	if (token.length <= maxTokenLength && token.includes(",")) return twice();
	return token;
}

/** RFC 6750 §3.1: more than one way of sending a token. Which of them a proxy in front has looked at, nobody knows. */
const twice = () => refuse("invalid_request", "The request has more than one Authorization header.");

/** The value of the one Authorization header; all of them when there are several. */
function authorizationOf({ headers, rawHeaders }: HttpRequest): string | readonly string[] | undefined {
	if (rawHeaders !== undefined && countAuthorization(rawHeaders) > 1) return [];
	if (isHeaders(headers)) return headers.get("authorization") ?? undefined;
	let found: string | readonly string[] | undefined;
	for (const name in headers) {
		const value = headers[name];
		if (value === undefined || !isAuthorization(name)) continue;
		if (found !== undefined) return [];
		found = typeof value === "object" && value.length === 1 ? value[0] : value;
	}
	return found;
}

function isHeaders(headers: HttpRequest["headers"]): headers is { get(name: string): string | null } {
	return typeof headers.get === "function";
}

function countAuthorization(rawHeaders: readonly string[]): number {
	let count = 0;
	for (let index = 0; index < rawHeaders.length; index += 2) if (isAuthorization(rawHeaders[index]!)) count++;
	return count;
}

const isAuthorization = (name: string) => name.length === 13 && name.toLowerCase() === "authorization";
