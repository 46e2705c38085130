import crypto, { type KeyObject, type SignKeyObjectInput, type VerifyKeyObjectInput } from "node:crypto";
import { promisify } from "node:util";
import type { SigningAlgorithm } from "@gatehouse/protocol";
import { isLowS, toLowS } from "./low-s.ts";

const generateKeyPair = promisify(crypto.generateKeyPair);

/** A signature algorithm of JWS. */
export interface Algorithm {
	/** Makes a key pair on the thread pool. */
	generate(): Promise<{ readonly privateKey: KeyObject; readonly publicKey: KeyObject }>;
	sign(input: Uint8Array, privateKey: KeyObject): Uint8Array | Promise<Uint8Array>;
	verify(input: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean;
	/** True for the spelling of a signature that we write, where the algorithm knows several. */
	isOwnSpelling(signature: Uint8Array): boolean;
	/** The left half of the hash that belongs to the algorithm (OpenID Connect Core §3.1.3.6). */
	halfHash(text: string): string;
}

/** RSA weighs ten times an elliptic curve, so it is worth the way to the thread pool. */
function rsa(key: (privateOrPublic: KeyObject) => SignKeyObjectInput & VerifyKeyObjectInput): Algorithm {
	return {
		generate: () => generateKeyPair("rsa", { modulusLength: 2048 }),
		sign: (input, privateKey) =>
			new Promise((resolve, reject) => {
				crypto.sign("sha256", input, key(privateKey), (error, signature) => (error ? reject(error) : resolve(signature)));
			}),
		verify: (input, publicKey, signature) => crypto.verify("sha256", input, key(publicKey), signature),
		isOwnSpelling: () => true,
		halfHash: (text) => leftHalf("sha256", text),
	};
}

function leftHalf(hash: "sha256" | "sha512", text: string): string {
	const digest = crypto.hash(hash, text, "buffer");
	return digest.subarray(0, digest.length / 2).toString("base64url");
}

/** Every algorithm there is (RFC 7518 §3.3–3.5, RFC 8037 §3.1). */
export const algorithms: Readonly<Record<SigningAlgorithm, Algorithm>> = Object.freeze({
	RS256: rsa((key) => ({ key })),
	PS256: rsa((key) => ({ key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })),
	ES256: {
		generate: () => generateKeyPair("ec", { namedCurve: "P-256" }),
		sign: (input, privateKey) => toLowS(crypto.sign("sha256", input, { key: privateKey, dsaEncoding: "ieee-p1363" })),
		verify: (input, publicKey, signature) => crypto.verify("sha256", input, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature),
		isOwnSpelling: isLowS,
		halfHash: (text) => leftHalf("sha256", text),
	},
	EdDSA: {
		generate: () => generateKeyPair("ed25519"),
		sign: (input, privateKey) => crypto.sign(null, input, privateKey),
		verify: (input, publicKey, signature) => crypto.verify(null, input, publicKey, signature),
		isOwnSpelling: () => true,
		// Ed25519 hashes with SHA-512.
		halfHash: (text) => leftHalf("sha512", text),
	},
});
