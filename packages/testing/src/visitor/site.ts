/** What a browser tells of who led to a request (Fetch Metadata §2.3). */
export function siteOf(from: URL | undefined, to: URL): "none" | "same-origin" | "same-site" | "cross-site" {
	if (from === undefined) return "none";
	if (from.origin === to.origin) return "same-origin";
	return isCrossSite(from, to) ? "cross-site" : "same-site";
}

/** Sites are compared with their scheme; ports are no part of them. */
export function isCrossSite(from: URL, to: URL): boolean {
	return from.protocol !== to.protocol || registrable(from.hostname) !== registrable(to.hostname);
}

/** The last two labels: for test hosts that is as exact as the list of public suffixes. */
function registrable(hostname: string): string {
	return /^[\d.]+$|^\[/.test(hostname) ? hostname : hostname.split(".").slice(-2).join(".");
}
