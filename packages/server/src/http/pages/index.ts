import { type AccountView, accountPage } from "./account.tsx";
import type { Branding } from "./branding.ts";
import { type ConsentView, consentPage } from "./consent.tsx";
import { type ContinueView, continuePage } from "./continue.tsx";
import { wardrobeOf } from "./dress.ts";
import { type ErrorView, errorPage } from "./error.tsx";
import { type FormPostView, formPostPage } from "./form-post.tsx";
import type { Document, Frame } from "./frame.tsx";
import { type LogoutView, logoutPage } from "./logout.tsx";
import { type SelectAccountView, selectAccountPage } from "./select-account.tsx";
import { type SignInView, signInPage } from "./sign-in.tsx";
import { type SignedOutView, signedOutPage } from "./signed-out.tsx";
import { readLanguages, type Words } from "./words.ts";

export { type AccountNotice, type AccountView, accountNotices } from "./account.tsx";
export type { Branding } from "./branding.ts";
export type { PasswordError } from "./change-password.tsx";
export type { Document } from "./frame.tsx";
export type { HappeningKind } from "./happenings.tsx";
export type { AppView, PersonView } from "./parts.tsx";
export type { Permissions } from "./permissions.tsx";
export type { SignInError } from "./sign-in.tsx";
export type { Way } from "./way-out.tsx";

/** Every page that people see, in one language. Each function is pure: a view in, the whole document and its headers out. */
export interface SpokenPages {
	readonly signInPage: (view: SignInView) => Document;
	readonly selectAccountPage: (view: SelectAccountView) => Document;
	readonly consentPage: (view: ConsentView) => Document;
	readonly continuePage: (view: ContinueView) => Document;
	readonly logoutPage: (view: LogoutView) => Document;
	readonly signedOutPage: (view: SignedOutView) => Document;
	readonly accountPage: (view: AccountView) => Document;
	readonly errorPage: (view: ErrorView) => Document;
	readonly formPostPage: (view: FormPostView) => Document;
}

/** The pages of one issuer. */
export interface Pages {
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
 * Makes the pages of one issuer.
 *
 * @example
 * const pages = createPages({ branding: { name: "Company", accent: "#0b57d0" }, https: true });
 * const { html, headers } = pages.spoken("de", "").signedOutPage({});
 */
export function createPages(input: { readonly branding: Branding; readonly https: boolean; readonly languages?: readonly Words[] }): Pages {
	const { branding, https, languages: spoken = readLanguages() } = input;
	const wardrobe = wardrobeOf(branding.accent, https);
	return Object.freeze({
		languages: spoken.map(({ lang }) => lang),
		spoken(lang, here) {
			const words = spoken.find((each) => each.lang === lang);
			if (words === undefined) throw new RangeError(`no catalogue for ${lang}`);
			const others = here === undefined ? [] : spoken.filter((each) => each !== words);
			const query = here === undefined || here === "" ? "?" : `?${here}&`;
			return inFrame({
				branding,
				words,
				wardrobe,
				elsewhere: others.map((other) => ({ lang: other.lang, name: other.name, href: `${query}ui_locales=${other.lang}` })),
			});
		},
	} satisfies Pages);
}

function inFrame(frame: Frame): SpokenPages {
	return {
		signInPage: (view) => signInPage(frame, view),
		selectAccountPage: (view) => selectAccountPage(frame, view),
		consentPage: (view) => consentPage(frame, view),
		continuePage: (view) => continuePage(frame, view),
		logoutPage: (view) => logoutPage(frame, view),
		signedOutPage: (view) => signedOutPage(frame, view),
		accountPage: (view) => accountPage(frame, view),
		errorPage: (view) => errorPage(frame, view),
		formPostPage: (view) => formPostPage(frame, view),
	};
}
