import type { AuthError } from "../client/auth-error.ts";
import type { ClientAuth, Secret } from "../client/client-auth/index.ts";
import type { World } from "../client/world.ts";
import type { HowToSignIn } from "../core/how-to-sign-in.ts";
import type { Resources } from "../core/resources.ts";
import type { SessionStore } from "../sessions/store.ts";

/** What `createWebAuth` takes. The first four are required, and the store where the app is not on this machine alone. */
export interface WebAuthOptions {
	/** The issuer, exactly as it calls itself: `https://auth.acme.test`. */
	readonly issuer: string;
	/** The app's `client_id`: a confidential client with the grant types `authorization_code` and `refresh_token`. */
	readonly clientId: string;
	/** How the app proves who it is: its secret, as a text or a function that gives it: `env("SSO_SECRET")`. */
	readonly clientAuth: ClientAuth;
	/** Where people's browsers find the app: `https://crm.acme.test`. Never taken from the request, whose Host header is anyone's to write. */
	readonly origin: string;
	/** Where sessions are kept: `redis(…)`, or `memory()` for one process. `memory()` when absent, which only an origin on loopback may do. */
	readonly store?: SessionStore;
	/**
	 * What sessions are encrypted with, newest first, at least 32 characters each. The first seals, all of them open. The client secret when
	 * absent; whoever changes that signs everyone out.
	 */
	readonly sessionKeys?: readonly Secret[];
	/** The path that the routes lie under. `/auth` when absent: the redirect URI is then `/auth/callback` of the origin. */
	readonly basePath?: string;
	/** Where the browser goes after a sign-out, as it is registered. `/` of the origin when absent. */
	readonly postLogoutRedirectUri?: string;
	/** What the app asks for, with `openid` in it. All that it is registered for when absent. */
	readonly scope?: string;
	/**
	 * What the issuer signs this client's ID tokens and logout tokens with, as it is registered: its `id_token_signed_response_alg`. `RS256` when
	 * absent, as there. A token that is signed otherwise is refused.
	 */
	readonly idTokenAlgorithm?: "RS256" | "PS256" | "ES256" | "EdDSA";
	/** The APIs whose address is not simply their resource, by resource. */
	readonly resources?: Resources;
	/** Seconds without a request after which a session ends. 8 hours when absent. */
	readonly idle?: number;
	/** Seconds after which a session ends whatever is done. 30 days when absent. */
	readonly absolute?: number;
	/** Told of each failure that a person sees; what it answers is shown instead of the page of this package. */
	readonly onError?: (error: AuthError, request: Request) => Response | undefined | Promise<Response | undefined>;
	/** Used instead of the platform's `fetch`, for a proxy or in tests. */
	readonly fetch?: World["fetch"];
	/** The time in milliseconds since 1970, `Date.now` when absent. For tests. */
	readonly now?: () => number;
}

/** How a sign-in may be shaped. All of it is optional. */
export interface SignInOptions extends HowToSignIn {
	/** Where to be afterwards: a path of this app. `/` when absent. */
	readonly returnTo?: string;
}

/** What a route asks of the session. Without any of it, being signed in suffices. */
export interface RequiredOptions {
	/** The kinds of sign-in that are strong enough, one of them (RFC 9470). */
	readonly acr?: string | readonly string[];
	/** How many seconds ago the person may have signed in at most (RFC 9470). */
	readonly maxAge?: number;
}
