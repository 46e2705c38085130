import { OAuthError } from "./errors.ts";

/** More fields than any honest request has; beyond it a body is refused unread (attack row PG-10). */
const maxFields = 200;

/**
 * The parameters of one request, parsed once. A parameter without a value counts as absent (RFC 6749 §3.1);
 * a repeated one is remembered in `repeated`, so that each endpoint refuses it in its own way.
 */
export interface Parameters {
	/** The first value of each parameter that has one. */
	readonly values: ReadonlyMap<string, string>;
	/** Names that came more than once and may not. */
	readonly repeated: ReadonlySet<string>;
	/** Every value of a parameter that may repeat, in order. */
	readonly lists: ReadonlyMap<string, readonly string[]>;
	/** Every value of `resource`, in order. */
	readonly resources: readonly string[];
}

/**
 * Parses an `application/x-www-form-urlencoded` text: a query or a body, or both joined with `&`.
 *
 * @param repeatable the names that may come more than once: `resource` alone on the wire (RFC 8707 §2), boxes in our own forms
 * @throws OAuthError `invalid_request` when an escape is broken, is no UTF-8, or there are more than 200 fields.
 * @example parseParameters("scope=openid&state=a%20b").values.get("state"); // "a b"
 */
export function parseParameters(text: string, repeatable: readonly string[] = ["resource"]): Parameters {
	const values = new Map<string, string>();
	const repeated = new Set<string>();
	const lists = new Map<string, string[]>();
	const seen = new Set<string>();
	let fields = 0;
	let start = 0;
	while (start < text.length) {
		let end = text.indexOf("&", start);
		if (end < 0) end = text.length;
		if (end > start) {
			if (++fields > maxFields) throw new OAuthError("invalid_request", `a request has at most ${maxFields} parameters`);
			const equals = text.indexOf("=", start);
			const split = equals < 0 || equals > end ? end : equals;
			const name = decode(text.slice(start, split));
			const value = split < end ? decode(text.slice(split + 1, end)) : "";
			if (repeatable.includes(name)) {
				if (value !== "") lists.set(name, [...(lists.get(name) ?? []), value]);
			} else if (seen.has(name)) repeated.add(name);
			else {
				seen.add(name);
				if (value !== "") values.set(name, value);
			}
		}
		start = end + 1;
	}
	return { values, repeated, lists, resources: lists.get("resource") ?? [] };
}

/**
 * The inverse of {@link parseParameters}: `parseParameters(formatParameters(p))` equals `p` but for repeated names.
 *
 * @example formatParameters(new Map([["state", "a b"]]), []); // "state=a+b"
 */
export function formatParameters(values: Iterable<readonly [string, string]>, resources: readonly string[] = []): string {
	const pairs: string[] = [];
	for (const [name, value] of values) pairs.push(`${encode(name)}=${encode(value)}`);
	for (const resource of resources) pairs.push(`resource=${encode(resource)}`);
	return pairs.join("&");
}

/** Lone surrogates have no UTF-8: they become the replacement character instead of an exception. */
function encode(text: string): string {
	return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed()).replaceAll("%20", "+");
}

function decode(text: string): string {
	if (!text.includes("%") && !text.includes("+")) return text;
	try {
		return decodeURIComponent(text.replaceAll("+", " "));
	} catch (cause) {
		throw new OAuthError("invalid_request", "a parameter is not valid percent-encoded UTF-8", { cause });
	}
}
