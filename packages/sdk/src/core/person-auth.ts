import type { AccessToken, TokenOptions } from "./access-token.ts";
import type { Session } from "./session.ts";
import type { AnyState, EventsOf } from "./telling.ts";

/** Forgets the listener. */
export type Unsubscribe = () => void;

/** What every app with a person has, in a browser or on a device: where it stands, and the way to tokens and APIs. */
export interface PersonAuth<S extends AnyState> {
	/** Where it stands: a new frozen object after each change, the same one in between. */
	readonly state: S;
	/** Short for `state.status`. */
	readonly status: S["status"];
	/** Short for `state.session`: of whoever is signed in, also while the issuer is unreachable. */
	readonly session: Session | undefined;
	/**
	 * A token for one API, from memory or fresh; the only way to one. However many are asked for at once, the issuer sees one request after
	 * another. Rejects with an `AuthError`: `not_signed_in`, `session_expired`, `issuer_unreachable`, `temporarily_unavailable`,
	 * `invalid_target`, `invalid_scope`; on a device also `storage_unavailable`.
	 *
	 * ```ts
	 * const { accessToken } = await auth.token({ resource: "https://orders.acme.test" });
	 * ```
	 */
	readonly token: (options: TokenOptions) => Promise<AccessToken>;
	/**
	 * Like the platform's `fetch`, with the token of the API that the URL belongs to: the resource with the longest prefix in `resources`,
	 * else the URL's own origin. A token never goes to a host that is not its resource's. When the API refuses the token as invalid, the
	 * call is made once more with a fresh one. Rejects like `fetch` and like `token`.
	 *
	 * ```ts
	 * const orders = await (await auth.fetch("https://orders.acme.test/orders")).json();
	 * ```
	 */
	readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
	/** Calls the listener after each change of `state`. Answers how to stop it. */
	readonly subscribe: (listener: (state: S) => void) => Unsubscribe;
	/**
	 * Calls the listener each time it happens. Answers how to stop it.
	 *
	 * ```ts
	 * auth.on("expired", () => toast("Please sign in again."));
	 * ```
	 */
	readonly on: <E extends keyof EventsOf<S>>(event: E, listener: (detail: EventsOf<S>[E]) => void) => Unsubscribe;
}
