import { expect, test } from "vitest";
import { plainText, spelledOut } from "./plain-text.ts";

test("DR-09 what is invisible or reorders is taken out of a name, and names of all languages stay as they are", () => {
	expect(plainText("Sh\u202eop\u2066 24\u2069")).toBe("Shop 24");
	expect(plainText("Pay\u200bPal\u00ad\ufeff")).toBe("PayPal");
	expect(plainText("Sh\u0000o\u001bp\u007f\u0085")).toBe("Shop");
	expect(plainText("tag\u{e0041}ged\u{e007f}")).toBe("tagged");
	for (const honest of ["Shop", "متجر", "می‌خواهم", "लक्ष्मी", "Café Zürich & Söhne", "👩‍💻 Dev", "東京", "Tiếng Việt"])
		expect(plainText(honest)).toBe(honest);
});

test("PG-05 a name is one line, and no half character breaks it", () => {
	expect(plainText("  A\r\nSet-Cookie: x\u2028y\u2029 z\t")).toBe("A Set-Cookie: x y z");
	expect(plainText("half \ud800")).toBe("half \ufffd");
});

test("DR-09 marks do not climb out of their line", () => {
	expect([...plainText(`Z${"\u0300".repeat(400)}algo`)].length).toBe(9);
});

test("for a developer, what cannot be seen is spelt out", () => {
	expect(spelledOut("https://a.example\u200b/cb\n x")).toBe("https://a.example\\u{200b}/cb\\u{a} x");
});
