import { AuthError } from "../client/auth-error.ts";
import type { Secret } from "../client/client-auth/index.ts";
import type { World } from "../client/world.ts";
import { base64urlOf } from "../core/base64url.ts";

/** Encrypts what leaves this process, and opens it again. The first key seals, all of them open: that is how keys are rotated. */
export interface Keyring {
	/** AES-256-GCM; opens only for the same `context`, which is not in it. */
	readonly seal: (context: string, value: unknown) => Promise<string>;
	/** Undefined when it is none of ours: another key, another context, changed, or no such thing at all. */
	readonly open: (context: string, sealed: string) => Promise<unknown>;
	/** What stands for `name` where it must be found and not read: a keyed hash, by each key. */
	readonly marks: (name: string) => Promise<readonly [string, ...string[]]>;
}

interface Key {
	readonly root: CryptoKey;
	readonly mark: CryptoKey;
}

/** Bytes: the format, a salt and a nonce before the ciphertext, the tag at its end. */
const format = 1;
const saltLength = 16;
const nonceLength = 12;
const headLength = 1 + saltLength + nonceLength;
const tagLength = 16;

const shortest = 32;
const bytes = (text: string) => new TextEncoder().encode(text);

/**
 * @param owner whose keys these are. Two clients that share a secret share no key.
 * Rejects with `invalid_option` when a key is missing or too short.
 */
export function createKeyring(secrets: readonly Secret[], owner: string, { randomBytes }: Pick<World, "randomBytes">): Keyring {
	let found: Promise<readonly Key[]> | undefined;

	/** Read when they are first needed, and then kept: a key that changed under a running process would sign everyone out. */
	function keys(): Promise<readonly Key[]> {
		found ??= Promise.all(secrets.map(keyOf)).catch((error: unknown) => {
			found = undefined;
			throw error;
		});
		return found;
	}

	async function keyOf(secret: Secret): Promise<Key> {
		const text = typeof secret === "function" ? await secret() : secret;
		if (typeof text !== "string" || text.length < shortest) {
			const sentence = `A key of the sessions is too short: ${shortest} characters are needed, such as openssl rand -base64 32 makes.`;
			throw new AuthError("invalid_option", sentence);
		}
		const root = await crypto.subtle.importKey("raw", bytes(text), "HKDF", false, ["deriveKey"]);
		const mark = await derived(root, "mark", new Uint8Array(), { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]);
		return { root, mark };
	}

	/** RFC 5869. Each sealed value has a key of its own by its salt, so that random nonces never run out (NIST SP 800-38D §8.3). */
	function derived(
		root: CryptoKey,
		use: string,
		salt: Uint8Array<ArrayBuffer>,
		algorithm: HmacKeyGenParams | AesKeyGenParams,
		may: KeyUsage[],
	) {
		const info = bytes(JSON.stringify(["gatehouse sessions", use, owner]));
		return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, root, algorithm, false, may);
	}

	const sealing = (root: CryptoKey, head: Uint8Array<ArrayBuffer>) =>
		derived(root, "seal", head.slice(1, 1 + saltLength), { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]);
	const gcm = (head: Uint8Array<ArrayBuffer>, context: string) => ({
		name: "AES-GCM",
		iv: head.slice(1 + saltLength, headLength),
		additionalData: bytes(context),
	});

	return {
		async seal(context, value) {
			const head = Uint8Array.of(format, ...randomBytes(saltLength + nonceLength));
			const key = await sealing((await keys())[0]!.root, head);
			const text = await crypto.subtle.encrypt(gcm(head, context), key, bytes(JSON.stringify(value)));
			const whole = new Uint8Array(headLength + text.byteLength);
			whole.set(head);
			whole.set(new Uint8Array(text), headLength);
			return textOf(whole);
		},
		async open(context, sealed) {
			const whole = bytesOf(sealed);
			if (whole?.[0] !== format || whole.length < headLength + tagLength) return undefined;
			for (const { root } of await keys()) {
				const key = await sealing(root, whole);
				const text = await crypto.subtle.decrypt(gcm(whole, context), key, whole.slice(headLength)).catch(() => undefined);
				if (text !== undefined) return JSON.parse(new TextDecoder().decode(text));
			}
			return undefined;
		},
		async marks(name) {
			const made = (await keys()).map(async ({ mark }) => base64urlOf(new Uint8Array(await crypto.subtle.sign("HMAC", mark, bytes(name)))));
			return (await Promise.all(made)) as [string, ...string[]];
		},
	};
}

/** In pieces of whole letters: what becomes arguments of a call must not be long. */
function textOf(whole: Uint8Array): string {
	const piece = 3 * 4096;
	let text = "";
	for (let at = 0; at < whole.length; at += piece) text += base64urlOf(whole.subarray(at, at + piece));
	return text;
}

/** One spelling opens, not several. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
	if (typeof text !== "string" || !/^[\w-]+$/.test(text)) return undefined;
	try {
		const decoded = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
		return textOf(decoded) === text ? decoded : undefined;
	} catch {
		return undefined;
	}
}
