import { request as send } from "node:http";

/** One request as a browser makes it, without following where it leads. `fetch` is no browser: it writes `Sec-Fetch-Mode` by itself. */
export function overHttp(
	url: URL,
	method: "GET" | "POST",
	headers: Readonly<Record<string, string>>,
	body?: URLSearchParams,
): Promise<Response> {
	const type = body && { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.toString().length) };
	return new Promise((resolve, reject) => {
		const request = send(url, { method, headers: { ...headers, ...type }, agent: false }, (answer) => {
			const chunks: Buffer[] = [];
			answer.on("data", (chunk: Buffer) => chunks.push(chunk));
			answer.once("error", reject);
			answer.once("end", () => {
				const had = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
					values.map((value) => [name, value] as [string, string]),
				);
				const status = answer.statusCode ?? 0;
				resolve(new Response(status === 204 || status === 304 ? null : Buffer.concat(chunks), { status, headers: had }));
			});
		});
		request.once("error", reject);
		request.end(body?.toString());
	});
}
