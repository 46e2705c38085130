import type { NodeResponse } from "./node.ts";

/** What belongs to one person stays out of shared caches, and out of the browser's history after a sign-out (RP-03, RFC 9111 §5.2.2.5). */
export function noStore(said: unknown): string {
	const now = [said ?? []].flat().join(", ");
	return /\bno-store\b/i.test(now) ? now : "no-store";
}

/** `Vary` with `Cookie` in it, for caches that do not heed the other (RFC 9110 §12.5.5). */
export function varyByCookie(said: unknown): string {
	const names = [said ?? []]
		.flat()
		.join(", ")
		.split(/\s*,\s*/)
		.filter((name) => name !== "");
	return names.some((name) => name === "*" || name.toLowerCase() === "cookie") ? names.join(", ") : [...names, "Cookie"].join(", ");
}

/** What delivery networks heed before `Cache-Control` (RFC 9213 §2.1; others by names of their own): it would have them keep the answer all the same. */
export const isForNetworks = (name: string) =>
	/^(?:(?:[\w-]+-)?cdn-cache-control|surrogate-control|edge-control|x-accel-expires)$/i.test(name);

/** The same for a fetch response, which may be one that cannot be changed. */
export function privateResponse(from: Response): Response {
	const headers = new Headers(from.headers);
	headers.set("cache-control", noStore(headers.get("cache-control")));
	headers.set("vary", varyByCookie(headers.get("vary")));
	for (const name of [...headers.keys()].filter(isForNetworks)) headers.delete(name);
	return new Response(from.body, { status: from.status, statusText: from.statusText, headers });
}

/** The same for whatever a route will answer on this response of Node's: at the last moment, so that nothing that it says undoes it. */
export function keepNodePrivate(response: NodeResponse): void {
	const writeHead = response.writeHead.bind(response) as (...parts: readonly unknown[]) => never;
	response.writeHead = ((status: number, ...rest: readonly unknown[]) => {
		for (const [name, values] of headersIn(rest.at(-1))) response.setHeader(name, values.length === 1 ? values[0]! : values);
		response.setHeader("cache-control", noStore(response.getHeader("cache-control")));
		response.setHeader("vary", varyByCookie(response.getHeader("vary")));
		for (const name of response.getHeaderNames().filter(isForNetworks)) response.removeHeader(name);
		return writeHead(status, ...rest.filter((part) => typeof part === "string"));
	}) as typeof response.writeHead;
}

/** The headers that `writeHead` was given, in whichever of its forms: an object, pairs, or names and values in turn. */
function headersIn(given: unknown): ReadonlyMap<string, string[]> {
	const found = new Map<string, string[]>();
	if (typeof given !== "object" || given === null) return found;
	const inTurn: readonly unknown[] =
		Array.isArray(given) && !Array.isArray(given[0]) ? given : (Array.isArray(given) ? given : Object.entries(given)).flat();
	for (let index = 0; index < inTurn.length; index += 2) {
		const [name, value] = [String(inTurn[index]), inTurn[index + 1] ?? []];
		found.set(name, [...(found.get(name) ?? []), ...[value].flat().map(String)]);
	}
	return found;
}
