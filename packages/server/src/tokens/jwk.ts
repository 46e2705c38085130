import crypto from "node:crypto";

/** The members of a public key that its thumbprint covers, in lexicographic order, by `kty` (RFC 7638 §3.2, RFC 8037 §2). */
const required: Readonly<Record<string, readonly string[]>> = {
	EC: ["crv", "kty", "x", "y"],
	OKP: ["crv", "kty", "x"],
	RSA: ["e", "kty", "n"],
};

/** A public key as a JWK, nothing else in it. */
export type PublicJwk = Readonly<Record<string, string>>;

/**
 * Keeps the public members alone, whatever else the key carries.
 *
 * @throws Error when it is no RSA, EC or OKP key.
 */
export function publicMembers(jwk: object): PublicJwk {
	const key = jwk as Readonly<Record<string, unknown>>;
	const names = required[String(key.kty)];
	if (!names) throw new Error("a key is neither RSA nor EC nor OKP");
	const out: Record<string, string> = {};
	for (const name of names) {
		const member = key[name];
		if (typeof member !== "string") throw new Error(`a ${key.kty} key lacks its member ${name}`);
		out[name] = member;
	}
	return out;
}

/**
 * The SHA-256 thumbprint of a key: its name, which follows from the key (RFC 7638 §3).
 *
 * @example thumbprint({ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }); // "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
 */
export function thumbprint(jwk: object): string {
	return crypto.hash("sha256", JSON.stringify(publicMembers(jwk)), "base64url");
}
