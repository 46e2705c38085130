/** A longer one would crowd the cookie that it travels in. */
const longest = 1024;

/**
 * A path of this app, whatever was asked for: `/` when it is none. It is parsed as browsers do, for which `//evil.test`, `/\evil.test` and a
 * tab in between lead to another host (OWASP Unvalidated Redirects).
 */
export function ownPath(asked: string | null | undefined, origin: string): string {
	const url = asked ? URL.parse(asked, origin) : null;
	// The origin of `blob:https://…` is that of what it holds.
	if (url?.origin !== origin || url.protocol === "blob:") return "/";
	// The path is written after the origin later on: one that begins with two slashes would then be a host.
	const path = url.pathname.replace(/^\/+/, "/") + url.search + url.hash;
	return path.length > longest ? "/" : path;
}
