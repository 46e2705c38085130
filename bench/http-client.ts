import { type Dispatcher, Pool } from "undici";

/** A whole HTTP answer. */
export interface HttpAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: string;
}

/** Keep-alive connections to one origin, one request at a time on each. */
export interface HttpClient {
	readonly origin: string;
	request(method: "GET" | "POST", path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<HttpAnswer>;
	close(): Promise<void>;
}

/** Collects one answer; the cheapest way through undici, because the driver shares the cores with what it measures. */
function collect(resolve: (answer: HttpAnswer) => void, reject: (error: Error) => void): Dispatcher.DispatchHandler {
	let status = 0;
	let headers: HttpAnswer["headers"] = {};
	const chunks: Buffer[] = [];
	return {
		onRequestStart() {},
		onResponseStart(_controller, statusCode, received) {
			status = statusCode;
			headers = received;
		},
		onResponseData(_controller, chunk) {
			chunks.push(chunk);
		},
		onResponseEnd() {
			resolve({ status, headers, body: chunks.length === 1 ? chunks[0]!.toString() : Buffer.concat(chunks).toString() });
		},
		onResponseError(_controller, error) {
			reject(error);
		},
	};
}

/** Opens `connections` connections to `origin` as they are needed. */
export function openHttpClient(origin: string, connections: number): HttpClient {
	const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 60_000, keepAliveMaxTimeout: 60_000 });
	return {
		origin,
		request: (method, path, headers, body) =>
			new Promise((resolve, reject) => {
				pool.dispatch({ method, path, headers, body: body ?? null }, collect(resolve, reject));
			}),
		close: () => pool.destroy(),
	};
}

/** The header of a form body. */
export const FORM = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" } as const;

/** A header field as one string; the first where a server sent several. */
export function header(answer: HttpAnswer, name: string): string | undefined {
	const value = answer.headers[name];
	return Array.isArray(value) ? value[0] : value;
}

/** What went wrong, without anything that could be a credential: the status and the error code of the standard. */
export function refusal(answer: HttpAnswer): string {
	const code = /"error":\s*"([a-z_]+)"/.exec(answer.body)?.[1] ?? /id="error-code"[^>]*>([^<]*)</.exec(answer.body)?.[1];
	return code === undefined ? `${answer.status}` : `${answer.status} ${code}`;
}
