import { isJsonObject, type JsonObject, parseJsonObject } from "./json.ts";

/** The part of the platform's `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Fetched {
	readonly document: JsonObject;
	readonly cacheControl: string | null;
}

const maxBytes = 64 * 1024;

/**
 * Fetches a JSON object of at most 64 KB. Redirects are not followed, for where a document lies is part of what it says.
 * Throws an `Error` with a plain sentence on anything but 200 with such an object.
 */
export async function fetchJson(fetch: Fetch, url: string, signal: AbortSignal): Promise<Fetched> {
	const response = await fetch(url, { redirect: "error", signal, headers: { accept: "application/json" } }).catch((error: unknown) => {
		throw new Error(`${url} could not be fetched (${reasonOf(error)}).`, { cause: error });
	});
	if (response.redirected) throw new Error(`${url} was answered by a redirect, which is not followed.`);
	if (response.status !== 200) {
		await response.body?.cancel();
		throw new Error(`${url} answered ${response.status} instead of 200.`);
	}
	const document = parseJsonObject(await bytesOf(response, url));
	if (!isJsonObject(document)) throw new Error(`${url} did not answer a JSON object.`);
	return { document, cacheControl: response.headers.get("cache-control") };
}

async function bytesOf(response: Response, url: string): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	// Leaving the loop by a throw cancels the stream.
	for await (const chunk of response.body ?? []) {
		size += chunk.byteLength;
		if (size > maxBytes) throw new Error(`${url} answered more than 64 KB.`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** The platform's fetch says only "fetch failed"; why lies in the cause. */
function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return "unknown reason";
	return error.cause instanceof Error ? error.cause.message : error.message;
}
