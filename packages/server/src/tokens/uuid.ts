const written = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The length of a UUID in bytes. */
export const uuidLength = 16;

/**
 * Reads the text of a UUID (RFC 9562 §4).
 *
 * @throws Error when it is not one: ids are made by this server alone.
 * @example uuidToBytes("01890a5d-ac96-774b-bcce-b302099a8057").length; // 16
 */
export function uuidToBytes(text: string): Uint8Array {
	if (!written.test(text)) throw new Error("an id is not a UUID in lower case");
	return Buffer.from(text.replaceAll("-", ""), "hex");
}

/** The lower-case text of 16 bytes: the inverse of {@link uuidToBytes}. */
export function uuidFromBytes(bytes: Uint8Array): string {
	const hex = Buffer.from(bytes.buffer, bytes.byteOffset, uuidLength).toString("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
