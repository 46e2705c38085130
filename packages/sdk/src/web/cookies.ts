import { createHash } from "node:crypto";
import { type HttpRequest, headerOf } from "../http/http-request.ts";

/**
 * The cookies of one client, in names of its own: apps that share a host, as all do on localhost, do not sign each other out. `__Host-` keeps
 * them to this host and https, and `__Host-Http-`, which is that and more, from scripts that would set them (RFC 6265bis §4.1.3).
 */
export interface CookieNames {
	readonly session: string;
	/** Of one sign-in under way; what follows is the beginning of its `state`. */
	readonly transaction: string;
}

export function cookieNames(clientId: string): CookieNames {
	const own = /^[\w-]{1,40}$/.test(clientId) ? clientId : createHash("sha256").update(clientId).digest("hex").slice(0, 16);
	return { session: `__Host-Http-session-${own}`, transaction: `__Host-Http-sign-in-${own}-` };
}

/**
 * Without what the standard takes for white space (RFC 6265 §4.2.1, RFC 9110 §5.6.3), and no more. By hand, because an expression would try each
 * of many blanks as the last ones (PG-13).
 */
function trimmed(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && isBlank(text[start])) start++;
	while (start < end && isBlank(text[end - 1])) end--;
	return text.slice(start, end);
}

const isBlank = (letter: string | undefined) => letter === " " || letter === "\t";

/**
 * All cookies of a request, by name. Of ours a browser sends none twice, so that one that is there twice was tossed by a sibling host: neither
 * is taken (PG-07). Nor is one before whose name stands what only some programs take for white space: browsers do not see the prefix of such a
 * name, and any host may set it.
 */
export function cookiesOf(request: HttpRequest): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	const twice = new Set<string>();
	for (const pair of (headerOf(request, "cookie") ?? "").split(";")) {
		const [name = "", ...value] = trimmed(pair).split("=");
		if (found.has(name)) twice.add(name);
		found.set(name, value.join("="));
	}
	for (const name of twice) found.delete(name);
	return found;
}

/** `Set-Cookie` of the session: it ends with the browser, and in the store long before that. Strict: no other site's link brings it along. */
export const sessionCookie = ({ session }: CookieNames, value: string) => cookie(session, value, "Strict");

/** Lax, for it is the issuer's page that sends the browser back. @param age seconds */
export const transactionCookie = (name: string, value: string, age: number) => `${cookie(name, value, "Lax")}; Max-Age=${age}`;

export const noSessionCookie = ({ session }: CookieNames) => `${cookie(session, "", "Strict")}; Max-Age=0`;
export const noTransactionCookie = (name: string) => `${cookie(name, "", "Lax")}; Max-Age=0`;

const cookie = (name: string, value: string, site: "Strict" | "Lax") => `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${site}`;
