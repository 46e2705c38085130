import { AuthError } from "../client/auth-error.ts";
import { type ClientAuth, clientAuthFaults } from "../client/client-auth/index.ts";
import type { World } from "../client/world.ts";
import type { TokenOptions } from "../core/access-token.ts";
import type { OtherWords } from "../core/nearest.ts";
import { optionFaults, type Rules } from "../core/option-faults.ts";
import { type Resources, resourcesFault } from "../core/resources.ts";
import { identifierFault } from "../core/secure-url.ts";
import { isScope, isSeconds, isText } from "../core/value-rules.ts";

/** What `createMachine` takes. The first three are required, everything else is discovered. */
export interface MachineOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** The machine's `client_id`: a confidential client with the grant type `client_credentials`. */
	readonly clientId: string;
	/**
	 * How it proves who it is: its secret, or a function that gives it, `env("SSO_SECRET")`, `file("/run/secrets/sso")`. A function is asked
	 * each time, so that a rotated secret needs no restart.
	 */
	readonly clientAuth: ClientAuth;
	/** The APIs whose address is not simply their resource, or whose tokens shall allow less than they could, by resource. */
	readonly resources?: Resources;
	/** Used instead of the platform's `fetch`, for a proxy or in tests. */
	readonly fetch?: typeof globalThis.fetch;
	/** The time in milliseconds since 1970, `Date.now` when absent. For tests. */
	readonly now?: World["wall"];
}

/** Words of other libraries and of the wire, and what they are called here. */
const words: OtherWords = {
	authority: "issuer",
	domain: "issuer",
	issuerbaseurl: "issuer",
	tokenendpoint: "issuer",
	tokenurl: "issuer",
	clientsecret: "clientAuth",
	secret: "clientAuth",
	scope: "resources",
	scopes: "resources",
	resource: "resources",
	audience: "resources",
	clock: "now",
};
const tokenWords: OtherWords = { scopes: "scope", audience: "resource", aud: "resource", resources: "resource", minvalidity: "minTtl" };
const resourceWords: OtherWords = { scopes: "scope", url: "urls", prefixes: "urls" };

const isFunction = (value: unknown) => (typeof value === "function" ? undefined : "a function is expected");

const machineRules: Rules<MachineOptions> = {
	issuer: identifierFault,
	clientId: isText,
	// What else may be wrong with it is judged apart, because whatever was written there is not to be shown.
	clientAuth: (value) => (value === undefined ? 'a secret is expected, as in env("SSO_SECRET")' : undefined),
	resources: (value) => resourcesFault(value, resourceWords),
	fetch: isFunction,
	now: isFunction,
};

const tokenRules: Rules<TokenOptions> = { resource: identifierFault, scope: isScope, minTtl: isSeconds };

/** Checks the options of `createMachine`. Throws one `invalid_option` that names all faults. */
export function checkMachineOptions(options: MachineOptions): void {
	const faults = optionFaults("createMachine", options, machineRules, ["issuer", "clientId", "clientAuth"], words);
	refuse([...faults, ...clientAuthFaults("createMachine", options)]);
}

export function checkTokenOptions(options: TokenOptions): void {
	refuse(optionFaults("token", options, tokenRules, ["resource"], tokenWords));
}

function refuse(faults: readonly string[]): void {
	if (faults.length > 0) throw new AuthError("invalid_option", faults.join("\n"));
}
