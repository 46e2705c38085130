import { pageHeaders, sourceHash } from "../headers.ts";
import { defaultAccent, paletteOf, paletteStyle } from "./accent.ts";
import { type AccountView, accountPage, accountScript } from "./account.tsx";
import { accountStyle } from "./account-style.ts";
import type { Branding } from "./branding.ts";
import { type ConsentView, consentPage } from "./consent.tsx";
import { type ContinueView, continuePage } from "./continue.tsx";
import { designTokens } from "./design-tokens.ts";
import { type ErrorView, errorPage } from "./error.tsx";
import { type FormPostView, formPostPage, formPostScript } from "./form-post.tsx";
import type { Frame } from "./frame.tsx";
import { type LogoutView, logoutPage } from "./logout.tsx";
import { script } from "./script.ts";
import { type SelectAccountView, selectAccountPage } from "./select-account.tsx";
import { type SignInView, signInPage } from "./sign-in.tsx";
import { type SignedOutView, signedOutPage } from "./signed-out.tsx";
import { minify, style } from "./style.ts";
import { languages, type Words } from "./words.ts";

export { type AccountNotice, type AccountView, accountNotices } from "./account.tsx";
export type { Branding } from "./branding.ts";
export type { PasswordError } from "./change-password.tsx";
export type { HappeningKind } from "./happenings.tsx";
export type { AppView, PersonView } from "./parts.tsx";
export type { Permissions } from "./permissions.tsx";
export type { SignInError } from "./sign-in.tsx";

/** Every page that people see, in one language. Each function is pure: a view in, the whole document out. */
export interface SpokenPages {
	readonly signInPage: (view: SignInView) => string;
	readonly selectAccountPage: (view: SelectAccountView) => string;
	readonly consentPage: (view: ConsentView) => string;
	readonly continuePage: (view: ContinueView) => string;
	readonly logoutPage: (view: LogoutView) => string;
	readonly signedOutPage: (view: SignedOutView) => string;
	readonly accountPage: (view: AccountView) => string;
	readonly errorPage: (view: ErrorView) => string;
	readonly formPostPage: (view: FormPostView) => string;
}

/** The pages of one issuer, with the headers that belong to them in every language. */
export interface Pages {
	/** The headers of all pages but {@link SpokenPages.formPostPage} and {@link SpokenPages.accountPage}. `Content-Type` is the caller's: `text/html; charset=utf-8`. */
	readonly headers: Readonly<Record<string, string>>;
	/** The headers of {@link SpokenPages.formPostPage}, whose script is another. */
	readonly formPostHeaders: Readonly<Record<string, string>>;
	/** The headers of {@link SpokenPages.accountPage}, which has a style sheet and a script of its own. */
	readonly accountHeaders: Readonly<Record<string, string>>;
	/** The tags of the languages there are; the first is spoken where nobody asks for another. */
	readonly languages: readonly string[];
	/**
	 * The pages in one language.
	 *
	 * @param here the query with which a GET of the address shown leads to this very page, without `ui_locales`; a page that no GET
	 * leads to has no links to other languages.
	 */
	readonly spoken: (lang: string, here?: string) => SpokenPages;
}

/**
 * Makes the pages of one issuer. The style sheet is made here, once, from the brand's colour, so that its hash in the headers
 * holds for the life of the process.
 *
 * @example
 * const pages = createPages({ branding: { name: "Company", accent: "#0b57d0" }, https: true });
 * reply.headers(pages.headers).type("text/html; charset=utf-8").send(pages.spoken("de", "").signedOutPage({}));
 */
export function createPages(input: { readonly branding: Branding; readonly https: boolean; readonly languages?: readonly Words[] }): Pages {
	const { branding, https, languages: spoken = languages } = input;
	const palette = paletteOf(branding.accent ?? defaultAccent);
	// Every page carries the sheet: what is the same for all of them stands there as it is.
	const sheetOf = (css: string) => minify(`${designTokens(paletteStyle(palette))}${css}`).replaceAll("var(--hue)", palette.hue.toFixed());
	const sheet = sheetOf(style);
	const accountSheet = sheetOf(`${style}${accountStyle}`);
	const headersWith = (text: string, css = sheet) => pageHeaders({ https, styleHash: sourceHash(css), scriptHashes: [sourceHash(text)] });
	return Object.freeze({
		headers: headersWith(script),
		formPostHeaders: headersWith(formPostScript),
		accountHeaders: headersWith(accountScript, accountSheet),
		languages: spoken.map(({ lang }) => lang),
		spoken(lang, here) {
			const words = spoken.find((each) => each.lang === lang);
			if (words === undefined) throw new RangeError(`no catalogue for ${lang}`);
			const others = here === undefined ? [] : spoken.filter((each) => each !== words);
			const query = here === undefined || here === "" ? "?" : `?${here}&`;
			const frame: Frame = {
				branding,
				words,
				style: sheet,
				elsewhere: others.map((other) => ({ lang: other.lang, name: other.name, href: `${query}ui_locales=${other.lang}` })),
			};
			return { ...inFrame(frame), accountPage: (view) => accountPage({ ...frame, style: accountSheet }, view) };
		},
	} satisfies Pages);
}

function inFrame(frame: Frame): Omit<SpokenPages, "accountPage"> {
	return {
		signInPage: (view) => signInPage(frame, view),
		selectAccountPage: (view) => selectAccountPage(frame, view),
		consentPage: (view) => consentPage(frame, view),
		continuePage: (view) => continuePage(frame, view),
		logoutPage: (view) => logoutPage(frame, view),
		signedOutPage: (view) => signedOutPage(frame, view),
		errorPage: (view) => errorPage(frame, view),
		formPostPage: (view) => formPostPage(frame, view),
	};
}
