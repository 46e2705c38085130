import { createTelling, type Telling } from "../core/telling.ts";
import { AuthError } from "./auth-error.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
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
	readonly endpoints: Discovery;
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
		endpoints: createDiscovery(options.issuer),
		async ask(what, request) {
			const answer = await vault(what, request);
			if (answer.fault) throw new AuthError(answer.fault.code, answer.fault.message, answer.fault);
			return answer.value;
		},
	};
}
