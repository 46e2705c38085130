import { expect, test } from "vitest";
import { decodeBase64url } from "./base64url.ts";

test("each byte string has one spelling: of all texts of two or three letters, as many decode as there are one and two bytes", () => {
	const letters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
	let [one, two] = [0, 0];
	for (const a of letters)
		for (const b of letters) {
			if (decodeBase64url(a + b) !== undefined) one++;
			for (const c of letters) if (decodeBase64url(a + b + c) !== undefined) two++;
		}
	expect([one, two]).toEqual([256, 65536]);
});

test("what Buffer would forgive is refused (RFC 7515 §2)", () => {
	for (const text of ["", "A", "AQ=", "AQ==", "AR", "A+", "A/", " AQ", "AQ ", "A Q", "AQ\n", "AQ!", "AQAQA", "ÀQ"])
		expect(decodeBase64url(text), text).toBe(undefined);
	expect(decodeBase64url("AQ")).toEqual(Buffer.from([1]));
	expect(decodeBase64url("-_-_")).toEqual(Buffer.from([251, 255, 191]));
});
