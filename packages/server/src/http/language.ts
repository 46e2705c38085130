import type { FastifyRequest } from "fastify";
import type { DoorGround } from "./door.ts";
import type { SpokenPages } from "./pages/index.ts";

/** More languages than anybody prefers: what follows in a list is not read, for anybody may send a long one (PG-13). */
const mostWishes = 100;

/** What the choice of a language stands on. */
interface Wishes {
	/** `ui_locales` (OpenID Connect Core §3.1.2.1): tags in order of preference, with a blank between them. */
	readonly uiLocales?: string | undefined;
	/** `Accept-Language` (RFC 9110 §12.5.4). */
	readonly acceptLanguage?: string | undefined;
}

/**
 * The language of a page: what the app or the person asked for, then what the browser prefers, then the first there is. A tag
 * stands for its language, whatever its region (RFC 4647 §3.4).
 *
 * @param languages the tags there are
 * @example chooseLanguage({ uiLocales: "fr de-CH", acceptLanguage: "en" }, ["en", "de"]) // "de"
 */
export function chooseLanguage({ uiLocales = "", acceptLanguage = "" }: Wishes, languages: readonly string[]): string {
	const [first = "en"] = languages;
	const known = (tag: string) => languages.find((lang) => lang === tag.trim().split("-", 1)[0]?.toLowerCase());
	for (const tag of uiLocales.split(" ", mostWishes)) {
		const lang = known(tag);
		if (lang !== undefined) return lang;
	}
	let best: { readonly lang: string; readonly weight: number } = { lang: first, weight: 0 };
	for (const item of acceptLanguage.split(",", mostWishes)) {
		const [range = "", ...parameters] = item.split(";");
		const lang = range.trim() === "*" ? first : known(range);
		const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => /^q=/i.test(parameter));
		const weight = quality === undefined ? 1 : Number(quality.slice(2));
		if (lang !== undefined && weight > best.weight) best = { lang, weight };
	}
	return best.lang;
}

/**
 * The pages in the language of a request.
 *
 * @param uiLocales what it asks for
 * @param here where the page is found again, as `Pages.spoken` takes it
 */
export function pagesFor(request: FastifyRequest, uiLocales: string | undefined, ground: DoorGround, here?: string): SpokenPages {
	const { languages, spoken } = ground.pages;
	return spoken(chooseLanguage({ uiLocales, acceptLanguage: request.headers["accept-language"] }, languages), here);
}

/**
 * A list of parameters that asks for this language, and for no other.
 *
 * @example withLanguage("client_id=shop&ui_locales=en", "de") // "client_id=shop&ui_locales=de"
 */
export function withLanguage(parameters: string, lang: string): string {
	const others = parameters.split("&").filter((pair) => pair !== "" && !pair.startsWith("ui_locales="));
	return [...others, `ui_locales=${lang}`].join("&");
}
