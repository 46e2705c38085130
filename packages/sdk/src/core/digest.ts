/** A hash of the platform's, by its name in Web Crypto. */
export type Digest = (name: "SHA-256" | "SHA-384" | "SHA-512", bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Web Crypto's: Node, browsers, web views. */
export const webDigest: Digest = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));
