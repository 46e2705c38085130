import { view } from "./encoding.ts";

/** The order of P-256 (SP 800-186 §3.2.1.3). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const half = Buffer.from((order >> 1n).toString(16).padStart(64, "0"), "hex");
const coordinate = 32;

/**
 * An ECDSA signature (r, s) is as true as (r, n − s): whoever sees a token could spell it another way. The lower s of the
 * two is the one we write and, of our own tokens, the only one we believe (invariant I18).
 */
export function isLowS(signature: Uint8Array): boolean {
	return signature.length === 2 * coordinate && Buffer.compare(view(signature).subarray(coordinate), half) <= 0;
}

/** @returns the signature with the lower s: itself, or its twin. */
export function toLowS(signature: Uint8Array): Uint8Array {
	if (isLowS(signature)) return signature;
	const s = BigInt(`0x${view(signature).toString("hex", coordinate)}`);
	const low = Buffer.from(signature);
	low.write((order - s).toString(16).padStart(64, "0"), coordinate, "hex");
	return low;
}
