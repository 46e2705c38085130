import { AuthError } from "@gatehouse/sdk/spa";
import { record } from "./steps.ts";
import { sentAlong } from "./watch-the-server.ts";

/** Records a call that goes through the back end: it is made to a path of the shop, and no token is with it. */
export async function recordPassedOn(url: string, send: () => Promise<Response>): Promise<Response> {
	const about = { kind: "passed-on", from: "the shop", to: "its server", parameters: [...sentAlong(), ["goes on to", url]] } as const;
	try {
		const response = await send();
		record({ ...about, line: `GET ${response.url}`, outcome: String(response.status) });
		return response;
	} catch (error) {
		record({ ...about, line: "GET a path of the shop", outcome: error instanceof AuthError ? error.code : "no answer" });
		throw error;
	}
}

/** Makes a call as a page of somebody else's could, and records what comes of it. */
export async function recordForged(path: string): Promise<Response> {
	const response = await fetch(path);
	const refused = response.headers.get("gatehouse-error");
	record({
		kind: "forged",
		from: "the shop",
		to: "its server",
		line: `GET ${response.url}`,
		parameters: [
			...sentAlong().filter(([name]) => name !== "X-CSRF"),
			...(refused === null ? [] : [["gatehouse-error", refused] as const]),
		],
		outcome: String(response.status),
	});
	return response;
}
