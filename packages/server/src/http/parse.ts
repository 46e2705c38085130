import { OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";

const form = /^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

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

/** Node joins or drops repeated headers: the raw list shows them all. */
function contentTypes(request: FastifyRequest): number {
	return request.raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "content-type").length;
}

/** True for a content type that the form parser reads; everything else is 415 on pages. */
export function isForm(type: string | undefined): boolean {
	return type !== undefined && form.test(type);
}
