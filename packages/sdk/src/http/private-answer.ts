import type { OutgoingHttpHeaders } from "node:http";
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

/** The same for a fetch response, which may be one that cannot be changed. */
export function privateResponse(from: Response): Response {
	const headers = new Headers(from.headers);
	headers.set("cache-control", noStore(headers.get("cache-control")));
	headers.set("vary", varyByCookie(headers.get("vary")));
	return new Response(from.body, { status: from.status, statusText: from.statusText, headers });
}

/** The same for whatever a route will answer on this response of Node's: at the last moment, so that nothing that it says undoes it. */
export function keepNodePrivate(response: NodeResponse): void {
	const writeHead = response.writeHead.bind(response) as (...parts: readonly unknown[]) => never;
	response.writeHead = ((status: number, ...rest: readonly unknown[]) => {
		const given = rest.at(-1);
		const own = (typeof given === "object" && !Array.isArray(given) ? given : {}) as OutgoingHttpHeaders;
		const said = (name: string) => Object.entries(own).find(([own]) => own.toLowerCase() === name)?.[1] ?? response.getHeader(name);
		response.setHeader("cache-control", noStore(said("cache-control")));
		response.setHeader("vary", varyByCookie(said("vary")));
		for (const name of Object.keys(own)) if (/^(?:cache-control|vary)$/i.test(name)) delete own[name];
		return writeHead(status, ...rest);
	}) as typeof response.writeHead;
}
