import type { ClientMetadata, JwkSet, PublicJwk } from "@gatehouse/protocol";

/** Members that only a private or a shared key has (RFC 7518 §6). */
const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const asymmetric = ["RSA", "EC", "OKP"];

/** As many keys as a client may publish. */
const maxKeys = 20;

/**
 * What is wrong with the keys that a client brings along (RFC 7591 §2, RFC 7517).
 *
 * @example clientKeyFaults({ jwks: { keys: [] }, jwks_uri: "https://rp.example/jwks" }); // [{ field: "jwks", text: "…" }]
 */
export function clientKeyFaults({ jwks, jwks_uri }: Pick<Partial<ClientMetadata>, "jwks" | "jwks_uri">) {
	if (jwks === undefined) return [];
	if (jwks_uri !== undefined) return [{ field: "jwks", text: "stands beside `jwks_uri`: keep one of them (RFC 7591 §2)" }];
	const text = whyNoKeySet(jwks);
	return text === undefined ? [] : [{ field: "jwks", text }];
}

/**
 * Why a JWK set is not one of public keys that somebody signs with: undefined when it is.
 *
 * @returns the end of a sentence that begins with its place
 */
export function whyNoKeySet({ keys }: JwkSet): string | undefined {
	if (keys.length === 0) return "holds no key";
	if (keys.length > maxKeys) return `holds more than ${maxKeys} keys`;
	if (keys.some(isSecret))
		return "holds a private or a shared key: publish the public half alone, and change that key, for it is known now";
	if (!keys.some((key) => asymmetric.includes(key.kty))) return `holds no key of a kind that is supported: ${asymmetric.join(", ")}`;
	return undefined;
}

function isSecret(key: PublicJwk): boolean {
	return key.kty === "oct" || secretMembers.some((member) => Object.hasOwn(key, member));
}
