import type { AuthError } from "../client/auth-error.ts";
import type { WebAuthOptions } from "../web/options.ts";
import type { Routes } from "./routes.ts";

/** What `createBff` takes: what a web app takes, and its routes. The first five are required, and the store where the app is not on this machine alone. */
export interface BffOptions
	extends Pick<
		WebAuthOptions,
		| "issuer"
		| "clientId"
		| "clientAuth"
		| "origin"
		| "store"
		| "sessionKeys"
		| "basePath"
		| "postLogoutRedirectUri"
		| "scope"
		| "idle"
		| "absolute"
		| "fetch"
		| "now"
	> {
	/**
	 * Which paths of the app lead to which API, and how. What is not here leads nowhere.
	 *
	 * @example { "/api/orders/*": { to: "https://orders.acme.test", scope: "orders.read", methods: ["GET"] } }
	 */
	readonly routes: Routes;
	/** Told of each failure, for a log. A line on standard error when absent. */
	readonly onError?: (error: AuthError) => void;
}
