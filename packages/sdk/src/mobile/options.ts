import { AuthError } from "../client/auth-error.ts";
import type { TokenOptions } from "../core/access-token.ts";
import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { type Resources, resourcesFault } from "../core/resources.ts";
import { identifierFault } from "../core/secure-url.ts";
import { isIssuer, isOneOf, isOpenidScope, isScope, isSeconds, isText } from "../core/value-rules.ts";
import type { SignInOptions, SignOutOptions } from "./auth.ts";
import { redirectFault } from "./redirect.ts";

/** What `createAuth` takes. The first three are required, everything else is discovered. */
export interface AuthOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** The app's `client_id`: a public client (`token_endpoint_auth_method: "none"`) of the `application_type` `native`. */
	readonly clientId: string;
	/**
	 * The link that leads back to the app, as it is registered: a claimed https link, `https://app.acme.test/cb`, which the system gives to
	 * nobody else; or a private scheme with a dot, `com.acme.shop:/auth` (RFC 8252 §7).
	 */
	readonly redirect: string;
	/** What the app asks for, with `openid` in it. All that it is registered for when absent. */
	readonly scope?: string;
	/** The APIs whose address is not simply their resource, by resource. */
	readonly resources?: Resources;
}

/** Words of other libraries and of the wire, and what they are called here. */
const otherWords: OtherWords = {
	authority: "issuer",
	domain: "issuer",
	redirecturi: "redirect",
	redirecturl: "redirect",
	callbackurl: "redirect",
	scheme: "redirect",
	scopes: "scope",
	audience: "resource",
	aud: "resource",
	locale: "uiLocales",
};

const authRules: Rules<AuthOptions> = {
	issuer: isIssuer,
	clientId: isText,
	redirect: redirectFault,
	scope: isOpenidScope,
	resources: (value) => resourcesFault(value, otherWords),
};

const signInRules: Rules<SignInOptions> = {
	prompt: isOneOf("login", "select_account", "consent"),
	loginHint: isText,
	acrValues: (value) => ([value].flat().every((one) => isScope(one) === undefined) ? undefined : "acr values are expected"),
	maxAge: isSeconds,
	uiLocales: isText,
};

const signOutRules: Rules<SignOutOptions> = { everywhere: isOneOf(true, false) };

const tokenRules: Rules<TokenOptions> = { resource: identifierFault, scope: isScope, minTtl: isSeconds };

/** Checks the options of `createAuth`. Throws one `invalid_option` that names all faults. */
export const checkAuthOptions = (options: AuthOptions) => check("createAuth", options, authRules, ["issuer", "clientId", "redirect"]);
export const checkSignInOptions = (options: SignInOptions) => check("signIn", options, signInRules, []);
export const checkSignOutOptions = (options: SignOutOptions) => check("signOut", options, signOutRules, []);
export const checkTokenOptions = (options: TokenOptions) => check("token", options, tokenRules, ["resource"]);

function check<T extends object>(place: string, options: T, rules: Rules<T>, required: readonly (keyof T & string)[]): void {
	const faults = optionFaults(place, options, rules, required, otherWords);
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}
