import { IntlMessageFormat } from "intl-messageformat";
import german from "./catalogues/de.json" with { type: "json" };
import english from "./catalogues/en.json" with { type: "json" };

/** Every text of the pages in one language, as it is written: ICU messages, by section. */
export type Catalogue = typeof english;

/** One text, parsed. */
export type Message = IntlMessageFormat;

/** The same texts, ready to be filled in. */
type Messages<Texts> = { readonly [Key in keyof Texts]: Texts[Key] extends string ? Message : Messages<Texts[Key]> };

/** Every word that the pages say, in one language. */
export interface Words extends Messages<Catalogue> {
	/** Its tag (BCP 47), which is also its name in `ui_locales`. */
	readonly lang: string;
	readonly dir: "ltr" | "rtl";
	/** What those who speak it call it. */
	readonly name: string;
}

/**
 * Reads a catalogue; each message is parsed here, once, and never again.
 *
 * @throws SyntaxError for a message that is no ICU message
 * @example wordsOf("de", german).consent.deny.format() // "Ablehnen"
 */
export function wordsOf(lang: string, catalogue: Catalogue): Words {
	return Object.freeze({
		...messagesOf(lang, catalogue),
		lang,
		dir: new Intl.Locale(lang).getTextInfo().direction ?? "ltr",
		name: new Intl.DisplayNames(lang, { type: "language" }).of(lang) ?? lang,
	});
}

function messagesOf<Texts extends object>(lang: string, texts: Texts): Messages<Texts> {
	const read = (text: string | object) => (typeof text === "string" ? new IntlMessageFormat(text, lang) : messagesOf(lang, text));
	return Object.freeze(Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, read(text)]))) as Messages<Texts>;
}

let read: readonly Words[] | undefined;

/** The languages there are; the first is spoken where nobody asks for another. Read when first asked for: most commands show no page. */
export function readLanguages(): readonly Words[] {
	read ??= [wordsOf("en", english), wordsOf("de", german)];
	return read;
}
