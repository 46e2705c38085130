/**
 * True for a host name that never leaves this machine: `localhost` and its subdomains (RFC 6761 §6.3), 127.0.0.0/8 and
 * `[::1]`, as `URL.hostname` writes them.
 *
 * @example isLoopbackHost("auth.localhost"); // true
 */
export function isLoopbackHost(hostname: string): boolean {
	return (
		hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
	);
}

/** True for an issuer whose host is a loopback one: only there are development comforts shown. */
export function isLoopbackIssuer(issuer: string): boolean {
	return URL.canParse(issuer) && isLoopbackHost(new URL(issuer).hostname);
}
