import crypto, { type KeyObject } from "node:crypto";
import { type PublicJwk, type SigningAlgorithm, signingAlgorithms } from "@gatehouse/protocol";
import { algorithms } from "./algorithms.ts";
import { createBoundedMap } from "./bounded-map.ts";
import { publicMembers, thumbprint } from "./jwk.ts";
import { readObject, readSegments } from "./jws.ts";
import type { ClientJws, ClientSignatures } from "./tokens.ts";

/** What a key must be for an algorithm (RFC 7518 §3.1, RFC 8037 §3.1). */
const fitting: Readonly<Record<SigningAlgorithm, { readonly kty: string; readonly crv?: string }>> = {
	RS256: { kty: "RSA" },
	PS256: { kty: "RSA" },
	ES256: { kty: "EC", crv: "P-256" },
	EdDSA: { kty: "OKP", crv: "Ed25519" },
};

/** In bits: below, it can be broken (RFC 7518 §3.3); above, each signature costs more than it is worth. */
const rsaBits = { least: 2048, most: 8192 };

/** A public exponent as long as the modulus makes each verification a hundred times as dear; nobody's is longer than this (I21). */
const mostExponent = 2n ** 33n;

/** As many imported keys as are kept. */
const remembered = 1024;

/**
 * Reads and judges what clients sign. A key comes from what the client has registered, and never from the signature's own
 * header: `jwk`, `jku`, `x5c` and `x5u` there mean nothing (RFC 8725 §3.10).
 *
 * @example
 * const signatures = createClientSignatures();
 * const jws = signatures.read(assertion);
 * if (jws && signatures.whyNot(jws, keys) === undefined) jws.claims["sub"];
 */
export function createClientSignatures(): ClientSignatures {
	const imported = createBoundedMap<KeyObject>(remembered);

	function keyOf(jwk: PublicJwk): KeyObject | undefined {
		try {
			const name = thumbprint(jwk);
			const known = imported.get(name);
			if (known) return known;
			const key = crypto.createPublicKey({ key: publicMembers(jwk), format: "jwk" });
			if (!isStrong(key)) return undefined;
			imported.set(name, key);
			return key;
		} catch {
			return undefined;
		}
	}

	return Object.freeze({
		read: readClientJws,
		whyNot(jws: ClientJws, keys: readonly PublicJwk[], only?: SigningAlgorithm) {
			const { alg, kid, signature } = jws;
			if (!isOurs(alg) || signature === undefined) return "is not signed with one of our algorithms";
			if (only !== undefined && alg !== only) return `is signed with ${alg}, and the client is registered for ${only}`;
			const candidates = keys.filter((key) => (kid === undefined || key.kid === kid) && fits(key, alg)).flatMap((key) => keyOf(key) ?? []);
			if (candidates.length === 0) return `names no key of the client that is good for ${alg}`;
			// Others' signatures have two spellings with ES256: each is as true, and what may happen once goes by the `jti`.
			return candidates.some((key) => algorithms[alg].verify(jws.input, key, signature))
				? undefined
				: "is signed by none of the client's keys";
		},
	});
}

/** {@link ClientSignatures.read} */
export function readClientJws(text: string): ClientJws | undefined {
	const segments = readSegments(text);
	const claims = segments && readObject(segments.payload);
	if (!claims) return undefined;
	const { header, input, signature } = segments;
	const { alg, typ, kid } = header;
	if (typeof alg !== "string" || !isTextOrAbsent(typ) || !isTextOrAbsent(kid)) return undefined;
	return { alg, typ: typ?.toLowerCase().replace(/^application\//, ""), kid, claims, input, signature };
}

function isTextOrAbsent(value: unknown): value is string | undefined {
	return value === undefined || typeof value === "string";
}

function isOurs(alg: string): alg is SigningAlgorithm {
	return (signingAlgorithms as readonly string[]).includes(alg);
}

/** RFC 7517 §4.2–4.4: a key that says what it is for is used for nothing else. */
function fits(key: PublicJwk, alg: SigningAlgorithm): boolean {
	const { kty, crv } = fitting[alg];
	return (
		key.kty === kty &&
		(crv === undefined || key["crv"] === crv) &&
		(key.alg === undefined || key.alg === alg) &&
		(key.use === undefined || key.use === "sig") &&
		(!Array.isArray(key["key_ops"]) || key["key_ops"].includes("verify"))
	);
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): boolean {
	if (asymmetricKeyType !== "rsa") return true;
	const { modulusLength = 0, publicExponent = 0n } = details ?? {};
	return modulusLength >= rsaBits.least && modulusLength <= rsaBits.most && publicExponent > 1n && publicExponent < mostExponent;
}
