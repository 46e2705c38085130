/**
 * The bytes of a base64url text (RFC 7515 §2), or nothing when it is not the one right spelling of them: `Buffer` alone also accepts
 * blanks, `=`, the other alphabet, and `AR` for `AQ`.
 */
export function decodeBase64url(text: string): Buffer | undefined {
	const bytes = Buffer.from(text, "base64url");
	return text !== "" && bytes.toString("base64url") === text ? bytes : undefined;
}
