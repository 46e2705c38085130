import fc from "fast-check";
import { expect, test } from "vitest";
import { accentFaults, paletteFaults, paletteOf, paletteStyle } from "./accent.ts";

test("every colour gives words that can be read in both schemes (WCAG 2.2 §1.4.3)", () => {
	const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);
	fc.assert(
		fc.property(colour, (hex) =>
			accentFaults(hex).every((fault) => /^gives the main button a contrast of 1\.[0-3]\d in the light scheme/.test(fault)),
		),
		{ numRuns: 1000 },
	);
	for (const hex of ["#000000", "#0f5e43", "#777777", "#f5c400", "#0000ff", "#ff0000", "#7A3FF2"])
		expect(accentFaults(hex), hex).toEqual([]);
});

test("a colour that makes the button vanish on the card is a fault", () => {
	expect(accentFaults("#ffffff")).toEqual(["gives the main button a contrast of 1.00 in the light scheme, and 1.4 is the least"]);
	expect(accentFaults("#fff59d")).toEqual([expect.stringMatching(/^gives the main button a contrast of 1\.1\d in the light scheme,/)]);
});

test("a colour that is written otherwise is a fault that says how to write it", () => {
	for (const hex of ["blue", "#0b5", "0b57d0", "#0b57d0ff", "#0b57dg", "", "#0b57d0;}"])
		expect(accentFaults(hex)).toEqual(["must be a colour of six hexadecimal digits, such as #0b57d0"]);
});

test("a fault says which words in which scheme could not be read", () => {
	const palette = paletteOf("#0b57d0");
	const grey = { l: 0.8, c: 0, h: 0 };
	expect(paletteFaults(palette)).toEqual([]);
	expect(paletteFaults({ ...palette, light: { ...palette.light, onAccent: palette.light.accent } })).toEqual([
		"gives the words on the main button a contrast of 1.00 in the light scheme, and 4.5 is the least",
	]);
	expect(paletteFaults({ ...palette, light: { ...palette.light, accentText: grey } })).toEqual([
		expect.stringMatching(/^gives links a contrast of 1\.\d\d in the light scheme, and 4\.5 is the least$/),
	]);
	expect(paletteFaults({ ...palette, dark: { ...palette.dark, accentText: { ...grey, l: 0.4 } } })).toEqual([
		expect.stringMatching(/^gives links a contrast of \d\.\d\d in the dark scheme/),
	]);
});

test("white words where they can be read, black ones where they cannot; a brand's colour stays itself in the light scheme", () => {
	expect(paletteStyle(paletteOf("#0b57d0"))).toBe(
		"--hue: 260.6; --accent: light-dark(oklch(0.495 0.199 260.6), oklch(0.79 0.11 260.6)); --on-accent: light-dark(oklch(1 0 260.6), oklch(0.22 0.04 260.6)); --accent-text: light-dark(oklch(0.495 0.199 260.6), oklch(0.79 0.11 260.6))",
	);
	expect(paletteStyle(paletteOf("#ff0000"))).toContain("--accent: light-dark(oklch(0.628 0.258 29.2), ");
	expect(paletteOf("#f5c400").light.onAccent.l).toBe(0);
});
