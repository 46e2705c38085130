import { isSecure } from "../core/secure-url.ts";
import { AuthError } from "./auth-error.ts";
import type { ResourceOptions } from "./options.ts";

/**
 * The resource whose tokens may go to `url`: the one with the longest registered prefix, by whole segments of the path; else the URL's own
 * origin, which the issuer may not know. Throws `insecure_url` where anybody on the way could read the token.
 */
export function resourceOf(url: URL, resources: Readonly<Record<string, ResourceOptions>>): string {
	if (!isSecure(url)) throw new AuthError("insecure_url", `No token is sent to ${url.origin}: it is not https.`);
	let longest = "";
	let found = url.origin;
	for (const [resource, { urls = [] }] of Object.entries(resources))
		for (const prefix of [resource, ...urls]) {
			const { origin, pathname } = new URL(prefix);
			const within = url.origin === origin && `${url.pathname}/`.startsWith(pathname.endsWith("/") ? pathname : `${pathname}/`);
			if (within && origin.length + pathname.length > longest.length) {
				longest = origin + pathname;
				found = resource;
			}
		}
	return found;
}
