import { AuthError } from "../client/auth-error.ts";
import { clientAuthFault, type Secret } from "../client/client-auth/index.ts";
import type { TokenOptions } from "../core/access-token.ts";
import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { type Resources, resourcesFault } from "../core/resources.ts";
import { identifierFault, isLoopback, isSecure } from "../core/secure-url.ts";
import { isOneOf, isOpenidScope, isScope, isSeconds, isText, type ValueRule } from "../core/value-rules.ts";
import { algorithmNames } from "../keys/algorithms.ts";
import type { RequiredOptions, SignInOptions, WebAuthOptions } from "./options.ts";

/** The options with their defaults, as far as they are not spent on making what stands in the ground. */
export interface WebSettings {
	readonly clientId: string;
	readonly origin: string;
	readonly basePath: string;
	readonly redirectUri: string;
	readonly postLogoutRedirectUri: string;
	readonly scope: string | undefined;
	readonly resources: Resources;
	readonly onError: NonNullable<WebAuthOptions["onError"]> | undefined;
	/** On this machine alone: whoever sees a page is who wrote the app. */
	readonly inDevelopment: boolean;
}

/** Words of other libraries and of the wire, and what they are called here. */
export const otherWords: OtherWords = {
	authority: "issuer",
	domain: "issuer",
	issuerbaseurl: "issuer",
	clientsecret: "clientAuth",
	secret: "clientAuth",
	baseurl: "origin",
	appurl: "origin",
	appbaseurl: "origin",
	redirecturi: "origin",
	callbackurl: "origin",
	sessionstore: "store",
	sessionsecret: "sessionKeys",
	keys: "sessionKeys",
	cookiesecret: "sessionKeys",
	scopes: "scope",
	algorithm: "idTokenAlgorithm",
	algorithms: "idTokenAlgorithm",
	idtokensigningalg: "idTokenAlgorithm",
	idtokensignedresponsealg: "idTokenAlgorithm",
	audience: "resource",
	aud: "resource",
	maxsessionage: "absolute",
	rolling: "idle",
	returnurl: "returnTo",
	redirectto: "returnTo",
	locale: "uiLocales",
	acrvalues: "acr",
};

const isFunction = (value: unknown) => (typeof value === "function" ? undefined : "a function is expected");
const isWords = (value: unknown) => {
	const list = [value].flat();
	return list.length > 0 && list.every((one) => isScope(one) === undefined) ? undefined : "acr values are expected";
};
const isOrigin = (value: unknown) => {
	const url = typeof value === "string" ? URL.parse(value) : null;
	if (url === null) return "the app's origin is expected, as in https://crm.acme.test";
	if (!isSecure(url)) return "https is expected (http only on localhost, *.localhost, 127.0.0.1 and [::1])";
	return url.origin === value ? undefined : `an origin is expected, without path or slash: ${url.origin}`;
};

function unlessConcealed(rule: ValueRule): ValueRule {
	return (value) => (typeof value === "symbol" ? value.description : rule(value));
}

const storeVerbs = ["insert", "read", "replace", "touch", "find", "claim", "lease", "close"];

export const webAuthRules: Rules<WebAuthOptions> = {
	issuer: identifierFault,
	clientId: isText,
	clientAuth: unlessConcealed(clientAuthFault),
	origin: isOrigin,
	store: (value) => (storeVerbs.every((verb) => verb in Object(value)) ? undefined : "a store is expected: redis(…) or memory()"),
	sessionKeys: unlessConcealed((value) =>
		Array.isArray(value) && value.length > 0 && value.every((key) => keyFault(key) === undefined)
			? undefined
			: "a list of secrets with at least 32 characters each is expected (openssl rand -base64 32 makes one)",
	),
	basePath: (value) =>
		typeof value === "string" && /^(?:\/[\w.~-]+)+$/.test(value) && !/\/\.{1,2}(?:\/|$)/.test(value)
			? undefined
			: "a path such as /auth is expected, without a slash at its end",
	postLogoutRedirectUri: (value) =>
		typeof value === "string" && URL.canParse(value) && !value.includes("#")
			? undefined
			: "an absolute URL is expected, as it is registered",
	scope: isOpenidScope,
	idTokenAlgorithm: isOneOf(...algorithmNames),
	resources: (value) => resourcesFault(value, otherWords),
	idle: isSeconds,
	absolute: isSeconds,
	onError: isFunction,
	fetch: isFunction,
	now: isFunction,
};

const signInRules: Rules<SignInOptions> = {
	returnTo: isText,
	prompt: isOneOf("login", "select_account", "consent"),
	loginHint: isText,
	acrValues: isWords,
	maxAge: isSeconds,
	uiLocales: isText,
};

const tokenRules: Rules<TokenOptions> = { resource: identifierFault, scope: isScope, minTtl: isSeconds };

const requiredRules: Rules<RequiredOptions> = { acr: isWords, maxAge: isSeconds };

/** What is wrong with a value as what sessions are encrypted with, or nothing. One that is fetched is looked at when it is needed. */
function keyFault(value: unknown): string | undefined {
	const fault = clientAuthFault(value);
	if (fault !== undefined || typeof value === "object") return fault ?? "a secret is expected";
	const text: unknown = typeof value === "function" ? value() : value;
	if (text instanceof Promise) return void text.catch(() => undefined);
	return typeof text === "string" && text.length < 32 ? "a secret of at least 32 characters is expected" : undefined;
}

/** Checks the options of `createWebAuth`. Throws one `invalid_option` that names all faults, and no secret. */
export function checkWebAuthOptions(options: WebAuthOptions): void {
	const faults = [
		...optionFaults("createWebAuth", concealed(options), webAuthRules, ["issuer", "clientId", "clientAuth", "origin"], otherWords),
	];
	faults.push(...groundFaults("createWebAuth", options));
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}

/** What options lack together, each being right by itself. */
export function groundFaults(place: string, { origin, store, clientAuth, sessionKeys }: WebAuthOptions): readonly string[] {
	const faults: string[] = [];
	if (isOrigin(origin) === undefined && store === undefined && !isLoopback(new URL(origin).hostname))
		faults.push(`${place}() needs the option \`store\` where the app is not on localhost: redis(…), or memory() if there is one process.`);
	if (sessionKeys === undefined && clientAuthFault(clientAuth) === undefined && keyFault(clientAuth) !== undefined)
		faults.push(
			`${place}() needs the option \`sessionKeys\`: \`clientAuth\` is no secret of 32 characters that sessions could be encrypted with.`,
		);
	return faults;
}

/** The options with what is wrong of a secret in the place of the secret: a symbol, which is not shown. */
export function concealed<T extends Pick<WebAuthOptions, "clientAuth" | "sessionKeys">>(options: T): T {
	if (typeof options !== "object" || options === null || Array.isArray(options)) return options;
	const hidden = Object.entries(options).map(([name, value]) => {
		const fault = name === "clientAuth" || name === "sessionKeys" ? webAuthRules[name](value) : undefined;
		return [name, fault === undefined ? value : Symbol(fault)];
	});
	return Object.fromEntries(hidden);
}

export const checkRequiredOptions = (options: RequiredOptions) => check("required", options, requiredRules);
export const checkSignInOptions = (options: SignInOptions) => check("signIn", options, signInRules);
export const checkTokenOptions = (options: TokenOptions) => check("token", options, tokenRules, ["resource"]);

function check<T extends object>(place: string, options: T, rules: Rules<T>, required: readonly (keyof T & string)[] = []): void {
	const faults = optionFaults(place, options, rules, required, otherWords);
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}

/** Checked options with their defaults. */
export function webSettings(options: WebAuthOptions): WebSettings {
	const { clientId, origin, basePath = "/auth", postLogoutRedirectUri = `${origin}/`, scope, resources = {}, onError } = options;
	const redirectUri = `${origin}${basePath}/callback`;
	const inDevelopment = isLoopback(new URL(origin).hostname);
	return Object.freeze({ clientId, origin, basePath, redirectUri, postLogoutRedirectUri, scope, resources, onError, inDevelopment });
}

/** What sessions are encrypted with where nothing is said: the client's own secret. */
export const sessionKeysOf = ({ clientAuth, sessionKeys }: WebAuthOptions): readonly Secret[] => sessionKeys ?? [clientAuth as Secret];
