import crypto from "node:crypto";
import { decodeExact, encode, view } from "./encoding.ts";
import type { MasterKeys } from "./master-key.ts";
import type { Macs, Random } from "./tokens.ts";

const versionLength = 4;
const macLength = 32;

/** How long a device is known, in milliseconds (D8). */
const deviceLifetime = 180 * 86_400_000;
const timeLength = 6;
const deviceIdLength = 16;

/** HMAC-SHA256 of a list of texts and numbers, spelt as JSON so that no two lists are the same text. */
function macOf(masterKeys: MasterKeys, version: number, purpose: string, issuer: string, parts: readonly (string | number | null)[]) {
	const key = masterKeys.derive(version, purpose, issuer);
	return key && crypto.createHmac("sha256", key).update(JSON.stringify(parts)).digest();
}

/**
 * Keyed proofs under keys of their own purpose, bound to the issuer. Each carries the version of its master key.
 *
 * @example macs.isForm(macs.form(browser, "login", undefined), browser, "login", undefined); // true
 */
export function createMacs(ground: {
	readonly issuer: string;
	readonly masterKeys: MasterKeys;
	readonly random: Pick<Random, "bytes">;
}): Macs {
	const { issuer, masterKeys, random } = ground;

	/** `content ‖ MAC`, where the content begins with the version. */
	function prove(purpose: string, content: Buffer, parts: readonly (string | number | null)[]): string {
		content.writeUInt32BE(masterKeys.newest, 0);
		const mac = macOf(masterKeys, masterKeys.newest, purpose, issuer, [encode(content), ...parts]);
		if (!mac) throw new Error("the newest master key is not listed");
		return encode(Buffer.concat([content, mac]));
	}

	/** @returns the content when the proof is genuine. */
	function proven(purpose: string, proof: string, length: number, parts: readonly (string | number | null)[]): Buffer | undefined {
		const bytes = decodeExact(proof);
		if (bytes?.length !== length + macLength) return undefined;
		const content = view(bytes).subarray(0, length);
		const mac = macOf(masterKeys, content.readUInt32BE(0), purpose, issuer, [encode(content), ...parts]);
		return mac && crypto.timingSafeEqual(mac, bytes.subarray(length)) ? content : undefined;
	}

	return Object.freeze({
		form: (browser: string, purpose: string, sessionId: string | undefined) =>
			prove("form", Buffer.alloc(versionLength), [browser, purpose, sessionId ?? null]),

		isForm: (token: string, browser: string, purpose: string, sessionId: string | undefined) =>
			proven("form", token, versionLength, [browser, purpose, sessionId ?? null]) !== undefined,

		device(personId: string, passwordVersion: number, now: number) {
			const content = Buffer.alloc(versionLength + timeLength + deviceIdLength);
			content.writeUIntBE(now, versionLength, timeLength);
			content.set(random.bytes(deviceIdLength), versionLength + timeLength);
			return prove("device", content, [personId, passwordVersion]);
		},

		isDevice(cookie: string, personId: string, passwordVersion: number, now: number) {
			const content = proven("device", cookie, versionLength + timeLength + deviceIdLength, [personId, passwordVersion]);
			if (!content || now - content.readUIntBE(versionLength, timeLength) > deviceLifetime) return undefined;
			return encode(content.subarray(versionLength + timeLength));
		},

		bucket(kind: string, name: string) {
			const mac = macOf(masterKeys, masterKeys.newest, "bucket", issuer, [kind, name]);
			if (!mac) throw new Error("the newest master key is not listed");
			return mac.readUInt16BE(0);
		},
	});
}
