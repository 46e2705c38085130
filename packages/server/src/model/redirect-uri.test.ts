import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesRegistered, returnsToDevice, whyNotRegistrable } from "./redirect-uri.ts";

test("AZ-01 a redirect URI is compared byte for byte", () => {
	const registered = ["https://rp/cb"];
	expect(matchesRegistered("https://rp/cb", registered, false)).toBe(true);
	for (const sent of [
		"https://rp/cb/more",
		"https://rp/cb?x=1",
		"https://rp/cb/",
		"https://rp/CB",
		"https://RP/cb",
		"HTTPS://rp/cb",
		"https://rp:443/cb",
		"https://rp/cb#",
		"https://rp/cb#x",
		"https://rp/./cb",
		"https://rp/x/../cb",
		"https://rp/%63b",
		" https://rp/cb",
		"https://rp/cb ",
		"https://rp/cb\n",
		"https://rp",
		"",
	]) {
		expect(matchesRegistered(sent, registered, false), sent).toBe(false);
		expect(matchesRegistered(sent, registered, true), sent).toBe(false);
	}
});

test("AZ-01 no change of a registered URI is accepted for a web client", () => {
	const registered = "http://127.0.0.1:8080/cb?tenant=a";
	fc.assert(
		fc.property(fc.nat(registered.length), fc.string({ minLength: 1, maxLength: 3 }), fc.nat(3), (at, text, cut) => {
			const sent = registered.slice(0, at) + text + registered.slice(at + cut);
			expect(matchesRegistered(sent, [registered], false)).toBe(sent === registered);
		}),
	);
	expect(matchesRegistered(registered, [registered], false)).toBe(true);
});

test("AZ-03 a user name before the host is never registered and never matches", () => {
	expect(whyNotRegistrable("https://rp/cb", false)).toBeUndefined();
	for (const uri of [
		"https://rp@evil/cb",
		"https://rp:443@evil/",
		"https://@rp/cb",
		"http://127.0.0.1@evil/",
		"com.example.app://rp@evil/cb",
	]) {
		expect(whyNotRegistrable(uri, true), uri).toMatch(/user name/);
		expect(matchesRegistered(uri, ["https://rp/cb", "http://127.0.0.1/"], true), uri).toBe(false);
	}
});

test("AZ-05 only the port of a native loopback redirect may vary", () => {
	const registered = ["http://127.0.0.1/cb", "http://[::1]:1/cb?a=b"];
	for (const sent of [
		"http://127.0.0.1/cb",
		"http://127.0.0.1:1/cb",
		"http://127.0.0.1:65535/cb",
		"http://[::1]/cb?a=b",
		"http://[::1]:51004/cb?a=b",
	]) {
		expect(matchesRegistered(sent, registered, true), sent).toBe(true);
		expect(matchesRegistered(sent, registered, false), sent).toBe(registered.includes(sent));
	}
	for (const sent of [
		"http://127.0.0.1:8080/cb/",
		"http://127.0.0.1:8080/other",
		"http://127.0.0.1:8080/cb?x=1",
		"http://127.0.0.1:8080/cb#x",
		"https://127.0.0.1:8080/cb",
		"http://localhost:8080/cb",
		"http://127.0.0.1.evil:8080/cb",
		"http://127.0.0.1.evil/cb",
		"http://127.0.0.1@evil/cb",
		"http://127.0.0.1:1@evil/cb",
		"http://127.0.0.1:65536/cb",
		"http://127.0.0.1:0/cb",
		"http://127.0.0.1:080/cb",
		"http://127.0.0.1:/cb",
		"http://127.0.0.2:8080/cb",
		"http://127.1:8080/cb",
		"http://2130706433:8080/cb",
		"http://[::1]:8080/cb",
		"http://[0:0:0:0:0:0:0:1]:8080/cb?a=b",
		"HTTP://127.0.0.1:8080/cb",
		"http://127.0.0.1:8080\\cb",
		"http://127.0.0.1:8080/cb\n",
	])
		expect(matchesRegistered(sent, registered, true), sent).toBe(false);
	expect(matchesRegistered("http://localhost:8080/cb", ["http://localhost/cb"], true)).toBe(false);
	expect(matchesRegistered("http://localhost:8080/cb", ["http://localhost:8080/cb"], true)).toBe(true);
});

test("AZ-06 nothing in a redirect URI is a pattern", () => {
	for (const uri of [
		"*",
		"https://*",
		"https://*.rp.example/cb",
		"https://rp.example/*",
		"^https://rp\\.example/cb$",
		"https://rp.example/.*",
		"https://(www.)rp.example/cb",
		"https://rp.example/(a|b)",
		"https://rp.example/cb$",
		"https://rp.example/{tenant}",
	])
		expect(whyNotRegistrable(uri, true), uri).toMatch(/literally/);
	expect(matchesRegistered("https://rpXexample/cb", ["https://rp.example/cb"], false)).toBe(false);
	expect(matchesRegistered("https://rp.example/cb", ["https://rp.example/cb"], false)).toBe(true);
	expect(matchesRegistered("https://rp.example/cb", [], false)).toBe(false);
	expect(matchesRegistered("http://127.0.0.1:1/cb", [], true)).toBe(false);
});

test("AZ-07 script schemes, blanks and schemes without a dot are refused for every kind of client", () => {
	for (const uri of [
		"javascript:alert(1)",
		"javascript:alert",
		"javascript://rp/%0aalert",
		"JaVaScRiPt:alert",
		"data:text/html,x",
		"DATA:text/html,x",
		"vbscript:x",
		"file:///etc/passwd",
		"blob:https://rp/x",
		"about:blank",
		"urn:ietf:wg:oauth:2.0:oob",
		"myapp://callback",
		" https://rp/cb",
		"\thttps://rp/cb",
		"https://rp/c b",
		"https://rp/cb\u2028",
		"https://rp/ü",
		"https://rp/%zz",
		"//rp/cb",
		"/cb",
		"rp/cb",
		":/cb",
		"",
		"https:",
		"https:/rp/cb",
		"https:///cb",
		"https://",
		"https://rp:/cb",
		"https://rp:0/cb",
		"https://rp:99999/cb",
		"https://RP/cb",
		"https://rp/a/../cb",
		"https://rp/a/%2e%2e/cb",
		"https://rp/cb#",
		"https://rp.example%00/cb",
		"http://0x7f.1/cb",
		"com.example.app:",
		"com.example.app:callback",
		`https://rp/${"a".repeat(2048)}`,
	]) {
		expect(whyNotRegistrable(uri, true), uri).toBeTypeOf("string");
		expect(whyNotRegistrable(uri, false), uri).toBeTypeOf("string");
	}
	for (const uri of [
		"https://rp/cb",
		"https://rp",
		"https://rp.example:8443/cb?tenant=a%20b&x=1",
		"http://localhost:3000/cb",
		"http://portal.localhost:4010/callback",
		"http://127.0.0.1/cb",
		"http://[::1]:1/cb",
	]) {
		expect(whyNotRegistrable(uri, true), uri).toBeUndefined();
		expect(whyNotRegistrable(uri, false), uri).toBeUndefined();
	}
});

test("AZ-07 private-use schemes belong to native apps and have a dot (RFC 8252 §7.1)", () => {
	for (const uri of ["com.example.app:/cb", "com.example.app://callback", "com.example.app:///cb"]) {
		expect(whyNotRegistrable(uri, true), uri).toBeUndefined();
		expect(whyNotRegistrable(uri, false), uri).toMatch(/application_type/);
	}
});

test("http is for loopback alone", () => {
	expect(whyNotRegistrable("http://rp.example/cb", false)).toMatch(/use https/);
	expect(whyNotRegistrable("http://localhost.evil/cb", true)).toMatch(/use https/);
	expect(whyNotRegistrable("http://127.0.0.1.evil/cb", true)).toMatch(/use https/);
	expect(whyNotRegistrable("http://10.0.0.1/cb", true)).toMatch(/use https/);
});

test("a private-use scheme and a loopback port prove no app (RFC 8252 §8.6), claimed https does", () => {
	expect(returnsToDevice("com.example.app:/cb")).toBe(true);
	expect(returnsToDevice("http://127.0.0.1:4711/cb")).toBe(true);
	expect(returnsToDevice("https://app.example.com/cb")).toBe(false);
});
