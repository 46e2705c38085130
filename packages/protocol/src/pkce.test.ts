import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { codeChallengeMethods, isCodeChallenge, isCodeVerifier } from "./pkce.ts";

/** RFC 7636 Appendix B. */
const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

test("the example of RFC 7636 Appendix B", () => {
	expect(isCodeVerifier(verifier)).toBe(true);
	expect(isCodeChallenge(challenge)).toBe(true);
	expect(createHash("sha256").update(verifier).digest("base64url")).toBe(challenge);
});

test("S256 is the only method: `plain` shows the verifier (RFC 9700 §2.1.1)", () => {
	expect(codeChallengeMethods).toEqual(["S256"]);
});

test("a verifier has 43 to 128 unreserved characters (RFC 7636 §4.1)", () => {
	for (const right of ["a".repeat(43), "a".repeat(128), `-._~${"0Z".repeat(20)}`]) expect(isCodeVerifier(right), right).toBe(true);
	const wrong = [
		"",
		"a".repeat(42),
		"a".repeat(129),
		`${"a".repeat(43)}\n`,
		` ${"a".repeat(43)}`,
		`${"a".repeat(42)}+`,
		`${"a".repeat(42)}é`,
	];
	for (const text of wrong) expect(isCodeVerifier(text), JSON.stringify(text)).toBe(false);
});

test("every SHA-256 is a challenge, in one spelling (RFC 7636 §4.2, D4)", () => {
	for (let i = 0; i < 500; i++) {
		const bytes = randomBytes(32);
		const text = bytes.toString("base64url");
		expect(isCodeChallenge(text), text).toBe(true);
		// The last character carries four bits: of the 64 that could stand there, 16 may.
		const accepted = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter((last) =>
			isCodeChallenge(text.slice(0, 42) + last),
		);
		expect(accepted).toHaveLength(16);
		for (const last of accepted) {
			const other = text.slice(0, 42) + last;
			expect(Buffer.from(other, "base64url").toString("base64url")).toBe(other);
		}
	}
});

test.each([
	["42 characters", challenge.slice(1)],
	["44 characters", `${challenge}A`],
	["padding", `${challenge}=`],
	["the other alphabet", `+/${challenge.slice(2)}`],
	["what a verifier may have", `.~${challenge.slice(2)}`],
	["a line break", `${challenge}\n`],
	["a blank", ` ${challenge.slice(1)}`],
	["hexadecimal digits", createHash("sha256").update(verifier).digest("hex")],
	["nothing", ""],
])("AZ-13 %s is no challenge", (_what, text) => {
	expect(isCodeChallenge(text)).toBe(false);
});
