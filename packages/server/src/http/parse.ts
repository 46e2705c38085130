import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";

const form = /^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

const json = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

/** The text behind the `?` of a request, as it came. */
export function queryOf(request: FastifyRequest): string {
	const url = request.raw.url ?? "";
	const mark = url.indexOf("?");
	return mark < 0 ? "" : url.slice(mark + 1);
}

/** The body of a form post, as it came. The parser below hands on nothing else. */
export function bodyOf(request: FastifyRequest): string {
	return typeof request.body === "string" ? request.body : "";
}

/**
 * The parameters of a POST to an endpoint of the protocol: the body alone (RFC 6749 §3.2), as a form in UTF-8.
 *
 * @throws OAuthError `invalid_request` for another content type, and for parameters in the query.
 */
export function formParameters(request: FastifyRequest): Parameters {
	if (queryOf(request) !== "") throw new OAuthError("invalid_request", "send the parameters in the body, not in the query");
	const type = request.headers["content-type"];
	if (type === undefined || !form.test(type) || contentTypes(request) > 1)
		throw new OAuthError("invalid_request", "send a body of type application/x-www-form-urlencoded in UTF-8");
	return parseParameters(bodyOf(request));
}

/** D7 */
const deepest = 32;

/**
 * The body of a request as JSON in UTF-8 (RFC 7591 §3.1). What was sent twice counts as it was sent last.
 *
 * @throws OAuthError `invalid_client_metadata` for another content type, for what is no JSON, and for what is nested too deep.
 */
export function jsonBody(request: FastifyRequest): unknown {
	const type = request.headers["content-type"];
	if (type === undefined || !json.test(type) || contentTypes(request) > 1)
		throw new OAuthError("invalid_client_metadata", "send a body of type application/json in UTF-8");
	const text = bodyOf(request);
	if (isDeeper(text, deepest)) throw new OAuthError("invalid_client_metadata", `the body is nested more than ${deepest} levels deep`);
	try {
		return JSON.parse(text);
	} catch {
		throw new OAuthError("invalid_client_metadata", "the body is not JSON");
	}
}

/** Counts brackets outside of strings, before anything is built of them; each character is looked at once. */
function isDeeper(text: string, limit: number): boolean {
	let depth = 0;
	let quoted = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (quoted && character === "\\") at++;
		else if (character === '"') quoted = !quoted;
		else if (!quoted && (character === "[" || character === "{") && ++depth > limit) return true;
		else if (!quoted && (character === "]" || character === "}")) depth--;
	}
	return false;
}

/** Node joins or drops repeated headers: the raw list shows them all. */
function contentTypes(request: FastifyRequest): number {
	return request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "content-type").length;
}

/** True for a content type that the form parser reads; everything else is 415 on pages. */
export function isForm(type: string | undefined): boolean {
	return type !== undefined && form.test(type);
}
