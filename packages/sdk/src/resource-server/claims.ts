import type { JsonObject } from "../keys/json.ts";

/** The claims of an access token (RFC 9068 §2.2), times in seconds since 1970. */
export interface AccessTokenClaims {
	readonly iss: string;
	readonly aud: string | readonly string[];
	readonly sub: string;
	readonly client_id: string;
	readonly jti: string;
	readonly iat: number;
	readonly exp: number;
	readonly nbf?: number;
	readonly scope?: unknown;
	readonly auth_time?: unknown;
	readonly acr?: unknown;
	readonly amr?: unknown;
	readonly [name: string]: unknown;
}

/** How far apart the clocks of the issuer and of this API may be, in seconds. */
export const skew = 10;

/** The last second of the year 9999. What is beyond it is no date but a mistake. */
const lastTime = 253_402_300_799;

/**
 * RFC 9068 §4, without the times: what is wrong with the claims of a token for `resource` from `issuer`, or nothing.
 * When nothing is wrong, `payload` has the shape of `AccessTokenClaims`.
 */
export function claimsFault(payload: JsonObject, issuer: string, resource: string): string | undefined {
	const { iss, aud, sub, client_id, jti, iat, exp, nbf } = payload;
	if (iss !== issuer) return "The token is from another issuer.";
	if (!isForResource(aud, resource)) return "The token is for another API (its audience is not this resource).";
	if (!isName(sub) || !isName(client_id) || !isName(jti)) return "The token lacks sub, client_id or jti.";
	if (!isTime(exp) || !isTime(iat)) return "The token lacks a numeric exp or iat.";
	if (nbf !== undefined && !isTime(nbf)) return "The nbf of the token is not a number.";
	// RFC 9449 §7.1, RFC 8705 §3: bound to a key that a bearer does not prove.
	if (payload.cnf !== undefined) return "The token is bound to a key and cannot be used as a bearer token.";
	return undefined;
}

/** What is wrong with the claims at second `now`, or nothing. */
export function timeFault({ exp, nbf, iat }: AccessTokenClaims, now: number): string | undefined {
	if (now - exp > skew) return "The token expired.";
	if (iat - now > skew || (nbf !== undefined && nbf - now > skew)) return "The token is not valid yet.";
	return undefined;
}

function isForResource(aud: unknown, resource: string): boolean {
	if (aud === resource) return true;
	return Array.isArray(aud) && aud.includes(resource) && aud.every((one) => typeof one === "string");
}

const isName = (value: unknown) => typeof value === "string" && value !== "";

const isTime = (value: unknown) => typeof value === "number" && value >= 0 && value <= lastTime;
