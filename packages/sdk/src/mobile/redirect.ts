import { type Callback, callbackIn } from "../core/callback.ts";

/**
 * What is wrong with `value` as the link that leads back to an app, or nothing (RFC 8252 §7.1 and §7.2): a claimed https link, or a private
 * scheme that is a domain read backwards. A scheme without a dot could be any app's, and is refused.
 */
export function redirectFault(value: unknown): string | undefined {
	const expected = "a claimed https link such as https://app.acme.test/cb, or a private scheme with a dot such as com.acme.shop:/auth";
	if (typeof value !== "string" || /[^\x21-\x7e]/.test(value) || !URL.canParse(value)) return `${expected} is expected`;
	if (/[?#]/.test(value)) return "a link without query and fragment is expected";
	const { protocol, username, password, href } = new URL(value);
	if (username !== "" || password !== "") return "a link without name and password is expected";
	if (protocol === "https:") return href === value ? undefined : `it is written as ${href} on the wire: write it so`;
	const scheme = protocol.slice(0, -1);
	if (!value.startsWith(protocol)) return "a scheme in small letters is expected";
	if (!scheme.includes(".")) return `${expected} is expected: \`${scheme}:\` has none, and any app may take it (RFC 8252 §7.1)`;
	return /^[^:]+:\/[^/]|^[^:]+:\/\/[^/]/.test(value) ? undefined : `a path is expected, as in ${scheme}:/auth`;
}

/** The issuer's answer in a link of the system's, if it is one: all of the link before its query must be the redirect, letter by letter. */
export function answerIn(link: string, redirect: string): Callback | undefined {
	return link.split(/[?#]/, 1)[0] === redirect && URL.canParse(link) ? callbackIn(link, redirect) : undefined;
}
