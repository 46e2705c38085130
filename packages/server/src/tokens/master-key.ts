import crypto, { type KeyObject } from "node:crypto";
import { createBoundedMap } from "./bounded-map.ts";
import { encode } from "./encoding.ts";
import type { Random } from "./tokens.ts";

const keyLength = 32;

/** The secrets from which every other key of the server is derived, newest first. */
export interface MasterKeys {
	/** The version under which new values are made. */
	readonly newest: number;
	/** Every version that is still believed, newest first. */
	readonly versions: readonly number[];
	/**
	 * A key of its own for each purpose and info (HKDF-SHA256, RFC 5869), remembered.
	 *
	 * @returns undefined when that version is not listed.
	 */
	derive(version: number, purpose: string, info: string): KeyObject | undefined;
	/** A value for the store, by which it knows its master key again; of no use for anything else. */
	readonly check: string;
	/** True when `check` was made with one of the listed keys. */
	recognises(check: string): boolean;
}

/**
 * Reads a list of master keys, newest first. Each is text (32 bytes or more as hex, base64url or base64) or the content of
 * a file: such a text, or 32 raw bytes or more. The version of a key follows from the key, so a list may be reordered.
 *
 * @throws Error with one sentence when a key is too short or unreadable, or when the list is empty or names a key twice.
 * @example createMasterKeys([process.env.MASTER_KEY]).derive(version, "form", "https://auth.example");
 */
export function createMasterKeys(list: readonly (string | Uint8Array)[]): MasterKeys {
	if (list.length === 0) throw new Error("there is no master key: set masterKey to a file, a variable, or a list of them");
	const keys = new Map<number, Buffer>();
	for (const [index, entry] of list.entries()) {
		const key = readKey(entry, list.length === 1 ? "the master key" : `master key ${index + 1} of the list`);
		const version = expand(key, "id", 4).readUInt32BE(0);
		if (keys.has(version)) throw new Error(`master key ${index + 1} of the list is there twice: name each key once`);
		keys.set(version, key);
	}
	const versions = Object.freeze([...keys.keys()]);
	const newest = versions[0] as number;
	const derived = createBoundedMap<KeyObject>(512);
	const checks = versions.map((version) => encode(expand(keys.get(version) as Buffer, "check", keyLength)));
	return Object.freeze({
		newest,
		versions,
		derive(version: number, purpose: string, info: string) {
			const name = `${version} ${purpose.length} ${purpose}${info}`;
			const known = derived.get(name);
			if (known) return known;
			const master = keys.get(version);
			if (!master) return undefined;
			const key = crypto.createSecretKey(expand(master, JSON.stringify([purpose, info]), keyLength));
			derived.set(name, key);
			return key;
		},
		check: checks[0] as string,
		recognises: (check: string) => checks.includes(check),
	});
}

/** A new master key as text, for the first start and for `keys rotate-master`. */
export function generateMasterKey(random: Pick<Random, "bytes">): string {
	return encode(random.bytes(keyLength));
}

function expand(master: Uint8Array, info: string, length: number): Buffer {
	return Buffer.from(crypto.hkdfSync("sha256", master, "", `gatehouse ${info}`, length));
}

function readKey(entry: string | Uint8Array, what: string): Buffer {
	const text = (typeof entry === "string" ? entry : Buffer.from(entry).toString("latin1")).trim();
	const key = readText(text) ?? (typeof entry === "string" ? undefined : Buffer.from(entry));
	if (!key) throw new Error(`${what} is unreadable: write 32 random bytes as base64url or hex`);
	if (key.length < keyLength) throw new Error(`${what} has ${key.length} bytes: it needs 32 random bytes, as base64url or hex`);
	return key;
}

function readText(text: string): Buffer | undefined {
	if (text === "") return Buffer.alloc(0);
	// Hex digits are also letters of base64: a hex key that lost its end must not become another key.
	if (/^[0-9a-f]+$/i.test(text)) return text.length % 2 === 0 ? Buffer.from(text, "hex") : undefined;
	// `openssl rand -base64 32` writes the other alphabet and padding: the bytes are the same.
	if (!/^[A-Za-z0-9_\-+/]+={0,2}$/.test(text)) return undefined;
	const bytes = Buffer.from(text, "base64");
	const spelling = text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
	return bytes.toString("base64url") === spelling ? bytes : undefined;
}
