import type { AuthError } from "../client/auth-error.ts";
import type { HowToSignIn } from "../core/how-to-sign-in.ts";
import type { PersonAuth } from "../core/person-auth.ts";
import type { Session } from "../core/session.ts";
import type { EventsOf } from "../core/telling.ts";
import type { AuthState } from "./state.ts";

export type { HowToSignIn as SignInOptions } from "../core/how-to-sign-in.ts";

/** How a sign-in ended. `cancelled`: the person closed the browser, or began another sign-in. */
export type SignInResult =
	| { readonly status: "signed-in"; readonly session: Session }
	| { readonly status: "cancelled" }
	| { readonly status: "failed"; readonly error: AuthError };

export interface SignOutOptions {
	/**
	 * `true`, the default: the session at the issuer ends too, and with it that of every app of the browser that it was begun in. `false`:
	 * this app alone; the next sign-in may not ask.
	 */
	readonly everywhere?: boolean;
}

/** What is told with each event: `signed-in`, `signed-out` with its reason, `expired` before it, `error`. */
export type AuthEvents = EventsOf<AuthState>;

/** The session of an app on this device, and the way to tokens. Make one for each app, in a module of its own. Its functions need no `this`. */
export interface Auth extends PersonAuth<AuthState> {
	/**
	 * Settles who is signed in: shows the session that is kept on the device, or finishes a sign-in whose link has started the app. Nobody is
	 * asked for the first, so it works offline. Call it before the app (and its router) starts. It never throws and may be called any number
	 * of times; all callers get the same answer.
	 *
	 * ```ts
	 * const { status } = await auth.ready();
	 * ```
	 */
	readonly ready: () => Promise<AuthState>;
	/**
	 * Opens the system's browser at the issuer and waits for the link that comes back. A newer call always wins over an older one, which is
	 * `cancelled`. It never rejects but for wrong options (`invalid_option`). When the app is killed meanwhile, its next start finishes the
	 * sign-in, and tells it by the state and the event `signed-in`; so does a link that comes after the browser was closed.
	 *
	 * ```ts
	 * if (!auth.session) await auth.signIn();
	 * ```
	 */
	readonly signIn: (options?: HowToSignIn) => Promise<SignInResult>;
	/**
	 * Ends the session here, gives its tokens back (RFC 7009), and ends the session at the issuer too, unless `everywhere` is `false`. No
	 * browser is opened for it. It is over here even when the issuer cannot be reached; then the promise rejects with `issuer_unreachable`,
	 * because the session at the issuer goes on.
	 *
	 * ```ts
	 * await auth.signOut();
	 * ```
	 */
	readonly signOut: (options?: SignOutOptions) => Promise<void>;
}
