import type { File, Site } from "./files.ts";

/** An answer before it is sent. */
interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
}

/**
 * What a single-page app answers: its files by name, and for every other address the one page, which finds its way by itself.
 *
 * Files carry a hash of their content in their name, so they never change; the page names them, so it is asked for anew each time.
 * A file that is not there is 404 and never the page: a browser that still holds yesterday's page must not read HTML as a script.
 */
export function answer({ page, assets }: Site, method: string, url: string, origin: string): Answer {
	if (method !== "GET" && method !== "HEAD") return plain(405, "Only to be read.\n", { Allow: "GET, HEAD" });
	const path = URL.parse(url, origin)?.pathname;
	if (path === undefined) return plain(400, "That is no address.\n");
	const file = assets.get(path);
	if (file) return found(file, "public, max-age=31536000, immutable");
	if (isFileName(path)) return plain(404, "There is no such file.\n");
	return found(page, "no-cache");
}

function isFileName(path: string): boolean {
	return path.startsWith("/assets/") || /\.[a-z0-9]+$/i.test(path);
}

function found({ type, body }: File, caching: string): Answer {
	return { status: 200, headers: { "Content-Type": type, "Cache-Control": caching }, body };
}

function plain(status: number, text: string, more: Readonly<Record<string, string>> = {}): Answer {
	return {
		status,
		headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", ...more },
		body: Buffer.from(text),
	};
}
