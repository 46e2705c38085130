/** What an access token says to whoever holds it, because it is signed and not encrypted (RFC 7519 §3). */
export interface OpenedToken {
	readonly header: Readonly<Record<string, unknown>>;
	readonly claims: Readonly<Record<string, unknown>>;
	/** The length of the third part, the signature. It is what makes the token worth something, so it goes no further than this file. */
	readonly signatureLength: number;
}

/**
 * Reads a JWT without checking it: good for a look, never for a decision. The API that the token is for checks it (RFC 9068 §4); for an app
 * its access token is only something to pass on.
 */
export function openToken(token: string): OpenedToken {
	const [header = "", claims = "", signature = ""] = token.split(".");
	return { header: part(header), claims: part(claims), signatureLength: signature.length };
}

function part(text: string): Readonly<Record<string, unknown>> {
	const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
	return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}
