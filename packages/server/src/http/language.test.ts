import { expect, test } from "vitest";
import { chooseLanguage, withLanguage } from "./language.ts";

const choose = (uiLocales?: string, acceptLanguage?: string) => chooseLanguage({ uiLocales, acceptLanguage }, ["en", "de"]);

test("what the app asks for comes first, in its order (OpenID Connect Core §3.1.2.1)", () => {
	expect(choose("de", "en")).toBe("de");
	expect(choose("fr-CA fr de-AT en", "en")).toBe("de");
	expect(choose("en de", "de")).toBe("en");
	expect(choose("DE-ch-1996")).toBe("de");
	expect(choose("  de  ")).toBe("de");
});

test("then what the browser prefers, by its weights (RFC 9110 §12.5.4)", () => {
	expect(choose(undefined, "de")).toBe("de");
	expect(choose("fr", "de-CH,de;q=0.9,en;q=0.8")).toBe("de");
	expect(choose(undefined, "en;q=0.3, de;q=0.7")).toBe("de");
	expect(choose(undefined, "fr, en;q=0.8, de;q=0.8")).toBe("en");
	expect(choose(undefined, "de;q=0, fr")).toBe("en");
	expect(choose(undefined, "*, de;q=0.5")).toBe("en");
	expect(choose(undefined, "*;q=0.1, de;q=0.5")).toBe("de");
});

test("AZ-18 what is no list of languages asks for none", () => {
	for (const odd of ["", ",;,", "de;q=x", "deutsch", "d", "de_DE", "\u0000de", "__proto__", "constructor", "d".repeat(10_000), "x-de"])
		for (const [ui, accept] of [
			[odd, undefined],
			[undefined, odd],
		])
			expect(choose(ui, accept), odd).toBe("en");
});

test("PG-13 of a list that is longer than anybody's only the beginning is read", () => {
	const fr = (count: number) => Array.from({ length: count }, () => "fr");
	expect(choose([...fr(99), "de"].join(" "))).toBe("de");
	expect(choose([...fr(100), "de"].join(" "))).toBe("en");
	expect(choose(undefined, [...fr(99), "de"].join(","))).toBe("de");
	expect(choose(undefined, [...fr(100), "de"].join(","))).toBe("en");
});

test("a list of parameters asks for one language", () => {
	expect(withLanguage("client_id=shop&ui_locales=en+de&state=ui_locales%3Den", "de")).toBe(
		"client_id=shop&state=ui_locales%3Den&ui_locales=de",
	);
	expect(withLanguage("", "de")).toBe("ui_locales=de");
});
