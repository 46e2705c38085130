import crypto from "node:crypto";
import { decodeExact, encode, view } from "./encoding.ts";
import type { MasterKeys } from "./master-key.ts";
import type { RefreshTokens } from "./tokens.ts";
import { uuidFromBytes, uuidLength, uuidToBytes } from "./uuid.ts";

const generationLength = 4;
const macLength = 32;
const nobodysSalt = Buffer.alloc(16);

/**
 * Refresh tokens: `base64url(id ‖ generation ‖ MAC)`, the MAC being HMAC-SHA256 over `salt ‖ id ‖ generation`. Nothing of
 * them is stored: the row of the grant has the salt and the current generation, and neither makes a token without the key.
 *
 * @example const token = refreshTokens.format(grant, 1); refreshTokens.isGenuine(refreshTokens.parse(token)!, grant); // true
 */
export function createRefreshTokens(ground: { readonly issuer: string; readonly masterKeys: MasterKeys }): RefreshTokens {
	const { issuer, masterKeys } = ground;

	function macOf(version: number, salt: Uint8Array, position: Uint8Array): Buffer | undefined {
		const key = masterKeys.derive(version, "refresh", issuer);
		// What follows the salt has one length, so that no two pairs are the same bytes.
		const input = Buffer.concat([salt, position]);
		return key && crypto.createHmac("sha256", key).update(input).digest();
	}

	function positionOf(grantId: string, generation: number): Buffer {
		const position = Buffer.allocUnsafe(uuidLength + generationLength);
		position.set(uuidToBytes(grantId), 0);
		position.writeUInt32BE(generation, uuidLength);
		return position;
	}

	return Object.freeze({
		version: masterKeys.newest,

		format(grant: Parameters<RefreshTokens["format"]>[0], generation: number) {
			const position = positionOf(grant.id, generation);
			const mac = macOf(grant.macKeyVersion, grant.salt, position);
			if (!mac) throw new Error(`master key version ${grant.macKeyVersion} is still in use by refresh tokens, but not listed`);
			return encode(Buffer.concat([position, mac]));
		},

		parse(token: string) {
			const bytes = decodeExact(token);
			if (bytes?.length !== uuidLength + generationLength + macLength) return undefined;
			const generation = view(bytes).readUInt32BE(uuidLength);
			// Generation 0 says that no token was issued.
			if (generation === 0) return undefined;
			return { grantId: uuidFromBytes(bytes), generation, mac: bytes.subarray(uuidLength + generationLength) };
		},

		isGenuine(presented: Parameters<RefreshTokens["isGenuine"]>[0], grant: Parameters<RefreshTokens["isGenuine"]>[1]) {
			const position = positionOf(presented.grantId, presented.generation);
			const mac = grant && macOf(grant.macKeyVersion, grant.salt, position);
			// Without a grant (or its key) the same work is done for nobody, so that time tells nothing.
			const expected = mac ?? (macOf(masterKeys.newest, nobodysSalt, position) as Buffer);
			const equal = presented.mac.length === expected.length && crypto.timingSafeEqual(expected, presented.mac);
			return equal && mac !== undefined && grant?.id === presented.grantId;
		},
	});
}
