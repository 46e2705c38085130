/**
 * Control characters, line and paragraph separators, and invisible formatting: bidirectional marks that reorder what stands
 * around them, zero-width spaces, tags. The two joiners stay, for Persian and for emoji are written with them.
 */
const hidden = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;

/** More marks than any language stacks on one letter climb over the lines around it. */
const stacked = /(\p{M}{4})\p{M}+/gu;

/**
 * A name from outside as one line of visible text (OWASP ASVS 5.0 §10.4.7: nobody may dress up as another).
 *
 * @example plainText("Shop\u202e\n  24") // "Shop 24"
 */
export function plainText(text: string): string {
	return text.toWellFormed().replace(/\s+/gu, " ").replace(hidden, "").replace(stacked, "$1").trim();
}

/**
 * A value for the eyes of a developer: nothing is taken away, what cannot be seen is spelt out.
 *
 * @example spelledOut("https://a.example\u200b/cb") // "https://a.example\\u{200b}/cb"
 */
export function spelledOut(text: string): string {
	return text.toWellFormed().replace(/(?! )[\p{C}\p{Z}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}
