/** The cookies there are; `__Host-` keeps neighbouring hosts from setting them (PG-07). */
export const cookieNames = {
	/** The session: `id ‖ secret`. */
	session: "__Host-gatehouse",
	/** The mark of a browser, to which forms and waiting requests are bound; no credential. */
	browser: "__Host-gatehouse-browser",
	/** Proves that a person signed in on this device before (D8); no credential. */
	device: "__Host-gatehouse-device",
} as const;

const day = 86_400;

/** Lifetimes in seconds. */
export const cookieAges = { browser: 180 * day, device: 180 * day } as const;

/**
 * All values that a `Cookie` header holds for a name, in order: a name may come twice, and the rule decides which one proves itself.
 *
 * @example cookieValues("a=1; b=2; a=3", "a"); // ["1", "3"]
 */
export function cookieValues(header: string | undefined, name: string): readonly string[] {
	if (header === undefined || !header.includes(name)) return [];
	const values: string[] = [];
	for (const pair of header.split(";")) {
		const equals = pair.indexOf("=");
		if (equals > 0 && trimmed(pair.slice(0, equals)) === name) values.push(trimmed(pair.slice(equals + 1)));
	}
	return values;
}

/**
 * Without what the standard takes for white space (RFC 9110 §5.6.3), and no more: browsers see no `__Host-` in a name that begins with another
 * one, such as a no-break space, and let a neighbouring host set it. By hand, because an expression would try each of many blanks as the last
 * ones (PG-13).
 */
function trimmed(text: string): string {
	let [start, end] = [0, text.length];
	while (start < end && isBlank(text[start])) start++;
	while (start < end && isBlank(text[end - 1])) end--;
	return text.slice(start, end);
}

const isBlank = (letter: string | undefined) => letter === " " || letter === "\t";

/**
 * A `Set-Cookie` value. Lax, because the way back from an app is a navigation from another site; Secure also on http
 * loopback, which browsers treat as a secure context.
 *
 * @param maxAge seconds; 0 deletes
 */
export function setCookie(name: string, value: string, maxAge: number): string {
	return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; Secure; SameSite=Lax`;
}
