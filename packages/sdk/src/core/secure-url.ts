/** Hosts whose traffic never leaves the machine (RFC 8252 §7.3, RFC 6761 §6.3): only there is plain http allowed. */
export const isLoopback = (hostname: string) => /^(?:(?:.+\.)?localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname);

/** Whether nobody on the way can read along: https, or http that stays on the machine. */
export const isSecure = ({ protocol, hostname }: URL) => protocol === "https:" || (protocol === "http:" && isLoopback(hostname));

/**
 * What is wrong with `value` as the identifier of an issuer (RFC 8414 §2) or a resource (RFC 8707 §2), or nothing:
 * an absolute https URL without query, fragment, name and password; http only on loopback.
 */
export function identifierFault(value: unknown): string | undefined {
	if (typeof value !== "string") return "an absolute https URL is expected";
	// The URL parser drops white space silently, and then no token would ever match.
	if (/[^\x21-\x7e]/.test(value)) return "a URL of ASCII without white space is expected";
	const url = URL.parse(value);
	if (!url) return "an absolute https URL is expected";
	if (!isSecure(url)) return "https is expected (http only on localhost, *.localhost, 127.0.0.1 and [::1])";
	if (url.username || url.password) return "a URL without name and password is expected";
	if (/[?#]/.test(value)) return "a URL without query and fragment is expected";
	return undefined;
}
