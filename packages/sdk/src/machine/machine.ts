import type { AccessToken, TokenOptions } from "../core/access-token.ts";

/** A program that calls APIs in its own name. Make one for each process, in a module of its own. Its functions need no `this`. */
export interface Machine {
	/**
	 * A token for one API, from memory or fresh; the only way to one. However many ask at once, the issuer is asked once. In the last third of
	 * its life a token is replaced while it goes on serving, so that no call waits and an issuer that is away for a while is not noticed.
	 *
	 * Rejects with an `AuthError`: `issuer_unreachable`, `temporarily_unavailable`, `secret_unavailable` (all `retryable`),
	 * `issuer_mismatch`, `invalid_client`, `invalid_scope`, `invalid_target`, `unauthorized_client`, `invalid_request`, `invalid_option`. What
	 * failed is not asked for again for a second, growing to eight; whoever asks meanwhile is told the same at once.
	 *
	 * @example
	 * const { accessToken } = await auth.token({ resource: "https://orders.acme.test" });
	 */
	readonly token: (options: TokenOptions) => Promise<AccessToken>;
	/**
	 * Like the platform's `fetch`, with the token of the API that the URL belongs to: the resource with the longest prefix in `resources`,
	 * else the URL's own origin. A token never goes to a host that is not its resource's, and not along with a redirect to another. When the
	 * API refuses the token as invalid, the call is made once more with a fresh one, if its body can be sent again. Rejects like `fetch` and
	 * like `token`; a `signal` ends the waiting for a token too.
	 *
	 * @example
	 * const orders = await (await auth.fetch("https://orders.acme.test/orders")).json();
	 */
	readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
}
