/** What a JWT says, believed or not. */
export type Claims = Readonly<Record<string, unknown>>;

export const headerIn = (jwt: unknown) => segmentIn(jwt, 0);
export const claimsIn = (jwt: unknown) => segmentIn(jwt, 1);

/** Base64url (RFC 7515 §2) in the letters of base64, which the platform reads. */
export const base64Of = (base64url: string) => base64url.replaceAll("-", "+").replaceAll("_", "/");

function segmentIn(jwt: unknown, place: number): Claims | undefined {
	try {
		const bytes = Uint8Array.from(atob(base64Of(String(jwt).split(".", 3)[place]!)), (letter) => letter.charCodeAt(0));
		return Object(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
	} catch {
		return undefined;
	}
}
