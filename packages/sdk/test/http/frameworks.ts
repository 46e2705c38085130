import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { expressMiddleware } from "../../src/http/express.ts";
import { fastifyPlugin } from "../../src/http/fastify.ts";
import type { Handler } from "../../src/http/handler.ts";
import { honoMiddleware } from "../../src/http/hono.ts";

/** A server on a free port of loopback, ended by the test. */
export interface Listening {
	readonly url: string;
	readonly close: () => Promise<void>;
}

/** What stands behind the handler: it answers all other requests with their method and body, as the framework itself reads it. */
export type Start = (handler: Handler, origin: string) => Promise<Listening>;

const urlOf = (server: { address: () => unknown }) => `http://localhost:${(server.address() as AddressInfo).port}`;

async function listening(server: Server): Promise<Listening> {
	server.listen(0, "localhost");
	await once(server, "listening");
	return {
		url: urlOf(server),
		async close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

/** Every framework that has an adapter, each as its own manual sets it up. */
export const frameworks: Readonly<Record<string, Start>> = {
	async Express(handler, origin) {
		const app = express();
		app.use(expressMiddleware(handler, origin));
		app.use(express.text({ type: "*/*" }), (req, res) => void res.set("x-app", "1").send(`${req.method} ${req.body ?? ""}`));
		return listening(createServer(app));
	},
	async Fastify(handler, origin) {
		const app = fastify({ forceCloseConnections: true });
		app.register(fastifyPlugin("test", handler, origin));
		app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
		app.setNotFoundHandler(
			(request, reply) =>
				void reply
					.header("x-app", "1")
					.code(200)
					.send(`${request.method} ${request.body ?? ""}`),
		);
		await app.listen({ port: 0, host: "localhost" });
		return { url: urlOf(app.server), close: () => app.close() };
	},
	async Hono(handler, origin) {
		const app = new Hono();
		app.use(honoMiddleware(handler, origin));
		app.all("*", async (c) => c.text(`${c.req.method} ${await c.req.text()}`, 200, { "x-app": "1" }));
		const server = serve({ fetch: app.fetch, port: 0, hostname: "localhost" }) as Server;
		await once(server, "listening");
		return {
			url: urlOf(server),
			async close() {
				server.close();
				server.closeAllConnections();
			},
		};
	},
};

/** Node's own HTTP/2, in clear: pseudo-headers, and nothing of a connection. */
export async function startHttp2(handler: Handler, origin: string): Promise<Listening> {
	const middleware = expressMiddleware(handler, origin);
	const sessions = new Set<{ destroy: () => void }>();
	const server = createHttp2Server((request, response) => middleware(request, response, () => void response.writeHead(200).end("app")));
	server.on("session", (session) => void sessions.add(session));
	server.listen(0, "localhost");
	await once(server, "listening");
	return {
		url: urlOf(server),
		async close() {
			for (const session of sessions) session.destroy();
			server.close();
		},
	};
}
