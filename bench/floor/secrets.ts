import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from "node:crypto";

let pool = Buffer.alloc(0);
let taken = 0;

/** Random bytes out of a block of 8 KiB: one call to the generator for many of them. */
function random(length: number): Buffer {
	if (taken + length > pool.length) {
		pool = randomBytes(8192);
		taken = 0;
	}
	taken += length;
	return pool.subarray(taken - length, taken);
}

/** A random value of so many bytes, as base64url. */
export function secret(length = 32): string {
	return random(length).toString("base64url");
}

/** SHA-256, which is enough for values of full entropy. */
export function digest(value: string): Buffer {
	return hash("sha256", value, "buffer");
}

/** Whether a secret is the one whose digest is known. */
export function matches(known: Uint8Array, presented: string): boolean {
	return timingSafeEqual(known, digest(presented));
}

const sealKey = randomBytes(32);

/** Encrypts a value (AES-256-GCM), so that it can travel through the browser and needs no row. */
export function seal(value: unknown): string {
	const iv = Buffer.from(random(12));
	const cipher = createCipheriv("aes-256-gcm", sealKey, iv);
	return Buffer.concat([iv, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** A sealed value and its random id; undefined when it is not ours. */
export function open<T>(sealed: string): { readonly value: T; readonly id: Buffer } | undefined {
	try {
		const bytes = Buffer.from(sealed, "base64url");
		const id = bytes.subarray(0, 12);
		const decipher = createDecipheriv("aes-256-gcm", sealKey, id);
		decipher.setAuthTag(bytes.subarray(-16));
		return { value: JSON.parse(decipher.update(bytes.subarray(12, -16), undefined, "utf8") + decipher.final("utf8")) as T, id };
	} catch {
		return undefined;
	}
}
