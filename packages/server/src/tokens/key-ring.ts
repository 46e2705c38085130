import crypto, { type KeyObject } from "node:crypto";
import { type SigningAlgorithm, signingAlgorithms, tokenTypes } from "@gatehouse/protocol";
import { publicMembers } from "./jwk.ts";
import { encodeHeader } from "./jws.ts";
import { openPrivateKey, type SigningKeyRow } from "./keys.ts";
import type { Secrets } from "./tokens.ts";

/** No token lives longer (access tokens 1–60 minutes, ID tokens one hour); a minute is left for replicas that learn late. */
const longestToken = 61 * 60_000;

/** A key that may sign, with its headers encoded in advance. */
export interface SigningKey {
	readonly kid: string;
	readonly alg: SigningAlgorithm;
	readonly privateKey: KeyObject;
	readonly headers: { readonly [Kind in keyof typeof tokenTypes]: string };
}

/** A key that proves signatures, of its one algorithm. */
export interface VerifyingKey {
	readonly kid: string;
	readonly alg: SigningAlgorithm;
	readonly publicKey: KeyObject;
}

/** All keys of the store at one version of it; what each may do depends on the time alone. */
export interface KeyRing {
	/** Those that a key signs or will sign, in the order of the protocol's list. */
	readonly algorithms: readonly SigningAlgorithm[];
	/**
	 * The newest key of the algorithm whose time has come.
	 *
	 * @throws Error when there is none.
	 */
	signer(alg: SigningAlgorithm, now: number): SigningKey;
	/** The `kid` of the key that is published and does not sign yet: the next one. */
	standby(alg: SigningAlgorithm, now: number): string | undefined;
	/** A published key: what it signed is believed. */
	published(kid: string, now: number): VerifyingKey | undefined;
	/** A key whose ID tokens still serve as hints (OpenID Connect RP-Initiated Logout §4): published now or in the past, never revoked. */
	remembered(kid: string, now: number): VerifyingKey | undefined;
	/** The JWK set of the published keys as ready bytes (RFC 7517 §5); the same object while they are the same. */
	jwks(now: number): Uint8Array;
}

interface RingKey extends VerifyingKey {
	readonly row: SigningKeyRow;
	readonly jwk: Readonly<Record<string, string>>;
	readonly signing: SigningKey | undefined;
}

/**
 * Builds the ring from the rows of the store. Private keys are opened once: those of `before` are taken over.
 *
 * @param hintLifetime milliseconds for which a former key is remembered for hints: `sessions.absolute`
 * @throws Error when a private key cannot be opened.
 * @example const ring = createKeyRing(await store.keys.all(), { secrets, hintLifetime: limits.sessions.absolute });
 */
export function createKeyRing(
	rows: readonly SigningKeyRow[],
	ground: { readonly secrets: Pick<Secrets, "unwrap">; readonly hintLifetime: number },
	before?: KeyRing,
): KeyRing {
	const known = (before && keysOf.get(before)) ?? new Map<string, RingKey>();
	// Revoked keys are not even read; an algorithm of a later release is none of ours.
	const keys = rows
		.filter((row) => row.revokedAt === undefined && isOurs(row.alg))
		.map((row) => toKey(row, ground.secrets, known.get(row.kid)));
	const byKid = new Map(keys.map((key) => [key.kid, key]));

	const publishedUntil = ({ row }: RingKey) => (row.signsUntil ?? Number.POSITIVE_INFINITY) + longestToken;
	const rememberedUntil = (key: RingKey) => Math.max(publishedUntil(key), (key.row.signsUntil ?? 0) + ground.hintLifetime);
	const signsStill = ({ row, signing }: RingKey, now: number) =>
		signing !== undefined && now < (row.signsUntil ?? Number.POSITIVE_INFINITY);
	const signers = new Map(
		signingAlgorithms.map((alg) => [
			alg,
			keys.filter((key) => key.alg === alg && key.row.signsFrom !== undefined).sort((a, b) => start(b) - start(a)),
		]),
	);
	let set: { readonly kids: string; readonly bytes: Uint8Array } | undefined;

	const ring: KeyRing = Object.freeze({
		algorithms: signingAlgorithms.filter((alg) => keys.some((key) => key.alg === alg && key.signing && key.row.signsUntil === undefined)),

		signer(alg: SigningAlgorithm, now: number) {
			const able = signers.get(alg)?.filter((key) => signsStill(key, now)) ?? [];
			// A clock that stepped back, or that of a replica behind, finds no key whose time has come: the earliest signs.
			const key = able.find((one) => start(one) <= now) ?? able.at(-1);
			if (!key?.signing) throw new Error(`there is no key that signs ${alg}: run \`gatehouse keys rotate\``);
			return key.signing;
		},

		standby(alg: SigningAlgorithm, now: number) {
			return keys.find((key) => key.alg === alg && signsStill(key, now) && (key.row.signsFrom === undefined || now < key.row.signsFrom))
				?.kid;
		},

		published(kid: string, now: number) {
			const key = byKid.get(kid);
			return key && now < publishedUntil(key) ? key : undefined;
		},

		remembered(kid: string, now: number) {
			const key = byKid.get(kid);
			return key && now < rememberedUntil(key) ? key : undefined;
		},

		jwks(now: number) {
			const published = keys.filter((key) => now < publishedUntil(key));
			const kids = published.map(({ kid }) => kid).join(" ");
			if (set?.kids !== kids) set = { kids, bytes: Buffer.from(JSON.stringify({ keys: published.map(({ jwk }) => jwk) })) };
			return set.bytes;
		},
	});
	keysOf.set(ring, byKid);
	return ring;
}

/** The keys of each ring, for the ring that comes after it. */
const keysOf = new WeakMap<KeyRing, Map<string, RingKey>>();

function start({ row }: RingKey): number {
	return row.signsFrom ?? Number.POSITIVE_INFINITY;
}

function isOurs(alg: string): alg is SigningAlgorithm {
	return (signingAlgorithms as readonly string[]).includes(alg);
}

function toKey(row: SigningKeyRow, secrets: Pick<Secrets, "unwrap">, known: RingKey | undefined): RingKey {
	const { kid } = row;
	const alg = row.alg as SigningAlgorithm;
	// Public members alone, whatever the row says.
	const members = publicMembers(JSON.parse(row.publicJwk));
	return {
		kid,
		alg,
		row,
		jwk: { ...members, kid, use: "sig", alg },
		publicKey: known?.publicKey ?? crypto.createPublicKey({ key: members, format: "jwk" }),
		signing: row.sealedPrivate === undefined ? undefined : (known?.signing ?? toSigningKey(row, row.sealedPrivate, secrets)),
	};
}

function toSigningKey(row: SigningKeyRow, sealedPrivate: string, secrets: Pick<Secrets, "unwrap">): SigningKey {
	const { kid } = row;
	const alg = row.alg as SigningAlgorithm;
	return Object.freeze({
		kid,
		alg,
		privateKey: openPrivateKey({ ...row, sealedPrivate }, secrets),
		headers: {
			accessToken: encodeHeader({ alg, typ: tokenTypes.accessToken, kid }),
			idToken: encodeHeader({ alg, typ: tokenTypes.idToken, kid }),
			userinfo: encodeHeader({ alg, typ: tokenTypes.userinfo, kid }),
			logoutToken: encodeHeader({ alg, typ: tokenTypes.logoutToken, kid }),
		},
	});
}
