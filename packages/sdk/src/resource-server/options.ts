import { nearest, type OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { identifierFault } from "../core/secure-url.ts";
import { type Algorithm, algorithmNames } from "../keys/algorithms.ts";
import type { Fetch } from "../keys/fetch-json.ts";
import { AuthError } from "./auth-error.ts";
import type { Requirement } from "./requirement.ts";

/** What `createApi` takes. The first two are required, everything else is discovered. */
export interface ApiOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** This API, exactly as tokens name it in `aud` (RFC 8707): `https://orders.acme.test`. */
	readonly resource: string;
	/** Narrows the accepted signatures, RS256, PS256, ES256 and EdDSA. */
	readonly algorithms?: readonly Algorithm[];
	/** Used instead of the platform's `fetch`, for a proxy or in tests. */
	readonly fetch?: Fetch;
	/** The time in milliseconds since 1970, `Date.now` when absent. For tests. */
	readonly now?: () => number;
	/** Milliseconds of a clock that never jumps, `performance.now` when absent. For tests. */
	readonly monotonic?: () => number;
	/** Told once about each fault in fetching keys. When absent, it is a process warning. */
	readonly onError?: (error: AuthError) => void;
}

/** What a guard asks of a token. Without any of it, a valid token for this API suffices. */
export interface GuardOptions {
	/** The scope or scopes a token must have, all of them: `"orders.read"`, `"orders.read orders.write"`, or a list. */
	readonly scope?: string | readonly string[];
	/** The kinds of sign-in that are strong enough, one of them (RFC 9470). */
	readonly acr?: string | readonly string[];
	/** How many seconds ago the person may have signed in at most (RFC 9470). */
	readonly maxAge?: number;
}

export type ApiSettings = Required<ApiOptions>;

/** Words of other libraries and of the wire, and what they are called here. */
const otherWords: OtherWords = {
	aud: "resource",
	audience: "resource",
	authority: "issuer",
	authorizationserver: "issuer",
	iss: "issuer",
	issuerbaseurl: "issuer",
	domain: "issuer",
	alg: "algorithms",
	algs: "algorithms",
	tokensigningalg: "algorithms",
	requiredscopes: "scope",
	permissions: "scope",
	acrvalues: "acr",
	clock: "now",
	ed25519: "EdDSA",
};

const isFunction = (value: unknown) => (typeof value === "function" ? undefined : "a function is expected");

const apiRules: Rules<ApiOptions> = {
	issuer: identifierFault,
	resource: identifierFault,
	algorithms: algorithmsFault,
	fetch: isFunction,
	now: isFunction,
	monotonic: isFunction,
	onError: isFunction,
};

const guardRules: Rules<GuardOptions> = {
	scope: (value) => wordsFault(value, "a scope, or a list of them, is expected"),
	acr: (value) => wordsFault(value, "an acr value, or a list of them, is expected"),
	maxAge: (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "a whole number of seconds is expected"),
};

/** Checks the options of `createApi` and fills in the defaults. Throws one `invalid_option` that names all faults. */
export function readApiOptions(options: ApiOptions): ApiSettings {
	check("createApi", options, apiRules, ["issuer", "resource"]);
	return Object.freeze({
		fetch: (url: string, init: RequestInit) => globalThis.fetch(url, init),
		now: () => Date.now(),
		monotonic: () => performance.now(),
		onError: (error: AuthError) => process.emitWarning(error.message, { type: "AuthError", code: error.code }),
		...options,
		algorithms: Object.freeze([...(options.algorithms ?? algorithmNames)]),
	});
}

/** Checks the options of `guard`. An option that is there but undefined is a fault, so that a lost setting never opens a route. */
export function readGuardOptions(options: GuardOptions): Requirement {
	check("guard", options, guardRules, []);
	return Object.freeze({ scopes: wordsOf(options.scope), acr: wordsOf(options.acr), maxAge: options.maxAge });
}

function check<T extends object>(place: string, options: T, rules: Rules<T>, required: readonly (keyof T & string)[]): void {
	const faults = optionFaults(place, options, rules, required, otherWords);
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}

function algorithmsFault(value: unknown): string | undefined {
	const expected = `a list out of ${algorithmNames.join(", ")} is expected`;
	if (!Array.isArray(value) || value.length === 0) return expected;
	const foreign = value.findIndex((name) => !algorithmNames.includes(name));
	if (foreign === -1) return undefined;
	const meant = nearest(String(value[foreign]), algorithmNames, otherWords);
	return meant === undefined ? expected : `${expected} (did you mean ${meant}?)`;
}

/** RFC 6749 §3.3: printable ASCII without blank, quotation mark and backslash; so a word can stand in a challenge as it is. */
function wordsFault(value: unknown, expected: string): string | undefined {
	const list: readonly unknown[] = Array.isArray(value) ? value : [value];
	return list.length > 0 && list.every((one) => typeof one === "string" && isWords(one)) ? undefined : expected;
}

function isWords(text: string): boolean {
	const words = wordsOf(text);
	return words.length > 0 && words.every((word) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(word));
}

function wordsOf(value: string | readonly string[] = []): readonly string[] {
	const list = typeof value === "string" ? [value] : value;
	return Object.freeze(list.flatMap((one) => one.split(" ")).filter((word) => word !== ""));
}
