/**
 * What a path may not have. Each is read in one way by one program and otherwise by the next, so it could mean one route here and another
 * place there (RFC 3986 §7.3, RFC 9110 §17.3). None is repaired: what a browser sends of its own has none of them.
 */
const ambiguous: readonly (readonly [RegExp, string])[] = [
	[/^(?!\/)/, "does not begin with a slash"],
	[/[^\x21-\x7e]|["<>^`{}]/, "has characters that are sent encoded"],
	[/[?#]/, "has a query or a fragment"],
	[/%(?![0-9a-f]{2})/i, "has a percent sign that encodes nothing"],
	[/\/\//, "has an empty segment"],
	[/\/\.{1,2}(?:\/|$)/, "has a dot segment"],
	[/%2e/i, "has an encoded dot"],
	[/%2f/i, "has an encoded slash"],
	[/\\|%5c/i, "has a backslash"],
	[/;|%3b/i, "has a semicolon"],
	[/%[01][0-9a-f]|%7f/i, "has an encoded control character"],
	[/%25[0-9a-f]{2}/i, "is encoded twice"],
];

/** What is wrong with the path of a request, as it came, or nothing. */
export function pathFault(path: string): string | undefined {
	const found = ambiguous.find(([form]) => form.test(path));
	if (found) return found[1];
	try {
		decodeURIComponent(path);
		return undefined;
	} catch {
		// Overlong forms, such as `%c0%ae` for a dot, are no UTF-8 (RFC 3629 §3).
		return "is not UTF-8";
	}
}
