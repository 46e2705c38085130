import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { payloadOf } from "./flow.ts";

/** What was posted to an app. */
interface Posted {
	readonly contentType: string | undefined;
	readonly fields: Readonly<Record<string, string>>;
	readonly token: string;
	readonly header: Readonly<Record<string, unknown>>;
	readonly claims: Readonly<Record<string, unknown>>;
}

/** How an app answers. */
export type Manner = "200" | "204" | "302" | "400" | "500" | "page" | "hang" | "cut";

const manners: Readonly<Record<Manner, (response: ServerResponse) => void>> = {
	"200": (response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"),
	"204": (response) => response.writeHead(204).end(),
	"302": (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
	"400": (response) => response.writeHead(400, { "content-type": "application/json" }).end('{"error":"invalid_request"}'),
	"500": (response) => response.writeHead(500).end("oops"),
	page: (response) => response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<title>Sign in</title>"),
	hang: () => undefined,
	cut: (response) => response.destroy(),
};

/** An app's address for logout tokens, on loopback. */
export interface Receiver extends AsyncDisposable {
	readonly uri: string;
	readonly posted: readonly Posted[];
	/** From now on it answers so. */
	readonly answer: (manner: Manner) => void;
	/** Resolves when so many have been posted. */
	readonly heard: (count: number) => Promise<void>;
	/** Those that hang are cut. */
	readonly cut: () => void;
	/** Nobody listens there any more, and those that hang are cut. */
	readonly close: () => Promise<void>;
}

/** @param port of a receiver that was closed: the app is back */
export async function openReceiver(manner: Manner = "200", port = 0): Promise<Receiver> {
	const posted: Posted[] = [];
	const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
	let how = manner;
	const server = createServer(async (request, response) => {
		posted.push(await read(request));
		for (const { count, resolve } of waiting) if (posted.length >= count) resolve();
		manners[how](response);
	});
	await new Promise<void>((resolve) => {
		server.listen(port, "127.0.0.1", resolve);
	});
	let closed: Promise<void> | undefined;
	const close = () => {
		closed ??= new Promise((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
		return closed;
	};
	return {
		uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/backchannel`,
		posted,
		answer(next) {
			how = next;
		},
		heard: (count) =>
			new Promise((resolve) => {
				if (posted.length >= count) resolve();
				else waiting.push({ count, resolve });
			}),
		cut: () => server.closeAllConnections(),
		close,
		[Symbol.asyncDispose]: close,
	};
}

async function read(request: IncomingMessage): Promise<Posted> {
	const body = Buffer.concat(await request.toArray()).toString();
	const fields = Object.fromEntries(new URLSearchParams(body));
	const token = fields["logout_token"] ?? "";
	const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString("utf8") || "{}");
	return { contentType: request.headers["content-type"], fields, token, header, claims: payloadOf(token) };
}
