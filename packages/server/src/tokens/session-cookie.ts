import crypto from "node:crypto";
import { decodeExact, encode } from "./encoding.ts";
import type { Random, SessionCookies } from "./tokens.ts";
import { uuidFromBytes, uuidLength, uuidToBytes } from "./uuid.ts";

const secretLength = 32;

/**
 * The cookie of a session: `base64url(id ‖ secret)`, the secret being 256 random bits. The store sees its SHA-256 alone.
 *
 * @example const { secretHash, cookieFor } = sessionCookies.create(); const cookie = cookieFor(session.id);
 */
export function createSessionCookies(random: Pick<Random, "bytes">): SessionCookies {
	return Object.freeze({
		create() {
			const secret = random.bytes(secretLength);
			return {
				secretHash: crypto.hash("sha256", secret, "buffer"),
				cookieFor: (sessionId: string) => encode(Buffer.concat([uuidToBytes(sessionId), secret])),
			};
		},

		parse(cookie: string) {
			const bytes = decodeExact(cookie);
			if (bytes?.length !== uuidLength + secretLength) return undefined;
			return { sessionId: uuidFromBytes(bytes), secretHash: crypto.hash("sha256", bytes.subarray(uuidLength), "buffer") };
		},

		equal: (a: Uint8Array, b: Uint8Array) => a.length === b.length && crypto.timingSafeEqual(a, b),
	});
}
