import type { NodeRequest } from "./node.ts";

/**
 * The body again, where a parser in front (`express.urlencoded()`, `express.json()`) has read it already: then there is nothing more to
 * stream. Undefined while it is unread.
 */
export function parsedBody(request: NodeRequest, headers: Headers): string | Uint8Array<ArrayBuffer> | undefined {
	const { body } = request;
	if (!request.readableEnded || body === undefined) return undefined;
	headers.delete("content-length");
	if (typeof body === "string") return body;
	if (body instanceof Uint8Array) return Uint8Array.from(body);
	if (!headers.get("content-type")?.startsWith("application/x-www-form-urlencoded")) return JSON.stringify(body);
	const pairs = Object.entries(body as Record<string, unknown>).flatMap(([name, value]) =>
		// What a parser has nested was no field of ours, and need not have a text.
		[value].flat().map((one) => [name, typeof one === "object" ? "" : String(one)]),
	);
	return new URLSearchParams(pairs).toString();
}
