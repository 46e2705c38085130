import { Capacitor } from "@capacitor/core";
import { AuthError } from "../../client/auth-error.ts";
import type { Auth } from "../auth.ts";
import { createMobileAuth } from "../create-auth.ts";
import type { AuthOptions } from "../options.ts";
import { device } from "./device.ts";

export * from "../index.ts";

/**
 * The session of a Capacitor app: authorization code flow with PKCE in the system's browser, the refresh token in the Keychain or under a key
 * of the Keystore, access tokens in memory. Make it once, in a module of its own; nothing happens before `ready()` or `signIn()`. It needs the
 * plugins `@capacitor/app`, `@capacitor/browser`, `@capacitor/preferences` and `@aparajita/capacitor-secure-storage`.
 *
 * Throws one `AuthError` (`invalid_option`) that names every wrong option; and `storage_unavailable` in a browser, where there is no Keychain:
 * a page has `createAuth` of `@gatehouse/sdk/spa`, with the same vocabulary.
 *
 * @example
 * export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop-app", redirect: "https://app.acme.test/cb" });
 */
export function createAuth(options: AuthOptions): Auth {
	const auth = createMobileAuth(options, device);
	if (Capacitor.isNativePlatform()) return auth;
	throw new AuthError(
		"storage_unavailable",
		"A browser has no Keychain and no Keystore: use @gatehouse/sdk/spa where Capacitor is not native.",
	);
}
