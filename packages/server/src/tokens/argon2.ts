import crypto from "node:crypto";
import type { Argon2Parameters } from "./phc.ts";

/** One computation of argon2id: blocks its thread for milliseconds. */
export type Argon2 = (password: string, salt: Uint8Array, length: number, parameters: Argon2Parameters) => Uint8Array;

/** node:crypto's: everywhere, and three times slower. */
export const nodeArgon2: Argon2 = (password, salt, length, { memory, passes, lanes }) =>
	crypto.argon2Sync("argon2id", { message: password, nonce: salt, tagLength: length, memory, passes, parallelism: lanes });

/** The one of `@node-rs/argon2`; undefined where its binary is not installed. */
export async function loadNativeArgon2(): Promise<Argon2 | undefined> {
	try {
		const { hashRawSync } = await import("@node-rs/argon2");
		return (password, salt, length, { memory, passes, lanes }) =>
			hashRawSync(password, {
				algorithm: 2,
				version: 1,
				salt,
				outputLen: length,
				memoryCost: memory,
				timeCost: passes,
				parallelism: lanes,
			});
	} catch {
		return undefined;
	}
}
