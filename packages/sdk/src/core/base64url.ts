/** Bytes as base64url without padding (RFC 7515 §2), where there is no `Buffer`. */
export const base64urlOf = (bytes: Uint8Array): string =>
	btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
