import crypto from "node:crypto";
import { encode } from "./encoding.ts";
import type { Random, Secrets, Subjects } from "./tokens.ts";

const keyLength = 32;
const nameOfKey = "pairwise key";

/** Makes the key of pairwise subjects, sealed for the store: it is made once, or every app would meet strangers. */
export function createPairwiseKey(ground: { readonly secrets: Pick<Secrets, "wrap">; readonly random: Pick<Random, "bytes"> }): string {
	return ground.secrets.wrap(nameOfKey, ground.random.bytes(keyLength));
}

/** The same key sealed under the newest master key. @throws Error when the master key that sealed it is not listed. */
export function renewPairwiseKey(sealed: string, secrets: Pick<Secrets, "wrap" | "unwrap" | "sealedUnder">, newest: number): string {
	if (secrets.sealedUnder(sealed) === newest) return sealed;
	return secrets.wrap(nameOfKey, secrets.unwrap(nameOfKey, sealed));
}

/**
 * Who people are for a client (OpenID Connect Core §8.1): everyone's `sub` is the person's id; clients of a sector see
 * `base64url(HMAC-SHA256(key, [sector, id]))` instead, which no other sector can bring together with theirs.
 *
 * @example subjects.take(sealedKey); subjects.of(person.id, client); // the `sub` of its ID tokens
 */
export function createSubjects(secrets: Pick<Secrets, "unwrap">): Subjects {
	let key: Uint8Array | undefined;
	return Object.freeze({
		take(sealed: string) {
			// Opened once: sealed anew by a replica with a newer master key it is the same key still.
			key ??= secrets.unwrap(nameOfKey, sealed);
		},

		of(personId: string, { sector }: Parameters<Subjects["of"]>[1]) {
			if (sector === undefined) return personId;
			if (!key) throw new Error("the store has no key of pairwise subjects: start the server once");
			return encode(
				crypto
					.createHmac("sha256", key)
					.update(JSON.stringify([sector, personId]))
					.digest(),
			);
		},
	});
}
