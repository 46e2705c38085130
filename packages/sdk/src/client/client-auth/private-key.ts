import { base64urlOf } from "../../core/base64url.ts";
import type { World } from "../world.ts";
import type { ClientAuthMethod } from "./client-auth.ts";
import { given } from "./secret.ts";
import { type PublicJwk, type SigningKey, signingKeyOf, type WrittenKey, writtenKeyFault } from "./signing-key.ts";

/** A private key, or where it comes from; a function is asked at each use, so that a new key needs no restart. */
export type PrivateKey = WrittenKey | (() => WrittenKey | Promise<WrittenKey>);

/** The proof by a private key, and the public halves that the issuer shall know. */
export interface PrivateKeyAuth extends ClientAuthMethod {
	/**
	 * The public halves of all the keys, as a JWK set: what is registered as the client's `jwks`, or published at its `jwks_uri`. No private part is in it.
	 *
	 * @example console.log(JSON.stringify(await privateKey(env("SSO_KEY")).jwks()));
	 */
	readonly jwks: () => Promise<{ readonly keys: readonly PublicJwk[] }>;
}

/** Seconds that one proof is good for. It is made for one request, which may be on its way for as long as that. */
const lifetime = 60;
/** Seconds by which it says to be older than it is: the issuer refuses what was made ahead of its own clock, and no two clocks agree. */
const leeway = 15;

/**
 * A client that proves itself without a secret that anybody else has: `private_key_jwt` (RFC 7523 §2.2). For each request, and for each try of it, it
 * signs a statement of its own: for this issuer alone, for a minute, once (RFC 10070). The key decides how: RSA signs RS256 (PS256 where its JWK says
 * so), P-256 ES256, Ed25519 EdDSA. Of several keys the first signs, and all are in `jwks()`: so a key is changed without a pause.
 *
 * Throws, when it is used, an `AuthError`: `invalid_option` for a text that holds no such key, `secret_unavailable` when a function fails.
 *
 * @example clientAuth: privateKey(env("SSO_KEY"))
 */
export function privateKey(first: PrivateKey, ...others: readonly PrivateKey[]): PrivateKeyAuth {
	const keys = [first, ...others].map((key) => ({ key, signing: createReader(key) }));
	const signs = keys[0]!.signing;
	return Object.freeze({
		method: "private_key_jwt",
		async prove({ form }, { clientId, issuer }, world) {
			form.set("client_id", clientId);
			form.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
			form.set("client_assertion", await assertion(await signs(), { clientId, issuer }, world));
		},
		fault: () => keys.map(({ key }) => keyFault(key)).find((fault) => fault !== undefined),
		jwks: async () => ({ keys: await Promise.all(keys.map(async ({ signing }) => (await signing()).publicJwk)) }),
	} satisfies PrivateKeyAuth);
}

/** The audience is the issuer, and nothing else, as one text: a statement for another server would be good there too. */
async function assertion(
	{ publicJwk, sign }: SigningKey,
	{ clientId, issuer }: { readonly clientId: string; readonly issuer: string },
	{ wall, randomBytes }: Pick<World, "wall" | "randomBytes">,
): Promise<string> {
	const { alg, kid } = publicJwk;
	const iat = Math.floor(wall() / 1000) - leeway;
	const claims = { iss: clientId, sub: clientId, aud: issuer, jti: base64urlOf(randomBytes(16)), iat, exp: iat + lifetime };
	const text = [{ alg, typ: "client-authentication+jwt", kid }, claims].map(encoded).join(".");
	return `${text}.${base64urlOf(await sign(text))}`;
}

const encoded = (part: object) => base64urlOf(new TextEncoder().encode(JSON.stringify(part)));

/** Reads a key when it is needed, and again only when it is another. */
function createReader(key: PrivateKey): () => Promise<SigningKey> {
	let last: { readonly text: string; readonly signing: Promise<SigningKey> } | undefined;
	return async () => {
		const written = await given(key);
		const text = typeof written === "string" ? written : JSON.stringify(written);
		if (last === undefined || last.text !== text) last = { text, signing: signingKeyOf(written) };
		return last.signing;
	};
}

/** A function is asked once, so that a key that is missing stops the start and not the first sign-in. */
function keyFault(key: unknown): string | undefined {
	if (typeof key !== "function") return writtenKeyFault(key);
	try {
		const written: unknown = key();
		if (written instanceof Promise) return void written.catch(() => undefined);
		return writtenKeyFault(written);
	} catch (error) {
		return `a private key is expected (${error instanceof Error && error.name === "AuthError" ? error.message : "its function failed"})`;
	}
}
