import type { AccessTokenClaims } from "./claims.ts";

/** Who calls, by a token that was verified. Frozen, and shared by all requests with the same token. */
export interface Auth {
	/** The person, or the client itself where no person is present (`sub`). */
	readonly subject: string;
	/** The app that calls (`client_id`). */
	readonly clientId: string;
	/** What the token allows, as in the token: words separated by blanks. */
	readonly scope: string;
	/** The words of `scope`. */
	readonly scopes: readonly string[];
	/** The token's own id (`jti`). */
	readonly tokenId: string;
	/** When the token ends, in seconds since 1970. */
	readonly expiresAt: number;
	/** Everything the token says. */
	readonly claims: AccessTokenClaims;
}

/** The view of verified, frozen claims that routes work with. A `scope` that is not a string allows nothing (RFC 8693 §4.2). */
export function authOf(claims: AccessTokenClaims): Auth {
	const scope = typeof claims.scope === "string" ? claims.scope : "";
	return Object.freeze({
		subject: claims.sub,
		clientId: claims.client_id,
		scope,
		scopes: Object.freeze(scope.split(" ").filter((word) => word !== "")),
		tokenId: claims.jti,
		expiresAt: claims.exp,
		claims,
	});
}
