/**
 * Decodes base64url that is spelt the one way an encoder spells it (RFC 4648 §5, no padding). Node's decoder also takes
 * blanks, `=`, the other alphabet, and `AR` for `AQ`; a value with several spellings slips past whoever compares texts.
 *
 * @returns undefined for every other spelling.
 * @example decodeExact("AQ"); // Uint8Array [1], while decodeExact("AR") and decodeExact("AQ==") are undefined
 */
export function decodeExact(text: string): Uint8Array | undefined {
	const bytes = Buffer.from(text, "base64url");
	return bytes.toString("base64url") === text ? bytes : undefined;
}

/** Base64url without padding (RFC 4648 §5). */
export function encode(bytes: Uint8Array): string {
	return view(bytes).toString("base64url");
}

/** The same bytes with Buffer's reading methods; nothing is copied. */
export function view(bytes: Uint8Array): Buffer {
	return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
