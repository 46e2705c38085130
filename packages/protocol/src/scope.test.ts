import fc from "fast-check";
import { expect, test } from "vitest";
import { parseScope, scopeClaims, standardScopes } from "./scope.ts";

test("names are apart by blanks; each counts once, in the order they came (RFC 6749 §3.3)", () => {
	expect(parseScope("openid profile")).toEqual(["openid", "profile"]);
	expect(parseScope("profile openid profile")).toEqual(["profile", "openid"]);
	expect(parseScope("  openid   profile ")).toEqual(["openid", "profile"]);
	expect(parseScope("")).toEqual([]);
	expect(parseScope(" ")).toEqual([]);
	expect(parseScope("crm.read https://api.example/read a:b !#[]~'")).toEqual(["crm.read", "https://api.example/read", "a:b", "!#[]~'"]);
});

test("case matters (RFC 6749 §3.3)", () => {
	expect(parseScope("openid OPENID")).toEqual(["openid", "OPENID"]);
});

test.each(['a"b', "a\\b", "a\tb", "a\nb", "a\r\nb", "a\0b", "a\u007fb", "é", "prof\u0456le", "a\u00a0b", "a\u2028b", "😀"])(
	"%j has a character that no name has (RFC 6749 §3.3)",
	(text) => {
		expect(parseScope(text)).toBeUndefined();
		expect(parseScope(`openid ${text}`)).toBeUndefined();
	},
);

test("a name is one or more of %x21, %x23-5B, %x5D-7E, and no other character is one (RFC 6749 §3.3)", () => {
	for (let code = 0; code < 0x3000; code++) {
		const allowed = code === 0x21 || (code >= 0x23 && code <= 0x5b) || (code >= 0x5d && code <= 0x7e);
		const parsed = parseScope(String.fromCharCode(code));
		if (code === 0x20) expect(parsed).toEqual([]);
		else expect(parsed !== undefined, `U+${code.toString(16)}`).toBe(allowed);
	}
});

test("I19 parsing what was parsed changes nothing", () => {
	fc.assert(
		fc.property(fc.string(), (text) => {
			const names = parseScope(text);
			if (names) expect(parseScope(names.join(" "))).toEqual(names);
		}),
	);
});

test("every standard scope with claims has them in one place only (OpenID Connect Core §5.4)", () => {
	const claims = Object.values(scopeClaims).flat();
	expect(new Set(claims).size).toBe(claims.length);
	for (const name of Object.keys(scopeClaims)) expect(standardScopes).toContain(name);
});
