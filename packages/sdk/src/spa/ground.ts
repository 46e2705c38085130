import type { Endpoints } from "../core/endpoints.ts";
import { createTelling, type Telling } from "../core/telling.ts";
import { AuthError } from "./auth-error.ts";
import { discover } from "./discovery.ts";
import { createKeeping, type Keeping } from "./keeping.ts";
import type { AuthOptions, Settings } from "./options.ts";
import type { AuthState } from "./state.ts";
import type { Asks } from "./vault/messages.ts";
import { openVault } from "./vault/open-vault.ts";

/** What everything in a tab stands on: made once for each app, and silent until it is used. */
export interface Ground {
	/** Names this app at this issuer, and nothing else of this origin. */
	readonly name: string;
	/** The options, with the defaults that only a page knows. */
	readonly settings: () => Settings;
	readonly telling: Telling<AuthState>;
	readonly keeping: Keeping;
	/** The issuer's endpoints; with `reload` they show besides that it can be reached now. */
	readonly endpoints: (cache: "default" | "reload") => Promise<Endpoints>;
	/** Asks the vault; rejects with an `AuthError`. */
	readonly ask: <A extends keyof Asks>(what: A, request: Asks[A]["request"]) => Promise<Asks[A]["value"]>;
}

export function createGround(options: AuthOptions): Ground {
	const name = `gatehouse:${options.issuer}:${options.clientId}`;
	const vault = openVault();
	return {
		name,
		settings: () => ({
			redirectUri: `${location.origin}/callback`,
			postLogoutRedirectUri: `${location.origin}/`,
			resources: {},
			...options,
		}),
		telling: createTelling<AuthState>({ status: "loading" }),
		keeping: createKeeping(name),
		endpoints: (cache) => discover(options.issuer, cache),
		async ask(what, request) {
			const { fault, value } = await vault(what, request);
			if (fault) throw new AuthError(fault.code, fault.message, fault);
			return value;
		},
	};
}
