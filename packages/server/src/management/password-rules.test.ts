import { expect, test } from "vitest";
import { commonPasswords, whyNotPassword } from "./password-rules.ts";

const nothingCommon = () => false;

test("LG-08 a password has 8 characters to 1 KB, counted in NFC", () => {
	expect(whyNotPassword("7 chars", [], nothingCommon)).toMatch(/shorter than 8/);
	expect(whyNotPassword("8 chars!", [], nothingCommon)).toBeUndefined();
	expect(whyNotPassword("😀".repeat(8), [], nothingCommon)).toBeUndefined();
	expect(whyNotPassword("e\u0301".repeat(7), [], nothingCommon)).toMatch(/shorter/);
	expect(whyNotPassword("x".repeat(64), [], nothingCommon)).toBeUndefined();
	expect(whyNotPassword("x".repeat(1024), [], nothingCommon)).toBeUndefined();
	expect(whyNotPassword("x".repeat(1025), [], nothingCommon)).toMatch(/longer than 1024 bytes/);
	expect(whyNotPassword("ü".repeat(513), [], nothingCommon)).toMatch(/longer than 1024 bytes/);
	expect(whyNotPassword("x".repeat(1_000_000), [], nothingCommon)).toMatch(/longer/);
});

test("LG-09 a common password and the name of the account are refused, another one passes", async () => {
	const isCommon = await commonPasswords();
	for (const password of ["password", "PassWord1", "qwertyuiop", "iloveyou1", "12345678"])
		expect(whyNotPassword(password, ["alice"], isCommon), password).toMatch(/guessers/);
	for (const password of ["alexandra.b", "ALEXANDRA.B", "alexandra.b\u200b", "alexandra@company.com"])
		expect(whyNotPassword(password, ["alexandra.b", "Alexandra@company.com"], isCommon), password).toMatch(/name of the account/);
	expect(whyNotPassword("teapot-under-the-oak", ["alexandra.b"], isCommon)).toBeUndefined();
	expect(whyNotPassword("alexandra.b2", ["alexandra.b"], isCommon)).toBeUndefined();
	for (const password of ["Alexandra Bell", "alexandrabell", "ALEXANDRA  BELL"])
		expect(whyNotPassword(password, ["Alexandra Bell"], isCommon), password).toMatch(/name of the account/);
	expect(whyNotPassword("Alexandra Bell rings", ["Alexandra Bell"], isCommon)).toBeUndefined();
});
