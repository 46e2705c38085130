import type { TokenOptions } from "../core/access-token.ts";
import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { type Resources, resourcesFault } from "../core/resources.ts";
import { identifierFault } from "../core/secure-url.ts";
import { isIssuer, isOneOf, isOpenidScope, isScope, isSeconds, isText } from "../core/value-rules.ts";
import { isOwn } from "./addresses.ts";
import type { SignInOptions, SignOutOptions } from "./auth.ts";
import { AuthError } from "./auth-error.ts";

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
	readonly resources?: Resources;
}

/** What `createAuth` takes instead, where a back end of the app holds the tokens. */
export interface BffOptions {
	/** The path of this origin that the back end's own addresses lie under: `"/auth"`. */
	readonly bff: string;
}

/** The options with their defaults. */
export interface Settings extends AuthOptions {
	readonly redirectUri: string;
	readonly postLogoutRedirectUri: string;
	readonly resources: Resources;
}

/** Words of other libraries and of the wire, and what they are called here. */
const otherWords: OtherWords = {
	authority: "issuer",
	domain: "issuer",
	callbackurl: "redirectUri",
	audience: "resource",
	aud: "resource",
	returnurl: "returnTo",
	locale: "uiLocales",
};

const isPageUrl = (value: unknown) =>
	typeof value === "string" && URL.canParse(value) && !value.includes("#") ? undefined : "an absolute URL is expected, as it is registered";
const isOwnPage = (value: unknown) =>
	isText(value) ?? (isOwn(URL.parse(value as string, location.href)?.href) ? undefined : "a path of this app is expected");

const authRules: Rules<AuthOptions> = {
	issuer: isIssuer,
	clientId: isText,
	redirectUri: isPageUrl,
	postLogoutRedirectUri: isPageUrl,
	scope: isOpenidScope,
	resources: (value) => resourcesFault(value, otherWords),
};

const bffRules: Rules<BffOptions> = {
	bff: (value) => (/^(?:\/[\w.~-]+)+$/.test(value as string) ? undefined : "a path such as /auth is expected"),
};

/** What each call takes. */
interface Calls {
	readonly signIn: SignInOptions;
	readonly signOut: SignOutOptions;
	readonly token: TokenOptions;
}

const callRules: { readonly [call in keyof Calls]: Rules<Calls[call]> } = {
	signIn: {
		returnTo: isOwnPage,
		prompt: isOneOf("login", "select_account", "consent"),
		loginHint: isText,
		acrValues: (value) => ([value].flat().every((one) => !isScope(one)) ? undefined : "acr values are expected"),
		maxAge: isSeconds,
		uiLocales: isText,
	},
	signOut: { everywhere: isOneOf(true, false) },
	token: { resource: identifierFault, scope: isScope, minTtl: isSeconds },
};

export const isBff = (options: AuthOptions | BffOptions): options is BffOptions => "bff" in Object(options);

/** Check the options of `createAuth`. Throw one `invalid_option` that names all faults. */
export const checkAuthOptions = (options: AuthOptions) => check("createAuth", options, authRules, ["issuer", "clientId"]);
export const checkBffOptions = (options: BffOptions) => check("createAuth", options, bffRules);

/** Those of a call, in the same way. */
export const checkCall = <C extends keyof Calls>(call: C, options: Calls[C], required?: readonly (keyof Calls[C] & string)[]) =>
	check(call, options, callRules[call], required);

function check<T extends object>(place: string, options: T, rules: Rules<T>, required: readonly (keyof T & string)[] = []): void {
	const faults = optionFaults(place, options, rules, required, otherWords);
	if (faults.length) throw new AuthError("invalid_option", faults.join("\n"));
}
