import crypto from "node:crypto";
import { decodeExact, encode } from "./encoding.ts";
import type { Random, SessionCookies } from "./tokens.ts";
import { uuidFromBytes, uuidLength, uuidToBytes } from "./uuid.ts";

const secretLength = 32;

/**
 * The cookie of a session: `base64url(id ‖ secret)`, the secret being 256 random bits. The store sees its SHA-256 alone.
 *
 * @example const { cookie, secretHash } = sessionCookies.create(id);
 */
export function createSessionCookies(random: Pick<Random, "bytes">): SessionCookies {
	return Object.freeze({
		create(sessionId: string) {
			const secret = random.bytes(secretLength);
			return { cookie: encode(Buffer.concat([uuidToBytes(sessionId), secret])), secretHash: crypto.hash("sha256", secret, "buffer") };
		},

		parse(cookie: string) {
			const bytes = decodeExact(cookie);
			if (bytes?.length !== uuidLength + secretLength) return undefined;
			return { sessionId: uuidFromBytes(bytes), secretHash: crypto.hash("sha256", bytes.subarray(uuidLength), "buffer") };
		},

		equal: (a: Uint8Array, b: Uint8Array) => a.length === b.length && crypto.timingSafeEqual(a, b),
	});
}
