/** What an argon2id hash was made with (RFC 9106 §3.1). */
export interface Argon2Parameters {
	/** KiB. */
	readonly memory: number;
	readonly passes: number;
	readonly lanes: number;
}

/** A hash as it is stored: how it was made, and what came out. */
export interface Argon2Hash extends Argon2Parameters {
	readonly salt: Uint8Array;
	readonly digest: Uint8Array;
}

const argon2id = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** @returns the PHC string of a hash, the spelling that every argon2 library reads. */
export function formatPhc(hash: Argon2Hash): string {
	return `$argon2id$v=19$m=${hash.memory},t=${hash.passes},p=${hash.lanes}$${base64(hash.salt)}$${base64(hash.digest)}`;
}

/** @returns undefined when the text is no PHC string of argon2id, version 19. */
export function parsePhc(text: string): Argon2Hash | undefined {
	const match = argon2id.exec(text);
	if (!match) return undefined;
	const [, memory, passes, lanes, salt = "", digest = ""] = match;
	return {
		memory: Number(memory),
		passes: Number(passes),
		lanes: Number(lanes),
		salt: Buffer.from(salt, "base64"),
		digest: Buffer.from(digest, "base64"),
	};
}

/** The PHC format writes base64 without padding. */
function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
