import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { identifierFault } from "../core/secure-url.ts";
import type { SignInOptions, SignOutOptions, TokenOptions } from "./auth.ts";
import { AuthError } from "./auth-error.ts";

/** An API that the app calls. */
export interface ResourceOptions {
	/** What its tokens shall allow. All that was granted for it when absent. */
	readonly scope?: string;
	/** Other addresses under which it is reached, as prefixes: `["https://gateway.acme.test/orders"]`. Its tokens go there too. */
	readonly urls?: readonly string[];
}

/** What `createAuth` takes. The first two are required, everything else is discovered. */
export interface AuthOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** The app's `client_id`: a public client (`token_endpoint_auth_method: "none"`) with the grant types `authorization_code` and `refresh_token`. */
	readonly clientId: string;
	/** Where the issuer sends the browser back to, as it is registered. `/callback` of the page's origin when absent. */
	readonly redirectUri?: string;
	/** Where it goes after a sign-out, as it is registered. `/` of the page's origin when absent. */
	readonly postLogoutRedirectUri?: string;
	/** What the app asks for, with `openid` in it. All that it is registered for when absent. */
	readonly scope?: string;
	/** The APIs whose address is not simply their resource, by resource. */
	readonly resources?: Readonly<Record<string, ResourceOptions>>;
}

/** The options with their defaults. */
export interface Settings extends AuthOptions {
	readonly redirectUri: string;
	readonly postLogoutRedirectUri: string;
	readonly resources: Readonly<Record<string, ResourceOptions>>;
}

/** Words of other libraries and of the wire, and what they are called here. */
const otherWords: OtherWords = {
	authority: "issuer",
	domain: "issuer",
	redirecturl: "redirectUri",
	callbackurl: "redirectUri",
	scopes: "scope",
	audience: "resource",
	aud: "resource",
	returnurl: "returnTo",
	locale: "uiLocales",
};

const isText = (value: unknown) => (typeof value === "string" && value !== "" ? undefined : "a text is expected");
const isSeconds = (value: unknown) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "whole seconds are expected");
const isPageUrl = (value: unknown) =>
	typeof value === "string" && URL.canParse(value) && !value.includes("#") ? undefined : "an absolute URL is expected, as it is registered";
const isScope = (value: unknown) =>
	typeof value === "string" && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)
		? undefined
		: "scopes with one blank between them are expected";
const isOneOf =
	(...words: readonly unknown[]) =>
	(value: unknown) =>
		words.includes(value) ? undefined : `one of ${words.join(", ")} is expected`;

const authRules: Rules<AuthOptions> = {
	issuer: (value) => identifierFault(value) ?? (String(value).endsWith("/") ? "a URL without a slash at its end is expected" : undefined),
	clientId: isText,
	redirectUri: isPageUrl,
	postLogoutRedirectUri: isPageUrl,
	scope: (value) => isScope(value) ?? (String(value).split(" ").includes("openid") ? undefined : "`openid` is expected in it"),
	resources: resourcesFault,
};

const resourceRules: Rules<ResourceOptions> = {
	scope: isScope,
	urls: (value) =>
		Array.isArray(value) && value.every((url) => identifierFault(url) === undefined) ? undefined : "a list of https URLs is expected",
};

const signInRules: Rules<SignInOptions> = {
	returnTo: isText,
	prompt: isOneOf("login", "select_account", "consent"),
	loginHint: isText,
	acrValues: (value) => ([value].flat().every((one) => isScope(one) === undefined) ? undefined : "acr values are expected"),
	maxAge: isSeconds,
	uiLocales: isText,
};

const signOutRules: Rules<SignOutOptions> = { everywhere: isOneOf(true, false) };

const tokenRules: Rules<TokenOptions> = { resource: identifierFault, scope: isScope, minTtl: isSeconds };

/** Checks the options of `createAuth`. Throws one `invalid_option` that names all faults. */
export const checkAuthOptions = (options: AuthOptions) => check("createAuth", options, authRules, ["issuer", "clientId"]);
export const checkSignInOptions = (options: SignInOptions) => check("signIn", options, signInRules, []);
export const checkSignOutOptions = (options: SignOutOptions) => check("signOut", options, signOutRules, []);
export const checkTokenOptions = (options: TokenOptions) => check("token", options, tokenRules, ["resource"]);

function check<T extends object>(place: string, options: T, rules: Rules<T>, required: readonly (keyof T & string)[]): void {
	const faults = optionFaults(place, options, rules, required, otherWords);
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}

function resourcesFault(value: unknown): string | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return "an object by resource is expected";
	for (const [resource, options] of Object.entries(value)) {
		const fault = identifierFault(resource) ?? optionFaults(`resources["${resource}"]`, options, resourceRules, [], otherWords)[0];
		if (fault !== undefined) return `${fault.replace(/\.$/, "")} (at ${resource})`;
	}
	return undefined;
}
