import type { HowToSignIn } from "../core/how-to-sign-in.ts";
import type { PersonAuth } from "../core/person-auth.ts";
import type { EventsOf } from "../core/telling.ts";
import type { AuthState } from "./state.ts";

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

/** What is told with each event: `signed-in`, `signed-out` with its reason, `expired` before it, `error`. */
export type AuthEvents = EventsOf<AuthState>;

/** The session of an app in this tab, and the way to tokens. Make one for each app, in a module of its own. Its functions need no `this`. */
export interface Auth extends PersonAuth<AuthState> {
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
}
