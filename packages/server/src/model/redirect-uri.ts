import { isLoopbackHost } from "./loopback.ts";

/** The characters of a URI (RFC 3986 §2) without those that only patterns use: what looks like a pattern is a mistake. */
const uriCharacters = /^[A-Za-z0-9\-._~:/?#@!&',;=%+[\]]+$/;
const patternCharacters = /[*^$()|{}\\]/;
const brokenEscape = /%(?![0-9A-Fa-f]{2})/;

/** scheme ":" [ "//" authority ] rest (RFC 3986 §3) */
const parts = /^([^:/?#]*):(?:\/\/([^/?#]*))?([^#]*)$/;
const host = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::[1-9]\d{0,4})?$/;
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** A loopback redirect of a native app: what stands before the port, and what follows it (RFC 8252 §7.3). */
const nativeLoopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::([1-9]\d{0,4}))?((?:[/?].*)?)$/s;

const maxLength = 2048;

/**
 * Why a URI may not be registered as `redirect_uris` or `post_logout_redirect_uris` (RFC 6749 §3.1.2, RFC 8252 §7,
 * RFC 9700 §4.1): undefined when it may. Web apps redirect to https, or http on loopback; native apps also to a
 * private-use scheme with a dot.
 *
 * @returns the end of a sentence that begins with the URI's place.
 * @example whyNotRegistrable("https://rp.example/cb", false); // undefined
 */
export function whyNotRegistrable(uri: string, native: boolean): string | undefined {
	if (uri.length > maxLength) return `is longer than ${maxLength} characters`;
	if (uri.trim() !== uri || uri === "") return "is empty or has blanks around it: write the URI alone";
	if (patternCharacters.test(uri)) return "looks like a pattern: redirect URIs are compared literally, so list each one in full";
	if (uri.includes("#")) return "has a fragment: take away the `#` and what follows it";
	if (!uriCharacters.test(uri) || brokenEscape.test(uri)) return "is not a URI: escape what RFC 3986 does not allow as %XX";
	const [, scheme, authority, rest = ""] = parts.exec(uri) ?? [];
	if (scheme === undefined || scheme === "") return "is not absolute: begin with the scheme, as in https://";
	if (scheme !== scheme.toLowerCase()) return `has a scheme in capitals: write \`${scheme.toLowerCase()}:\``;
	if (authority?.includes("@")) return "has a user name before the host: take away everything up to the `@`";
	if (scheme === "https" || scheme === "http") {
		if (!authority) return "has no host: write it as https://host/path";
		if (!host.test(authority) || !URL.canParse(uri) || new URL(uri).hostname !== authority.replace(/:\d+$/, ""))
			return "has a host that browsers would read otherwise: write it in small letters, plain and without an empty or zero-led port";
		if (dotSegment.test(rest.split("?")[0]!)) return "has `.` or `..` in its path: write the path that is meant";
		if (scheme === "http" && !isLoopbackHost(new URL(uri).hostname)) return "is http: only loopback hosts may go without TLS, use https";
		return undefined;
	}
	if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) return "has a scheme that is none";
	if (!scheme.includes("."))
		return `has the scheme \`${scheme}:\`: use https, or for a native app a private-use scheme with a dot, such as com.example.app:/callback (RFC 8252 §7.1)`;
	if (!native) return 'has a private-use scheme: only a client with application_type "native" may use one';
	if (!rest.startsWith("/") && !authority) return `has no path: write it as \`${scheme}:/callback\``;
	return undefined;
}

/**
 * True when `sent` is, byte for byte, one of the registered URIs (RFC 9700 §4.1.3); for a native client the port alone
 * may vary in `http://127.0.0.1` and `http://[::1]` (RFC 8252 §7.3). `localhost` is a name like any other.
 *
 * @example matchesRegistered("http://127.0.0.1:51004/cb", ["http://127.0.0.1/cb"], true); // true
 */
export function matchesRegistered(sent: string, registered: readonly string[], native: boolean): boolean {
	if (registered.includes(sent)) return true;
	const wanted = native ? nativeLoopback.exec(sent) : null;
	if (!wanted || Number(wanted[2] ?? 80) > 65_535) return false;
	return registered.some((uri) => {
		const known = nativeLoopback.exec(uri);
		return known !== null && known[1] === wanted[1] && known[3] === wanted[3];
	});
}

/**
 * True for a redirect that any app on the device may catch: a private-use scheme or a loopback port. The app behind it is
 * not proved by the redirect (RFC 8252 §8.6).
 */
export function returnsToDevice(uri: string): boolean {
	if (!URL.canParse(uri)) return true;
	const { protocol, hostname } = new URL(uri);
	return protocol !== "https:" && (protocol !== "http:" || isLoopbackHost(hostname));
}
