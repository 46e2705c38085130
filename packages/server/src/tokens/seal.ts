import { decodeExact, encode } from "./encoding.ts";
import type { MasterKeys } from "./master-key.ts";
import { closeBox, openBox } from "./sealed-box.ts";
import { readSealed, writeSealed } from "./sealed-format.ts";
import type { Random, SealedTypes, Seals } from "./tokens.ts";

const day = 86_400_000;
const dayLength = 2;

/** Two replicas whose clocks differ meet around midnight too (D3). */
const clockSkew = 10_000;

/** No URL that a server takes is longer; what is longer is refused before any work. */
const longest = 32_768;

/** The room's knowledge of purposes at run time: a purpose that is not here cannot be opened. */
const purposes = ["code", "request", "answered", "post", "receipt"] as const satisfies readonly (keyof SealedTypes)[];

/**
 * Seals: `base64url(day ‖ version ‖ cipher ‖ nonce ‖ ciphertext ‖ tag)`. The key is derived from the master key of that
 * version, the purpose and the day; purpose and issuer are associated data.
 *
 * @example const code = seals.seal("code", value, now); seals.open("code", code, now)?.value;
 */
export function createSeals(ground: {
	readonly issuer: string;
	readonly masterKeys: MasterKeys;
	readonly random: Pick<Random, "bytes">;
}): Seals {
	const { issuer, masterKeys, random } = ground;
	const associated = new Map(purposes.map((purpose) => [purpose as string, Buffer.from(JSON.stringify([purpose, issuer]))]));

	function labelOf(purpose: keyof SealedTypes, dayNumber: number) {
		const bound = associated.get(purpose);
		if (!bound) throw new Error(`nothing is sealed for the purpose ${purpose}`);
		return { purpose: `seal ${purpose}`, info: String(dayNumber), associated: bound };
	}

	return Object.freeze({
		seal<Purpose extends keyof SealedTypes>(purpose: Purpose, value: SealedTypes[Purpose], now: number) {
			const today = Math.floor(now / day);
			const box = closeBox(masterKeys, random, labelOf(purpose, today), writeSealed(purpose, value, now));
			const sealed = Buffer.allocUnsafe(dayLength + box.length);
			sealed.writeUInt16BE(today, 0);
			sealed.set(box, dayLength);
			return encode(sealed);
		},

		open<Purpose extends keyof SealedTypes>(purpose: Purpose, sealed: string, now: number) {
			if (sealed.length > longest) return undefined;
			const bytes = decodeExact(sealed);
			if (!bytes || bytes.length < dayLength) return undefined;
			const sealedDay = ((bytes[0] as number) << 8) | (bytes[1] as number);
			// Looked at before any key is derived, so that a stranger cannot choose which keys are.
			if (sealedDay < Math.floor(now / day) - 1 || sealedDay > Math.floor((now + clockSkew) / day)) return undefined;
			const plain = openBox(masterKeys, labelOf(purpose, sealedDay), bytes.subarray(dayLength));
			return plain && readSealed(purpose, plain.toString("utf8"));
		},
	});
}
