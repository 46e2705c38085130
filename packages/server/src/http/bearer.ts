import type { OAuthError } from "@gatehouse/protocol";
import type { FastifyRequest } from "fastify";

/** The bearer token of the `Authorization` header (RFC 6750 §2.1). */
export function bearerOf(request: FastifyRequest): string | undefined {
	return /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** RFC 6750 §3: a request without any token learns the scheme alone. */
export function challenge(error: OAuthError, token: string | undefined, issuer: string): string {
	if (error.code === "invalid_token" && token === undefined) return `Bearer realm="${issuer}"`;
	const scope = error.code === "insufficient_scope" ? ', scope="openid"' : "";
	return `Bearer realm="${issuer}", error="${error.code}", error_description="${error.message.replaceAll('"', "'").replaceAll("`", "'")}"${scope}`;
}
