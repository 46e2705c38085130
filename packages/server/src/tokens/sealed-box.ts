import crypto, { type CipherGCMTypes } from "node:crypto";
import { view } from "./encoding.ts";
import type { MasterKeys } from "./master-key.ts";
import type { Random } from "./tokens.ts";

const nonceLength = 12;
const tagLength = 16;
const versionLength = 4;
const headLength = versionLength + 1;

/**
 * The ciphers, by the byte that names them in a box. GCM-SIV (RFC 8452) stays safe should a nonce ever repeat; it is
 * written where the runtime has it, and both are read.
 */
const ciphers = [
	{ mark: 1, name: "aes-256-gcm-siv" },
	{ mark: 2, name: "aes-256-gcm" },
] as const;
const available = new Set(crypto.getCiphers());
const readable = new Map(ciphers.filter(({ name }) => available.has(name)).map((cipher) => [cipher.mark as number, cipher]));
const written = [...readable.values()][0] ?? ciphers[1];

/** Which key a box is made with (`purpose`, `info`) and what it is bound to (`associated`). */
export interface BoxLabel {
	readonly purpose: string;
	readonly info: string;
	readonly associated: Uint8Array;
}

/** The name of a cipher is part of its key's derivation: one key never serves two algorithms. */
function keyOf(masterKeys: MasterKeys, version: number, label: BoxLabel, cipher: string) {
	return masterKeys.derive(version, label.purpose, `${label.info} ${cipher}`);
}

/** @returns `version ‖ cipher ‖ nonce ‖ ciphertext ‖ tag` under the newest master key. */
export function closeBox(
	masterKeys: MasterKeys,
	random: Pick<Random, "bytes">,
	label: BoxLabel,
	plain: string | Uint8Array,
	cipher: (typeof ciphers)[number]["name"] = written.name,
): Uint8Array {
	const key = keyOf(masterKeys, masterKeys.newest, label, cipher);
	if (!key) throw new Error("the newest master key is not listed");
	const head = Buffer.allocUnsafe(headLength);
	head.writeUInt32BE(masterKeys.newest, 0);
	head[versionLength] = cipher === "aes-256-gcm-siv" ? 1 : 2;
	const nonce = random.bytes(nonceLength);
	const box = crypto.createCipheriv(cipher as CipherGCMTypes, key, nonce, { authTagLength: tagLength });
	box.setAAD(label.associated);
	const encrypted = typeof plain === "string" ? box.update(plain, "utf8") : box.update(plain);
	box.final();
	return Buffer.concat([head, nonce, encrypted, box.getAuthTag()]);
}

/** @returns what was closed; undefined when it is not, to the bit, a box of this label under a listed master key. */
export function openBox(masterKeys: MasterKeys, label: BoxLabel, bytes: Uint8Array): Buffer | undefined {
	const box = view(bytes);
	if (box.length < headLength + nonceLength + tagLength) return undefined;
	const cipher = readable.get(box[versionLength] as number);
	const key = cipher && keyOf(masterKeys, box.readUInt32BE(0), label, cipher.name);
	if (!key) return undefined;
	const nonce = box.subarray(headLength, headLength + nonceLength);
	const opened = crypto.createDecipheriv(cipher.name as CipherGCMTypes, key, nonce, { authTagLength: tagLength });
	opened.setAuthTag(box.subarray(-tagLength));
	opened.setAAD(label.associated);
	try {
		const plain = opened.update(box.subarray(headLength + nonceLength, -tagLength));
		opened.final();
		return plain;
	} catch {
		return undefined;
	}
}
