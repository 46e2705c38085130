const targets = new WeakMap<Request, string>();

/**
 * Path and query of a request as they came. Its URL is tidied up by the platform (`/a/../b` is `/b` there), which is not what whoever stands
 * in front has seen.
 */
export function targetOf(request: Request): string {
	return targets.get(request) ?? pathAndQuery(request.url);
}

/** Notes how it came. */
export function withTarget(request: Request, target: string): Request {
	targets.set(request, target);
	return request;
}

/** What follows the origin, as it is written; a target in absolute form (RFC 9112 §3.2.2) names a host, which is not looked at. */
export function pathAndQuery(url: string): string {
	const found = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^#]*)/i.exec(url)?.[1] ?? "";
	return found.startsWith("/") ? found : `/${found}`;
}
