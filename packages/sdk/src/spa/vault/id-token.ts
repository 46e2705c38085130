import { Refused } from "./refused.ts";

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
}

export type Claims = Readonly<Record<string, unknown>>;

/** Seconds that two clocks may differ (D3). */
const skew = 10;

/**
 * The claims of an ID token that came straight from the token endpoint, checked by OpenID Connect Core §3.1.3.7. Its signature is not
 * (item 6): TLS has said who sent it, and whoever can break that can replace this code too. Nothing is compared with the clock of the
 * machine, which may be hours off, but with the issuer's own. Throws `id_token_refused`.
 */
export async function idTokenClaims(jwt: unknown, expected: Expected): Promise<Claims> {
	const [header, claims] = [segmentIn(jwt, 0), claimsIn(jwt)];
	if (!header || !claims) throw refused("is none");
	const { iss, aud, azp, exp, iat, sub, nonce, auth_time: authTime, at_hash: atHash } = claims;
	if (iss !== expected.issuer) throw refused("is of another issuer");
	const audiences = [aud].flat();
	if (!audiences.includes(expected.clientId)) throw refused("is for another client");
	if (azp === undefined ? audiences.length > 1 : azp !== expected.clientId) throw refused("is for another party");
	if (nonce !== expected.nonce) throw refused("answers another request");
	if (typeof sub !== "string" || sub === "") throw refused("names nobody");
	if (!isTime(exp) || !isTime(iat)) throw refused("has no lifetime");
	// Without its time, the issuer's clock shows at least when it wrote this.
	const now = expected.date / 1000 || iat;
	if (exp + skew <= now) throw refused("has expired");
	if (iat - skew > now) throw refused("is of the future");
	if (expected.maxAge !== undefined && !(isTime(authTime) && authTime + expected.maxAge + skew >= now))
		throw refused("tells of a sign-in that is too old");
	const hash = hashOf(header["alg"]);
	if (!hash) throw refused("is signed in an unknown way");
	if (atHash !== undefined && atHash !== (await leftHalf(hash, expected.accessToken))) throw refused("belongs to another access token");
	return claims;
}

function refused(why: string): Refused {
	return new Refused("id_token_refused", `The ID token ${why}.`);
}

const isTime = (value: unknown): value is number => Number.isFinite(value);

/** The hash of a signature algorithm (OpenID Connect Core §3.1.3.6). Neither `none` nor a shared secret (HS256) has one here. */
function hashOf(alg: unknown): string | undefined {
	const size = /^(?:[RPE]S(256|384|512)|EdDSA|Ed25519)$/.exec(String(alg));
	return size ? `SHA-${size[1] ?? 512}` : undefined;
}

async function leftHalf(hash: string, text: string): Promise<string> {
	const bytes = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(text)));
	return btoa(String.fromCharCode(...bytes.subarray(0, bytes.length / 2)))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}

/** What a JWT says, believed or not. */
export function claimsIn(jwt: unknown): Claims | undefined {
	return segmentIn(jwt, 1);
}

function segmentIn(jwt: unknown, place: number): Claims | undefined {
	try {
		const segment = String(jwt).split(".", 3)[place]!;
		const bytes = Uint8Array.from(atob(segment.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
		const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
		return typeof value === "object" && value !== null ? (value as Claims) : undefined;
	} catch {
		return undefined;
	}
}
