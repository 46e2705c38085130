import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type ApiOptions, createApi } from "../src/resource-server/index.ts";

/** An API that listens on loopback and says who called; it answers 302 where it is told to send callers elsewhere. */
export interface ApiServer extends AsyncDisposable {
	/** What it calls itself: where it listens. */
	readonly resource: string;
	/** What came, oldest first. */
	readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
	redirect: string | undefined;
	/** Guards it by tokens of this issuer from now on; until then it says nothing but 404. */
	readonly guardBy: (options: Omit<ApiOptions, "resource">) => void;
}

export async function startApi(): Promise<ApiServer> {
	const requests: { path: string; authorization: string | undefined }[] = [];
	let guard: ReturnType<ReturnType<typeof createApi>["guard"]> | undefined;
	let redirect: string | undefined;
	const server = createServer((request: IncomingMessage & { auth?: { readonly subject: string } }, response) => {
		requests.push({ path: request.url ?? "", authorization: request.headers.authorization });
		if (redirect !== undefined) response.writeHead(302, { location: redirect }).end();
		else if (guard === undefined) response.writeHead(404).end();
		else guard(request as never, response, () => response.end(request.auth?.subject));
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const resource = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		resource,
		requests,
		get redirect() {
			return redirect;
		},
		set redirect(to) {
			redirect = to;
		},
		guardBy(options) {
			guard = createApi({ onError: () => undefined, ...options, resource }).guard();
		},
		[Symbol.asyncDispose]: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
