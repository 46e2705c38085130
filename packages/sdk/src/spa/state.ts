import type { Session } from "../core/session.ts";
import type { AuthError } from "./auth-error.ts";

/**
 * Why nobody is signed in: by `signOut()` here or in another tab (`signed_out`), because the issuer has ended the session (`expired`),
 * because the issuer knows nobody in this browser (`login_required`), because the person said no (`access_denied`), or because an
 * answer was refused (`failed`). `error` tells of the last two.
 */
export type SignedOutReason = "signed_out" | "expired" | "login_required" | "access_denied" | "failed";

/**
 * Where this tab stands. `unreachable` is never `signed-out`: a session that was known is kept, and the state heals by itself. While
 * somebody looks at the page, it is tried again after 2, 4, 8 … and at most 60 seconds, and at once when the network or the person is back.
 *
 * ```
 * loading ──┬── a code is redeemed ────────────→ signed-in ←── the issuer answers ──┐
 *           │                                     │  │  └──── no answer ──→ unreachable, with the session
 *           │                   signOut(), here or in another tab, or the issuer ended it
 *           ├── nobody, or an answer refused ──→ signed-out
 *           └── no answer ──→ unreachable ──→ loading, on the way to the issuer that answers again
 * ```
 */
export type AuthState =
	| { readonly status: "loading"; readonly session?: undefined; readonly error?: undefined }
	| { readonly status: "signed-in"; readonly session: Session; readonly error?: undefined }
	| { readonly status: "signed-out"; readonly reason?: SignedOutReason; readonly session?: undefined; readonly error?: AuthError }
	| { readonly status: "unreachable"; readonly session?: Session; readonly error: AuthError };

export type AuthStatus = AuthState["status"];
