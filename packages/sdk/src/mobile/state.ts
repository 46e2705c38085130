import type { AuthError } from "../client/auth-error.ts";
import type { Session } from "../core/session.ts";

/**
 * Why nobody is signed in: by `signOut()` (`signed_out`), because the issuer has ended the session (`expired`), because the person said no
 * at the issuer (`access_denied`), because the device can read no longer what was kept, after a restore or a new fingerprint
 * (`storage_lost`), or because an answer was refused or did not come (`failed`). `error` tells of the last three.
 */
export type SignedOutReason = "signed_out" | "expired" | "access_denied" | "storage_lost" | "failed";

/**
 * Where the app stands. What is kept on the device is shown at once, without asking anybody: an app that starts offline shows its person.
 * `unreachable` is never `signed-out`: the session stays, and the next call that succeeds heals it.
 *
 * ```
 * loading ──┬── a session is kept, or a link brought one ──→ signed-in ←── the issuer answers ──┐
 *           │                                                 │  │  └── no answer ──→ unreachable, with the session
 *           │                            signOut(), or the issuer ended it
 *           └── none ───────────────────────────────────────→ signed-out
 * ```
 */
export type AuthState =
	| { readonly status: "loading"; readonly session?: undefined; readonly error?: undefined }
	| { readonly status: "signed-in"; readonly session: Session; readonly error?: undefined }
	| { readonly status: "signed-out"; readonly reason?: SignedOutReason; readonly session?: undefined; readonly error?: AuthError }
	| { readonly status: "unreachable"; readonly session: Session; readonly error: AuthError };

export type AuthStatus = AuthState["status"];
