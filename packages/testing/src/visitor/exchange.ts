import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";

/** One request and its answer, as they are on the wire: no redirect is followed, no cookie kept. */
export interface Exchange {
	readonly method: "GET" | "POST";
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** What came back. */
export interface Answered {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly text: string;
}

/**
 * Sends as a browser does. `fetch` is no browser: it writes `Sec-Fetch-Mode: cors` by itself.
 *
 * @throws the system's error where nobody answers.
 */
export function exchange({ method, url, headers, body }: Exchange): Promise<Answered> {
	const send = url.protocol === "https:" ? overHttps : overHttp;
	return new Promise((resolve, reject) => {
		const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
		const request = send(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () =>
				resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString("utf8") }),
			);
		});
		request.on("error", reject);
		request.end(body);
	});
}
