import crypto from "node:crypto";
import os from "node:os";
import { type Credential, canonicalPassword } from "../model/index.ts";
import { PasswordPool } from "./password-pool.ts";
import { type Argon2Hash, type Argon2Parameters, formatPhc, parsePhc } from "./phc.ts";
import type { Passwords, Random } from "./tokens.ts";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const current: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };
const saltLength = 16;
const digestLength = 32;

/** What waits longer than about a second has better been told to come back (F-39). */
const queuedPerThread = 128;

/**
 * Passwords as argon2id hashes, computed in at most as many worker threads as there are cores, which start with the first
 * password.
 *
 * @example const credential = await passwords.hash("correct horse"); (await passwords.verify("correct horse", credential)).ok;
 */
export function createPasswords(ground: {
	readonly random: Pick<Random, "bytes">;
	readonly threads?: number;
	readonly queue?: number;
}): Passwords {
	const { random, threads = os.availableParallelism(), queue = threads * queuedPerThread } = ground;
	const pool = new PasswordPool(threads, queue);

	/** Nobody's password: the digest is chance, so no password has it. */
	const nobody: Argon2Hash = { ...current, salt: random.bytes(saltLength), digest: random.bytes(digestLength) };

	function digest(password: string, salt: Uint8Array, length: number, { memory, passes, lanes }: Argon2Parameters): Promise<Uint8Array> {
		return pool.run({ password: canonicalPassword(password), salt, length, parameters: { memory, passes, lanes } });
	}

	return Object.freeze({
		async hash(password: string): Promise<Credential> {
			const salt = random.bytes(saltLength);
			const hash = formatPhc({ ...current, salt, digest: await digest(password, salt, digestLength, current) });
			return { kind: "password", hash };
		},

		async verify(password: string, credential: Credential | undefined) {
			const stored = credential && parsePhc(credential.hash);
			const hash = stored ?? nobody;
			const equal = crypto.timingSafeEqual(await digest(password, hash.salt, hash.digest.length, hash), hash.digest);
			const ok = equal && stored !== undefined;
			return { ok, rehash: ok && isOutdated(hash) };
		},

		close: () => pool.close(),
	});
}

function isOutdated(hash: Argon2Hash): boolean {
	return (
		hash.memory !== current.memory || hash.passes !== current.passes || hash.lanes !== current.lanes || hash.digest.length !== digestLength
	);
}
