import type { IncomingMessage } from "node:http";

/** What an API answers about scripts of other origins, in words for any framework. */
export interface Sharing {
	readonly headers: Readonly<Record<string, string>>;
	/** The browser only asks whether it may ask: the answer is complete with these headers. */
	readonly preflight: boolean;
}

/** The origins from which Capacitor serves the pages of an app to its web view: on Android, and on iOS. */
export const webViews = ["https://localhost", "capacitor://localhost"] as const;

/**
 * Lets the pages of some origins call an API from the browser (Cross-Origin Resource Sharing, Fetch §3.2).
 *
 * A browser sends a script's request to another origin, but shows the script no answer unless that origin allows it. For a request with an
 * `Authorization` header it asks before, with OPTIONS. This protects people, not the API: the guard with its tokens does that, and whoever
 * is no browser ignores it all. So a request of an unknown origin is not refused here; only its script is told nothing.
 *
 * `Access-Control-Allow-Credentials` is absent on purpose. No cookie opens this API, and none shall ever travel here.
 *
 * @example
 * const sharedWith = shareWith(["https://shop.example"]);
 * const { headers, preflight } = sharedWith(request);
 */
export function shareWith(origins: readonly string[]): (request: Pick<IncomingMessage, "method" | "headers">) => Sharing {
	return ({ method, headers: { origin, "access-control-request-method": wanted } }) => {
		const preflight = method === "OPTIONS" && origin !== undefined && wanted !== undefined;
		// Caches must keep the answers for different origins apart, those without the headers too.
		if (origin === undefined || !origins.includes(origin)) return { headers: { vary: "Origin" }, preflight };
		const headers = { vary: "Origin", "access-control-allow-origin": origin };
		// Why a token was refused stands in this header, and scripts see few headers unasked.
		if (!preflight) return { headers: { ...headers, "access-control-expose-headers": "WWW-Authenticate, Retry-After" }, preflight };
		const allowed = {
			"access-control-allow-methods": "GET, POST",
			"access-control-allow-headers": "Authorization, Content-Type",
			"access-control-max-age": "600",
		};
		return { headers: { ...headers, ...allowed }, preflight };
	};
}
