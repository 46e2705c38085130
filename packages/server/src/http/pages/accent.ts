/** A colour in OKLCH: lightness 0 to 1, chroma, hue in degrees. */
interface Colour {
	readonly l: number;
	readonly c: number;
	readonly h: number;
}

/** What one scheme takes from the brand's colour. */
interface Scheme {
	/** The ground of the main button. */
	readonly accent: Colour;
	/** The words on that ground. */
	readonly onAccent: Colour;
	/** Links and monograms. */
	readonly accentText: Colour;
}

/** What the brand's colour gives to the pages; the greys need only its hue. */
export interface Palette {
	readonly hue: number;
	readonly light: Scheme;
	readonly dark: Scheme;
}

/** The colour of a company that names none. */
export const defaultAccent = "#0b57d0";

/** What can be read (WCAG 2.2 §1.4.3). */
const leastForWords = 4.5;

/** What can be seen as a button; its words say the rest, so this is less than §1.4.11 asks of a button without any. */
const leastForButton = 1.4;

const rgbToLms = [
	[0.4122214708, 0.5363325363, 0.0514459929],
	[0.2119034982, 0.6806995451, 0.1073969566],
	[0.0883024619, 0.2817188376, 0.6299787005],
] as const;
const lmsToLab = [
	[0.2104542553, 0.793617785, -0.0040720468],
	[1.9779984951, -2.428592205, 0.4505937099],
	[0.0259040371, 0.7827717662, -0.808675766],
] as const;
const labToLms = [
	[1, 0.3963377774, 0.2158037573],
	[1, -0.1055613458, -0.0638541728],
	[1, -0.0894841775, -1.291485548],
] as const;
const lmsToRgb = [
	[4.0767416621, -3.3077115913, 0.2309699292],
	[-1.2684380046, 2.6097574011, -0.3413193965],
	[-0.0041960863, -0.7034186147, 1.707614701],
] as const;

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

function times([p, q, r]: Matrix, [x, y, z]: Triple): Triple {
	const row = (m: Triple) => m[0] * x + m[1] * y + m[2] * z;
	return [row(p), row(q), row(r)];
}

function each([x, y, z]: Triple, change: (value: number) => number): Triple {
	return [change(x), change(y), change(z)];
}

function colourOf(hex: string): Colour {
	const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
	const linear = each([channel(1), channel(3), channel(5)], (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
	const [l, a, b] = times(lmsToLab, each(times(rgbToLms, linear), Math.cbrt));
	const c = Math.hypot(a, b);
	// The hue of a grey is noise; a cool one suits grey pages.
	return { l, c, h: c < 0.01 ? 260 : (Math.atan2(b, a) * 180) / Math.PI + (b < 0 ? 360 : 0) };
}

/** Relative luminance (WCAG 2.2), clipped to sRGB as a screen does. */
function luminance({ l, c, h }: Colour): number {
	const angle = (h * Math.PI) / 180;
	const rgb = times(
		lmsToRgb,
		each(times(labToLms, [l, c * Math.cos(angle), c * Math.sin(angle)]), (v) => v ** 3),
	);
	const [r, g, b] = each(rgb, (v) => Math.min(1, Math.max(0, v)));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Colour, b: Colour): number {
	const [p, q] = [luminance(a), luminance(b)];
	return (Math.max(p, q) + 0.05) / (Math.min(p, q) + 0.05);
}

/** `--card` of the design tokens, on which the main button stands. */
const card = { light: { l: 0.998, c: 0.001 }, dark: { l: 0.225, c: 0.01 } } as const;

/** `--tint` of the design tokens, the least friendly ground of links. */
const tint = { light: { l: 0.953, c: 0.016 }, dark: { l: 0.29, c: 0.018 } } as const;

/**
 * Derives every colour that depends on the brand. Words on the main button are white, or black where white cannot be read;
 * links are the brand's colour, darkened until they can be read.
 *
 * @example paletteStyle(paletteOf("#0b57d0")) // "--hue:260.9;--accent:light-dark(oklch(…"
 */
export function paletteOf(hex: string): Palette {
	const own = colourOf(hex);
	const { h } = own;
	const white: Colour = { l: 1, c: 0, h };
	const bright: Colour = own.l > 0.75 ? own : { l: 0.79, c: Math.min(own.c, 0.11), h };
	let text = own;
	while (contrast(text, { ...tint.light, h }) < leastForWords + 0.1) text = { ...text, l: text.l - 0.01 };
	return {
		hue: h,
		light: { accent: own, onAccent: contrast(white, own) >= leastForWords ? white : { l: 0, c: 0, h }, accentText: text },
		dark: { accent: bright, onAccent: { l: 0.22, c: Math.min(own.c, 0.04), h }, accentText: bright },
	};
}

/** The palette as declarations of CSS custom properties. */
export function paletteStyle({ hue, light, dark }: Palette): string {
	const css = ({ l, c, h }: Colour) => `oklch(${+l.toFixed(3)} ${+c.toFixed(3)} ${+h.toFixed(1)})`;
	const both = (role: keyof Scheme) => `light-dark(${css(light[role])}, ${css(dark[role])})`;
	return [
		`--hue: ${hue.toFixed(1)}`,
		`--accent: ${both("accent")}`,
		`--on-accent: ${both("onAccent")}`,
		`--accent-text: ${both("accentText")}`,
	].join("; ");
}

/** What in a palette could not be read or seen, each as the end of a sentence. */
export function paletteFaults(palette: Palette): readonly string[] {
	return (["light", "dark"] as const).flatMap((name) => {
		const scheme = palette[name];
		const pairs = [
			["the words on the main button", scheme.onAccent, scheme.accent, leastForWords],
			["links", scheme.accentText, { ...tint[name], h: palette.hue }, leastForWords],
			["the main button", scheme.accent, { ...card[name], h: palette.hue }, leastForButton],
		] as const;
		return pairs.flatMap(([what, front, back, least]) => {
			const ratio = contrast(front, back);
			return ratio >= least
				? []
				: [`gives ${what} a contrast of ${(Math.floor(ratio * 100) / 100).toFixed(2)} in the ${name} scheme, and ${least} is the least`];
		});
	});
}

/**
 * Everything that keeps a colour from being the accent of the pages, each as the end of a sentence; none for a good one.
 *
 * @example accentFaults("#ffffff") // ["gives the main button a contrast of 1.00 in the light scheme, and 1.4 is the least"]
 * @example accentFaults("blue") // ["must be a colour of six hexadecimal digits, such as #0b57d0"]
 */
export function accentFaults(hex: string): readonly string[] {
	if (!/^#[0-9a-f]{6}$/i.test(hex)) return ["must be a colour of six hexadecimal digits, such as #0b57d0"];
	return paletteFaults(paletteOf(hex));
}
