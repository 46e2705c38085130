import { pageHeaders, sourceHash } from "../headers.ts";
import { defaultAccent, paletteOf, paletteStyle } from "./accent.ts";
import { accountStyle } from "./account-style.ts";
import { designTokens } from "./design-tokens.ts";
import { copyScript, fieldScript, script, sendingScript } from "./script.ts";
import { consentStyle, detailStyle, fieldStyle, listStyle, minify, rowStyle, saysStyle, style } from "./style.ts";
import { timesScript } from "./times-script.ts";

/** The one style sheet and the one script of a page, and the headers that name them by their hashes. */
interface Dress {
	readonly style: string;
	readonly script: string;
	/** `Content-Type` aside. */
	readonly headers: Readonly<Record<string, string>>;
}

/** What the pages wear. Each carries what it needs, so that nothing is fetched, and nothing that it does not need. */
export interface Wardrobe {
	readonly plain: Dress;
	/** Pages with fields to type into. */
	readonly fields: Dress;
	readonly consent: Dress;
	/** The page of lists. */
	readonly account: Dress;
	/** The page that sends itself. */
	readonly formPost: Dress;
}

/**
 * Makes the sheets of one issuer, once, from the brand's colour, so that their hashes hold for the life of the process.
 *
 * @param accent `#rrggbb`, for which `accentFaults` finds nothing
 */
export function wardrobeOf(accent: string = defaultAccent, https: boolean): Wardrobe {
	const palette = paletteOf(accent);
	const tokens = designTokens(paletteStyle(palette));
	const dress = (styles: string, script: string): Dress => {
		// Every page carries its sheet: what is the same throughout stands there as it is.
		const sheet = minify(`${tokens}${style}${styles}`).replaceAll("var(--hue)", palette.hue.toFixed());
		return Object.freeze({
			style: sheet,
			script,
			headers: pageHeaders({ https, styleHash: sourceHash(sheet), scriptHashes: [sourceHash(script)] }),
		});
	};
	return Object.freeze({
		plain: dress(listStyle + rowStyle + detailStyle, script + copyScript),
		fields: dress(fieldStyle + saysStyle, script + fieldScript),
		consent: dress(saysStyle + consentStyle, script),
		account: dress(fieldStyle + listStyle + accountStyle, script + fieldScript + timesScript),
		formPost: dress("", sendingScript),
	});
}
