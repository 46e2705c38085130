/** How a person shall sign in. All of it is optional. */
export interface HowToSignIn {
	/** `login` asks for the password again, `select_account` which account, `consent` what the app may do. */
	readonly prompt?: "login" | "select_account" | "consent";
	/** The name to fill in. */
	readonly loginHint?: string;
	/** The kinds of sign-in that are strong enough, best first: for step-up (RFC 9470). */
	readonly acrValues?: string | readonly string[];
	/** How many seconds ago the person may have proved who they are at most; more asks again (RFC 9470). */
	readonly maxAge?: number;
	/** The languages of the sign-in pages, best first (BCP 47): `"de"`, `"de en"`. The browser's when absent. */
	readonly uiLocales?: string;
}
