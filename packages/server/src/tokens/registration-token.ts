import crypto from "node:crypto";
import { decodeExact, encode } from "./encoding.ts";
import type { Random, RegistrationTokens } from "./tokens.ts";
import { uuidFromBytes, uuidLength, uuidToBytes } from "./uuid.ts";

const secretLength = 32;

/**
 * The two bearer tokens of registration. The initial one (RFC 7591 §3) is `base64url(id ‖ secret)`, the one that manages a
 * client (RFC 7592 §3) a secret alone, for the address says whose it is; 256 random bits each. The store sees SHA-256 alone.
 *
 * @example const { token, hash } = registrationTokens.createInitial(id);
 */
export function createRegistrationTokens(random: Pick<Random, "bytes">): RegistrationTokens {
	const hashOf = (secret: Uint8Array) => crypto.hash("sha256", secret, "buffer");
	return Object.freeze({
		createInitial(id: string) {
			const secret = random.bytes(secretLength);
			return { token: encode(Buffer.concat([uuidToBytes(id), secret])), hash: hashOf(secret) };
		},

		parseInitial(token: string) {
			const bytes = decodeExact(token);
			if (bytes?.length !== uuidLength + secretLength) return undefined;
			return { id: uuidFromBytes(bytes), hash: hashOf(bytes.subarray(uuidLength)) };
		},

		create() {
			const secret = random.bytes(secretLength);
			return { token: encode(secret), hash: hashOf(secret) };
		},

		hash(token: string) {
			const bytes = decodeExact(token);
			return bytes?.length === secretLength ? hashOf(bytes) : undefined;
		},

		equal: (a: Uint8Array, b: Uint8Array) => a.length === b.length && crypto.timingSafeEqual(a, b),
	});
}
