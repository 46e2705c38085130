import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import type { HowToSignIn } from "../core/how-to-sign-in.ts";
import type { Session } from "../core/session.ts";
import type { AuthError } from "./auth-error.ts";
import type { AuthState, AuthStatus, SignedOutReason } from "./state.ts";

/** How a sign-in may be shaped. All of it is optional. */
export interface SignInOptions extends HowToSignIn {
	/** Where to be afterwards: a path of this app, or a URL of its origin. The page one is on when absent. */
	readonly returnTo?: string;
}

export interface SignOutOptions {
	/**
	 * `true`, the default: the session at the issuer ends too, and with it that of every app of this browser. The page is left for the
	 * issuer and comes back to `postLogoutRedirectUri`. `false`: this app alone, in all its tabs; the next sign-in will not ask.
	 */
	readonly everywhere?: boolean;
}

/** What is told with each event. */
export interface AuthEvents {
	readonly "signed-in": Session;
	readonly "signed-out": SignedOutReason;
	/** The session ended by itself: a good moment to offer a sign-in. `signed-out` follows. */
	readonly expired: AuthError;
	/** The issuer cannot be reached, or a sign-in failed; also where no call of the app was waiting for it. */
	readonly error: AuthError;
}

/** Forgets the listener. */
export type Unsubscribe = () => void;

/** The session of an app in this tab, and the way to tokens. Make one for each app, in a module of its own. Its functions need no `this`. */
export interface Auth {
	/**
	 * Settles who is signed in: finishes a sign-in that came back, or regains the session after a reload. Call it before the app (and its
	 * router) starts. It never throws and may be called any number of times; all callers get the same answer. Where nobody could be asked
	 * (`unreachable` without a session), calling it again tries again at once.
	 *
	 * While the browser is on its way to the issuer the promise stays pending, so that nothing flashes up that will not last. On a server,
	 * where there is no window, it answers `loading`.
	 *
	 * ```ts
	 * const { status } = await auth.ready();
	 * ```
	 */
	readonly ready: () => Promise<AuthState>;
	/** Where this tab stands: a new frozen object after each change, the same one in between. */
	readonly state: AuthState;
	/** Short for `state.status`. */
	readonly status: AuthStatus;
	/** Short for `state.session`: of whoever is signed in, also while the issuer is unreachable. */
	readonly session: Session | undefined;
	/**
	 * Goes to the issuer and comes back to this page, or to `returnTo`. A newer call always wins over an older one. The promise settles only
	 * when the page stays: it rejects with an `AuthError` when the sign-in cannot begin (`issuer_unreachable`, `issuer_mismatch`,
	 * `invalid_option`, `storage_unavailable`), and resolves when the person came back by the back button.
	 *
	 * ```ts
	 * if (!auth.session) await auth.signIn({ returnTo: "/orders" });
	 * ```
	 */
	readonly signIn: (options?: SignInOptions) => Promise<void>;
	/**
	 * Ends the session in all tabs of this app, gives its tokens back (RFC 7009), and ends the session at the issuer too, unless
	 * `everywhere` is `false` (RP-Initiated Logout). It is over here even when the issuer cannot be reached; then the promise rejects with
	 * `issuer_unreachable`, because the session at the issuer goes on.
	 *
	 * ```ts
	 * await auth.signOut();
	 * ```
	 */
	readonly signOut: (options?: SignOutOptions) => Promise<void>;
	/**
	 * A token for one API, from memory or fresh; the only way to one. However many are asked for at once, the issuer sees one request after
	 * another. Rejects with an `AuthError`: `not_signed_in`, `session_expired`, `issuer_unreachable`, `temporarily_unavailable`,
	 * `invalid_target`, `invalid_scope`.
	 *
	 * ```ts
	 * const { accessToken } = await auth.token({ resource: "https://orders.acme.test" });
	 * ```
	 */
	readonly token: (options: TokenOptions) => Promise<AccessToken>;
	/**
	 * Like the browser's `fetch`, with the token of the API that the URL belongs to: the resource with the longest prefix in `resources`,
	 * else the URL's own origin. A token never goes to a host that is not its resource's. When the API refuses the token as invalid, the
	 * call is made once more with a fresh one. Rejects like `fetch` and like `token`.
	 *
	 * ```ts
	 * const orders = await (await auth.fetch("https://orders.acme.test/orders")).json();
	 * ```
	 */
	readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
	/** Calls the listener after each change of `state`. Answers how to stop it. */
	readonly subscribe: (listener: (state: AuthState) => void) => Unsubscribe;
	/**
	 * Calls the listener each time it happens. Answers how to stop it.
	 *
	 * ```ts
	 * auth.on("expired", () => toast("Please sign in again."));
	 * ```
	 */
	readonly on: <E extends keyof AuthEvents>(event: E, listener: (detail: AuthEvents[E]) => void) => Unsubscribe;
}
