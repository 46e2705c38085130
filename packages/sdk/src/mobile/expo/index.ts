import type { Auth } from "../auth.ts";
import { createMobileAuth } from "../create-auth.ts";
import { type AuthOptions, checkAuthOptions } from "../options.ts";
import { createDevice } from "./device.ts";

export * from "../index.ts";

/**
 * The session of an Expo app: authorization code flow with PKCE in the system's browser, the refresh token in the Keychain or under a key of the
 * Keystore, access tokens in memory. Make it once, in a module of its own; nothing happens before `ready()` or `signIn()`. It needs `expo-crypto`,
 * `expo-file-system`, `expo-linking`, `expo-secure-store` and `expo-web-browser`. Throws one `AuthError` (`invalid_option`) that names every
 * wrong option.
 *
 * @example
 * export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop-app", redirect: "com.acme.shop:/auth" });
 */
export function createAuth(options: AuthOptions): Auth {
	checkAuthOptions(options);
	return createMobileAuth(options, createDevice(options.redirect));
}
