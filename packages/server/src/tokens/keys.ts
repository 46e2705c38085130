import crypto, { type KeyObject } from "node:crypto";
import type { SigningAlgorithm } from "@gatehouse/protocol";
import { algorithms } from "./algorithms.ts";
import { publicMembers, thumbprint } from "./jwk.ts";
import type { Secrets } from "./tokens.ts";

/** A signing key as it is stored. */
export interface SigningKeyRow {
	/** The thumbprint of its public half (RFC 7638). */
	readonly kid: string;
	readonly alg: string;
	/** The public JWK as JSON. */
	readonly publicJwk: string;
	/** The private JWK under the master key; gone when it may not sign any more. */
	readonly sealedPrivate?: string;
	readonly createdAt: number;
	/** From when on it signs; absent: it stands by, published. */
	readonly signsFrom?: number;
	/** Until when it signed. */
	readonly signsUntil?: number;
	/** Compromised: neither published nor believed, not even in hints. */
	readonly revokedAt?: number;
}

/** Makes a key pair of an algorithm. */
export type GenerateKeyPair = (alg: SigningAlgorithm) => Promise<{ readonly privateKey: KeyObject; readonly publicKey: KeyObject }>;

/** From the system's chance, on the thread pool. */
export const generateKeyPair: GenerateKeyPair = (alg) => algorithms[alg].generate();

const nameOf = (kid: string) => `signing key ${kid}`;

/**
 * Makes a signing key on the thread pool, its private half sealed.
 *
 * @param times `signsFrom` absent: it stands by
 * @param generate chance, where it is handed in: a new key pair of the algorithm
 * @example await createSigningKey("RS256", secrets, { createdAt: now, signsFrom: now });
 */
export async function createSigningKey(
	alg: SigningAlgorithm,
	secrets: Pick<Secrets, "wrap">,
	times: { readonly createdAt: number; readonly signsFrom?: number },
	generate: GenerateKeyPair = generateKeyPair,
): Promise<SigningKeyRow> {
	const { privateKey, publicKey } = await generate(alg);
	const members = publicMembers(publicKey.export({ format: "jwk" }));
	const kid = thumbprint(members);
	return {
		kid,
		alg,
		publicJwk: JSON.stringify({ ...members, kid, use: "sig", alg }),
		sealedPrivate: secrets.wrap(nameOf(kid), Buffer.from(JSON.stringify(privateKey.export({ format: "jwk" })))),
		...times,
	};
}

/**
 * Opens the private half of a key.
 *
 * @throws Error when the master key is not listed, or the two halves do not belong together.
 */
export function openPrivateKey(row: SigningKeyRow & { readonly sealedPrivate: string }, secrets: Pick<Secrets, "unwrap">): KeyObject {
	const jwk = JSON.parse(Buffer.from(secrets.unwrap(nameOf(row.kid), row.sealedPrivate)).toString("utf8"));
	if (thumbprint(jwk) !== row.kid) throw new Error(`the private half of ${nameOf(row.kid)} belongs to another key`);
	return crypto.createPrivateKey({ key: jwk, format: "jwk" });
}

/**
 * The same key with its private half sealed under the newest master key; the row itself where there is nothing to do.
 *
 * @throws Error when the master key that sealed it is not listed.
 */
export function renewSigningKey(
	row: SigningKeyRow,
	secrets: Pick<Secrets, "wrap" | "unwrap" | "sealedUnder">,
	newest: number,
): SigningKeyRow {
	if (row.sealedPrivate === undefined || secrets.sealedUnder(row.sealedPrivate) === newest) return row;
	return { ...row, sealedPrivate: secrets.wrap(nameOf(row.kid), secrets.unwrap(nameOf(row.kid), row.sealedPrivate)) };
}
