import { AuthError } from "../client/auth-error.ts";
import type { World } from "../client/world.ts";
import { type Algorithm, algorithmNames } from "./algorithms.ts";
import type { JsonObject } from "./json.ts";
import { KeySource } from "./key-source.ts";
import type { KeysFault } from "./keys-fault.ts";
import { createJwtReader, isType, type TypeRule } from "./signed-jwt.ts";

/** The kinds of JWT that an issuer sends to a client, by what their header may say of itself. */
const types = {
	/** OpenID Connect Core says nothing of its `typ`: issuers leave it out, or write the one of all JWTs. */
	"ID token": (typ) => (typ === undefined || isType(typ, "jwt") ? undefined : "The token is no ID token (its type is another)."),
	/**
	 * Back-Channel Logout §2.4: issuers write this one, older ones none. An ID token that is sent to sign its owner out may have none either: it is
	 * told by its claims, having a nonce and no `events` (§2.6).
	 */
	"logout token": (typ) =>
		typ === undefined || isType(typ, "logout+jwt") ? undefined : "The token is not a logout token (its type is not logout+jwt).",
} as const satisfies Record<string, TypeRule>;

export type JwtType = keyof typeof types;

/** A JWT that the issuer has signed, or a sentence saying why it is not one. */
type VerifiedJwt = { readonly claims: JsonObject; readonly fault?: undefined } | { readonly claims?: undefined; readonly fault: string };

/**
 * Verifies JWTs of one issuer's with its public keys, which are fetched at the first of them and kept, as `KeySource` says. What the claims
 * mean is the caller's to judge. Rejects with an `AuthError` where it cannot be known: `issuer_unreachable`, `issuer_mismatch`,
 * `keys_unusable`.
 */
export type JwtVerifier = (jwt: string, type: JwtType) => Promise<VerifiedJwt>;

/** Characters. */
const maxLength = 64 * 1024;

/**
 * A verifier of one issuer's JWTs; nothing is fetched before the first of them.
 *
 * ```ts
 * const verify = createJwtVerifier(issuer, world);
 * const client = createClient({ issuer, clientId, world, signatureFault: async (jwt) => (await verify(jwt, "ID token")).fault });
 * ```
 *
 * @param algorithm the one that the client is registered for (OpenID Connect Core §3.1.3.7 item 7, Back-Channel Logout §2.6); any when absent
 */
export function createJwtVerifier(issuer: string, { fetch, steady }: Pick<World, "fetch" | "steady">, algorithm?: Algorithm): JwtVerifier {
	// Whoever has a token to verify is told what is wrong; there is nobody else to tell.
	const keys = new KeySource({ issuer, fetch, monotonic: steady, onFault: () => undefined });
	const readers = {
		"ID token": createJwtReader(algorithmNames, types["ID token"]),
		"logout token": createJwtReader(algorithmNames, types["logout token"]),
	};

	return async (jwt, type) => {
		if (jwt.length > maxLength) return { fault: `The ${type} is longer than 64 KB.` };
		const read = readers[type](jwt);
		if (typeof read === "string") return { fault: read };
		const { kid, alg, signed, signature, payload } = read;
		if (algorithm !== undefined && alg !== algorithm)
			return { fault: `The ${type} is signed with ${alg}, and this client is one for ${algorithm}: \`idTokenAlgorithm\` says which.` };
		const found = await keys.find(kid, alg);
		if (found.key !== undefined)
			return found.key.verifies(signed, signature) ? { claims: payload } : { fault: `The signature of the ${type} is wrong.` };
		// The issuer may have changed its keys and cannot be asked: that is no verdict.
		if (found.lacking === "all keys" || found.cause !== undefined) throw notAtHand(found.cause, found.retryAfter);
		return { fault: `The ${type} is signed by no key of the issuer.` };
	};
}

function notAtHand(cause: KeysFault | undefined, retryAfter: number): AuthError {
	const message = cause?.message ?? "The keys of the issuer are not at hand: too many wait for them already.";
	return new AuthError(cause?.code ?? "issuer_unreachable", message, { cause, retryAfter });
}
