import crypto from "node:crypto";
import { expect, test } from "vitest";
import { isLowS, toLowS } from "./low-s.ts";

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const { privateKey, publicKey } = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
const input = Buffer.from("input");
const sign = () => crypto.sign("sha256", input, { key: privateKey, dsaEncoding: "ieee-p1363" });
const verify = (signature: Uint8Array) => crypto.verify("sha256", input, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);

function twin(signature: Uint8Array): Buffer {
	const other = Buffer.from(signature);
	const s = BigInt(`0x${other.toString("hex", 32)}`);
	other.write((order - s).toString(16).padStart(64, "0"), 32, "hex");
	return other;
}

test("of a signature and its equally valid twin, one is the lower, and it verifies", () => {
	for (let i = 0; i < 200; i++) {
		const signature = sign();
		const low = toLowS(signature);
		expect(verify(twin(signature))).toBe(true);
		expect(verify(low)).toBe(true);
		expect(isLowS(low)).toBe(true);
		expect(isLowS(twin(low))).toBe(false);
		expect(toLowS(twin(low))).toEqual(low);
		expect(toLowS(low)).toBe(low);
	}
});

test("the border lies at half the order, and other lengths are no signature", () => {
	const of = (s: bigint) => Buffer.from(`${"0".repeat(64)}${s.toString(16).padStart(64, "0")}`, "hex");
	expect(isLowS(of(order >> 1n))).toBe(true);
	expect(isLowS(of((order >> 1n) + 1n))).toBe(false);
	expect(isLowS(of(1n).subarray(1))).toBe(false);
	expect(isLowS(Buffer.alloc(0))).toBe(false);
});
