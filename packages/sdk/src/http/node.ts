import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { framing } from "./framing.ts";
import { type Handler, unknownToFetch } from "./handler.ts";
import { parsedBody } from "./parsed-body.ts";
import { pathAndQuery, withTarget } from "./target.ts";

/** A request of Node's, HTTP/1 or HTTP/2, with what Express and the like may have noted on it. */
export type NodeRequest = (IncomingMessage | Http2ServerRequest) & { readonly originalUrl?: string; readonly body?: unknown };
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** Path and query of a request, also where a router has taken its own part off. */
export const nodeTarget = (request: Pick<NodeRequest, "originalUrl" | "url">): string =>
	pathAndQuery(request.originalUrl ?? request.url ?? "/");

/**
 * The fetch request that Node's is. Its origin is what the app was told, for the Host header is anyone's to write. Its body streams as it
 * comes; its signal fires when the client goes away before it is answered.
 */
export function fetchRequest(request: NodeRequest, response: NodeResponse, origin: string): Request {
	const gone = new AbortController();
	response.once("close", () => {
		if (!response.writableFinished) gone.abort(new DOMException("The client has gone.", "AbortError"));
	});
	const headers = new Headers();
	for (const [name, value] of Object.entries(request.headers)) {
		// Those with a colon are HTTP/2's own (RFC 9113 §8.3).
		if (value === undefined || name.startsWith(":")) continue;
		for (const one of [value].flat()) headers.append(name, one);
	}
	const method = request.method ?? "GET";
	const target = nodeTarget(request);
	const init: RequestInit & { duplex: "half" } = { method, headers, signal: gone.signal, duplex: "half" };
	// HTTP/2 lets small letters through, and fetch takes them for these two all the same.
	if (!/^(?:GET|HEAD)$/i.test(method)) init.body = parsedBody(request, headers) ?? bodyOf(request);
	return withTarget(new Request(origin + target, init), target);
}

const bodyOf = (request: NodeRequest) => Readable.toWeb(request as Readable) as ReadableStream<Uint8Array>;

/** A handler's answer to a request of Node's. */
export async function answerOf({ answer }: Handler, request: NodeRequest, response: NodeResponse, origin: string): Promise<Response> {
	if (unknownToFetch(request.method)) return new Response(null, { status: 405 });
	return answer(fetchRequest(request, response, origin));
}

/** Writes a fetch response, beside the headers that are already there; its body streams no faster than the client takes it. */
export async function writeResponse(from: Response, request: NodeRequest, to: NodeResponse): Promise<void> {
	to.statusCode = from.status;
	for (const [name, value] of from.headers) if (name !== "set-cookie" && !framing.has(name)) to.setHeader(name, value);
	const cookies = from.headers.getSetCookie();
	if (cookies.length > 0) to.setHeader("set-cookie", [...([to.getHeader("set-cookie") ?? []].flat() as string[]), ...cookies]);
	if (from.body === null || request.method === "HEAD") {
		await from.body?.cancel();
		to.end();
		return;
	}
	// An answer whose first word is long in coming is one all the same.
	if ("flushHeaders" in to) to.flushHeaders();
	// Either side may end it: a client that goes away cancels the body, a body that fails cuts the connection.
	await pipeline(Readable.fromWeb(from.body as Parameters<typeof Readable.fromWeb>[0]), to as ServerResponse).catch(() => undefined);
}
