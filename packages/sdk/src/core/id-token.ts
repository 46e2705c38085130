import type { Digest } from "./digest.ts";
import { base64Of, type Claims, claimsIn, headerIn } from "./json-web-token.ts";

/** What an ID token must fit. */
export interface Expected {
	readonly issuer: string;
	readonly clientId: string;
	readonly nonce: string;
	/** Seconds, where the request asked for it. */
	readonly maxAge: number | undefined;
	readonly accessToken: string;
	/** The issuer's time in milliseconds since 1970; `NaN` when it did not tell it. */
	readonly date: number;
	readonly digest: Digest;
}

type HashName = Parameters<Digest>[0];

/** Seconds that two clocks may differ (D3). */
const skew = 10;

/**
 * The claims of an ID token that came straight from the token endpoint, checked by OpenID Connect Core §3.1.3.7. Its signature is not
 * (item 6): TLS has said who sent it; an edition that has the issuer's keys at hand checks it besides. Nothing is compared with the clock of
 * the machine, which may be hours off, but with the issuer's own.
 *
 * @returns the claims, or a sentence saying what is wrong
 */
export async function idTokenClaims(jwt: unknown, expected: Expected): Promise<Claims | string> {
	const [header, claims] = [headerIn(jwt), claimsIn(jwt)];
	if (!header || !claims) return refused("is none");
	const { azp, exp, iat, sub, nonce, auth_time: authTime, at_hash: atHash } = claims;
	const stranger = strangerFault(claims, expected);
	if (stranger) return refused(stranger);
	const audiences = audiencesOf(claims);
	if (azp === undefined ? audiences.length > 1 : azp !== expected.clientId) return refused("is for another party");
	if (nonce !== expected.nonce) return refused("answers another request");
	if (typeof sub !== "string" || sub === "") return refused("names nobody");
	if (!isTime(exp) || !isTime(iat)) return refused("has no lifetime");
	// Without its time, the issuer's clock shows at least when it wrote this.
	const now = expected.date / 1000 || iat;
	if (exp + skew <= now) return refused("has expired");
	if (iat - skew > now) return refused("is of the future");
	if (expected.maxAge !== undefined && !(isTime(authTime) && authTime + expected.maxAge + skew >= now))
		return refused("tells of a sign-in that is too old");
	const hash = hashOf(header["alg"]);
	if (!hash) return refused("is signed in an unknown way");
	if (atHash !== undefined && base64Of(String(atHash)) !== (await leftHalf(expected.digest, hash, expected.accessToken)))
		return refused("belongs to another access token");
	return claims;
}

/**
 * What is wrong with the ID token of a refresh, as a sentence, or nothing (OpenID Connect Core §12.2): it has to be of the same issuer, for the
 * same client and about the same person as the first. Nobody is signed in by it, so that its lifetime and a nonce are of no matter.
 */
export function refreshedIdTokenFault(
	jwt: unknown,
	expected: Pick<Expected, "issuer" | "clientId"> & { readonly sub: unknown },
): string | undefined {
	const claims = claimsIn(jwt);
	const fault = claims
		? (strangerFault(claims, expected) ?? (claims["sub"] === expected.sub ? undefined : "names somebody else"))
		: "is none";
	return fault && refused(`of a refresh ${fault}`);
}

const refused = (why: string) => `The ID token ${why}.`;

/** Why this is not a token of this issuer for this client. */
function strangerFault(claims: Claims, { issuer, clientId }: Pick<Expected, "issuer" | "clientId">): string | undefined {
	if (claims["iss"] !== issuer) return "is of another issuer";
	return audiencesOf(claims).includes(clientId) ? undefined : "is for another client";
}

const audiencesOf = ({ aud }: Claims) => [aud].flat();

const isTime = (value: unknown): value is number => Number.isFinite(value);

/** The hash of a signature algorithm (OpenID Connect Core §3.1.3.6). Neither `none` nor a shared secret (HS256) has one here. */
function hashOf(alg: unknown): HashName | undefined {
	const size = /^(?:[RPE]S(256|384|512)|EdDSA|Ed25519)$/.exec(String(alg));
	return size ? (`SHA-${size[1] ?? 512}` as HashName) : undefined;
}

/** As base64 without padding. */
async function leftHalf(digest: Digest, hash: HashName, text: string): Promise<string> {
	const bytes = await digest(hash, new TextEncoder().encode(text));
	return btoa(String.fromCharCode(...bytes.subarray(0, bytes.length / 2))).replaceAll("=", "");
}
