import { pageHeaders, sourceHash } from "../headers.ts";
import { defaultAccent, paletteOf, paletteStyle } from "./accent.ts";
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
import { english, type Words } from "./words.ts";

export type { Branding } from "./branding.ts";
export type { ApiPermissions } from "./consent.tsx";
export type { AppView, PersonView } from "./parts.tsx";
export type { SignInError } from "./sign-in.tsx";

/** Every page that people see, with the headers that belong to it. Each function is pure: a view in, the whole document out. */
export interface Pages {
	/** The headers of all pages but {@link Pages.formPostPage}. `Content-Type` is the caller's: `text/html; charset=utf-8`. */
	readonly headers: Readonly<Record<string, string>>;
	/** The headers of {@link Pages.formPostPage}, whose script is another. */
	readonly formPostHeaders: Readonly<Record<string, string>>;
	readonly signInPage: (view: SignInView) => string;
	readonly selectAccountPage: (view: SelectAccountView) => string;
	readonly consentPage: (view: ConsentView) => string;
	readonly continuePage: (view: ContinueView) => string;
	readonly logoutPage: (view: LogoutView) => string;
	readonly signedOutPage: (view: SignedOutView) => string;
	readonly errorPage: (view: ErrorView) => string;
	readonly formPostPage: (view: FormPostView) => string;
}

/**
 * Makes the pages of one issuer. The style sheet is made here, once, from the brand's colour, so that its hash in the headers
 * holds for the life of the process.
 *
 * @example
 * const pages = createPages({ branding: { name: "Company", accent: "#0b57d0" }, https: true });
 * reply.headers(pages.headers).type("text/html; charset=utf-8").send(pages.signedOutPage({}));
 */
export function createPages(input: { readonly branding: Branding; readonly https: boolean; readonly words?: Words }): Pages {
	const { branding, https, words = english } = input;
	const sheet = minify(`${designTokens(paletteStyle(paletteOf(branding.accent ?? defaultAccent)))}${style}`);
	const frame: Frame = Object.freeze({ branding, words, style: sheet });
	const headersWith = (text: string) => pageHeaders({ https, styleHash: sourceHash(sheet), scriptHashes: [sourceHash(text)] });
	return Object.freeze({
		headers: headersWith(script),
		formPostHeaders: headersWith(formPostScript),
		signInPage: (view) => signInPage(frame, view),
		selectAccountPage: (view) => selectAccountPage(frame, view),
		consentPage: (view) => consentPage(frame, view),
		continuePage: (view) => continuePage(frame, view),
		logoutPage: (view) => logoutPage(frame, view),
		signedOutPage: (view) => signedOutPage(frame, view),
		errorPage: (view) => errorPage(frame, view),
		formPostPage: (view) => formPostPage(frame, view),
	} satisfies Pages);
}
