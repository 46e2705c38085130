import { constants } from "node:crypto";

interface AlgorithmRow {
	readonly kty: string;
	readonly crv?: string;
	/** The members of a JWK that make the public key. Nothing else of it is imported. */
	readonly members: readonly string[];
	readonly digest: "sha256" | null;
	/** Extra options of `crypto.verify`. */
	readonly how: { readonly padding?: number; readonly saltLength?: number; readonly dsaEncoding?: "ieee-p1363" };
}

/** The signatures that are accepted, all asymmetric (RFC 7518 §3.1, RFC 8037 §3.1). HS256 and `none` are no rows, so nothing can turn them on. */
export const algorithms = {
	RS256: { kty: "RSA", members: ["n", "e"], digest: "sha256", how: { padding: constants.RSA_PKCS1_PADDING } },
	PS256: {
		kty: "RSA",
		members: ["n", "e"],
		digest: "sha256",
		how: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
	},
	ES256: { kty: "EC", crv: "P-256", members: ["crv", "x", "y"], digest: "sha256", how: { dsaEncoding: "ieee-p1363" } },
	EdDSA: { kty: "OKP", crv: "Ed25519", members: ["crv", "x"], digest: null, how: {} },
} as const satisfies Record<string, AlgorithmRow>;

export type Algorithm = keyof typeof algorithms;

export const algorithmNames = Object.freeze(Object.keys(algorithms)) as readonly Algorithm[];

/**
 * The one algorithm a JWK is for. Its `alg` says so and must suit its type; without `alg` the type decides, an RSA key being for
 * RS256 alone. The header of a token has no say in it, so no key ever verifies two algorithms (RFC 8725 §3.1).
 */
export function algorithmOf(jwk: Readonly<Record<string, unknown>>): Algorithm | undefined {
	return algorithmNames.find((name) => {
		const row: AlgorithmRow = algorithms[name];
		return jwk.kty === row.kty && (row.crv === undefined || jwk.crv === row.crv) && (jwk.alg === undefined || jwk.alg === name);
	});
}
