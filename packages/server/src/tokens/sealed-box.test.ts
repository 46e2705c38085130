import crypto, { type CipherGCMTypes } from "node:crypto";
import { expect, test } from "vitest";
import { createMasterKeys } from "./master-key.ts";
import { createRandom } from "./random.ts";
import { closeBox, openBox } from "./sealed-box.ts";

const random = createRandom();
const keys = createMasterKeys([Buffer.alloc(32, 1)]);
const label = { purpose: "test", info: "1", associated: Buffer.from("bound") };

test("the runtime's AES-256-GCM-SIV is that of RFC 8452 (appendix C.2)", () => {
	const key = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
	const nonce = Buffer.concat([Buffer.of(3), Buffer.alloc(11)]);
	const seal = (plain: string, associated: string) => {
		const cipher = crypto.createCipheriv("aes-256-gcm-siv" as CipherGCMTypes, key, nonce, { authTagLength: 16 });
		cipher.setAAD(Buffer.from(associated, "hex"));
		return Buffer.concat([cipher.update(plain, "hex"), cipher.final(), cipher.getAuthTag()]).toString("hex");
	};
	expect(seal("0100000000000000", "")).toBe("c2ef328e5c71c83b843122130f7364b761e0b97427e3df28");
	expect(seal("0200000000000000", "01")).toBe("1de22967237a813291213f267e3b452f02d01ae33e4ec854");
});

for (const cipher of ["aes-256-gcm-siv", "aes-256-gcm"] as const) {
	test(`a box of ${cipher} opens, and not one bit of it may change`, () => {
		const box = closeBox(keys, random, label, "a secret", cipher);
		expect(openBox(keys, label, box)?.toString()).toBe("a secret");
		for (let bit = 0; bit < box.length * 8; bit++) {
			const changed = Uint8Array.from(box);
			changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
			expect(openBox(keys, label, changed), `bit ${bit}`).toBeUndefined();
		}
		for (let length = 0; length < box.length; length++) expect(openBox(keys, label, box.subarray(0, length))).toBeUndefined();
		expect(openBox(keys, label, Buffer.concat([box, Buffer.of(0)]))).toBeUndefined();
	});

	test(`a box of ${cipher} opens under its own label and master key alone`, () => {
		const box = closeBox(keys, random, label, Buffer.from("a secret"), cipher);
		expect(openBox(keys, { ...label }, box)?.toString()).toBe("a secret");
		expect(openBox(keys, { ...label, purpose: "other" }, box)).toBeUndefined();
		expect(openBox(keys, { ...label, info: "2" }, box)).toBeUndefined();
		expect(openBox(keys, { ...label, associated: Buffer.from("free") }, box)).toBeUndefined();
		expect(openBox(createMasterKeys([Buffer.alloc(32, 2)]), label, box)).toBeUndefined();
		expect(openBox(createMasterKeys([Buffer.alloc(32, 2), Buffer.alloc(32, 1)]), label, box)?.toString()).toBe("a secret");
	});
}

test("where the runtime has it, GCM-SIV is what is written", () => {
	expect(closeBox(keys, random, label, "x")[4]).toBe(crypto.getCiphers().includes("aes-256-gcm-siv") ? 1 : 2);
});

test("an empty text is sealed like any other", () => {
	expect(openBox(keys, label, closeBox(keys, random, label, ""))?.length).toBe(0);
});
