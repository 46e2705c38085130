import { createPublicKey, createVerify, type KeyObject, verify } from "node:crypto";
import { type Algorithm, algorithmOf, algorithms } from "./algorithms.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { KeysFault } from "./keys-fault.ts";

/** A public key of the issuer, bound to one algorithm. The same key keeps the same object from one fetch to the next. */
export interface Key {
	readonly kid: string | undefined;
	readonly alg: Algorithm;
	/** Spells out id, algorithm and key material: equal for equal keys. */
	readonly identity: string;
	readonly verifies: (signed: string, signature: Buffer) => boolean;
}

/** The keys of one fetch of the issuer's JWKS (RFC 7517 §5). */
export interface KeySet {
	/** The key for a token's header. A token without `kid` is served by the only key of its algorithm, if there is just one. */
	readonly find: (kid: string | undefined, alg: Algorithm) => Key | undefined;
	/** True when another fetch might bring the key that `find` did not find. */
	readonly lacks: (kid: string | undefined, alg: Algorithm) => boolean;
	readonly has: (key: Key) => boolean;
	readonly keys: readonly Key[];
}

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/**
 * Reads a JWKS document. Keys that are not for signatures, or of a kind unknown here, are passed over. A set that holds a secret, or
 * nothing usable, is refused as a whole with `keys_unusable`: whoever published it made a mistake or is not the issuer.
 */
export function readKeySet(document: JsonObject, former: readonly Key[] = []): KeySet {
	if (!Array.isArray(document.keys)) throw new KeysFault("keys_unusable", "The key set has no `keys` list.");
	const jwks = document.keys.filter(isJsonObject);
	if (jwks.some((jwk) => jwk.kty === "oct" || privateMembers.some((member) => member in jwk)))
		throw new KeysFault("keys_unusable", "The key set holds a secret or private key, which must never be published.");
	const known = new Map(former.map((key) => [key.identity, key]));
	const keys = [...new Map(jwks.flatMap((jwk) => readKey(jwk, known)).map((key) => [key.identity, key])).values()];
	if (keys.length === 0) throw new KeysFault("keys_unusable", "The key set holds no key for RS256, PS256, ES256 or EdDSA.");
	return keySetOf(keys);
}

function keySetOf(keys: readonly Key[]): KeySet {
	const members = new Set(keys);
	const names = new Set(keys.map(({ kid }) => kid));
	// Two keys in one place leave it empty: which of them was meant would be a guess.
	const places = new Map<string, Key | undefined>();
	for (const key of keys)
		for (const place of key.kid === undefined ? [key.alg] : [key.alg, `${key.alg} ${key.kid}`])
			places.set(place, places.has(place) ? undefined : key);
	return Object.freeze({
		keys,
		has: (key: Key) => members.has(key),
		find: (kid: string | undefined, alg: Algorithm) => places.get(kid === undefined ? alg : `${alg} ${kid}`),
		lacks: (kid: string | undefined, alg: Algorithm) => (kid === undefined ? !places.has(alg) : !names.has(kid)),
	});
}

function readKey(jwk: JsonObject, known: ReadonlyMap<string, Key>): readonly Key[] {
	const alg = algorithmOf(jwk);
	const kid = jwk.kid;
	if (alg === undefined || !isForVerifying(jwk) || !(kid === undefined || (typeof kid === "string" && kid !== ""))) return [];
	const { kty, members, digest, how } = algorithms[alg];
	const material = { kty, ...Object.fromEntries(members.map((member) => [member, jwk[member]])) };
	const identity = JSON.stringify([kid, alg, material]);
	const same = known.get(identity);
	if (same !== undefined) return [same];
	const key = importKey(material);
	if (key === undefined) return [];
	const options = { key, ...how };
	// Ed25519 hashes by itself and needs the whole text at once; for the others the streaming form is the faster one.
	// OpenSSL throws on a signature of the wrong length, and RFC 7518 §3.3, §3.4 and RFC 8037 §3.1 fix it.
	const length = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 512) / 8);
	const verifies = (signed: string, signature: Buffer) =>
		signature.length === length &&
		(digest === null
			? verify(null, Buffer.from(signed, "latin1"), options, signature)
			: createVerify(digest).update(signed, "latin1").verify(options, signature));
	return [Object.freeze({ kid, alg, identity, verifies })];
}

/** RFC 7517 §4.2, §4.3. */
function isForVerifying(jwk: JsonObject): boolean {
	const operations = jwk.key_ops;
	return (
		(jwk.use === undefined || jwk.use === "sig") &&
		(operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
	);
}

function importKey(material: JsonObject): KeyObject | undefined {
	try {
		const key = createPublicKey({ key: material, format: "jwk" });
		const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
		// RFC 7518 §3.3: 2048 bits or more. The upper bounds keep one verification cheap, whatever the set says.
		if (modulusLength !== undefined && (modulusLength < 2048 || modulusLength > 8192)) return undefined;
		if (publicExponent !== undefined && (publicExponent < 3n || publicExponent >= 2n ** 32n)) return undefined;
		return key;
	} catch {
		return undefined;
	}
}
