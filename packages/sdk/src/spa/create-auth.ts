import type { Auth } from "./auth.ts";
import type { AuthOptions } from "./options.ts";

/**
 * The session of a single-page app: authorization code flow with PKCE, tokens in memory alone, the refresh token in a worker that hands it
 * to nobody. Make it once, in a module of its own; nothing is fetched before `ready()`. Throws one `AuthError` (`invalid_option`) that names
 * every wrong option.
 *
 * ```ts
 * export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop" });
 * ```
 */
export function createAuth(options: AuthOptions): Auth {
	throw new Error(`not yet: ${options.clientId}`);
}
