import type { ServerOptions } from "node:https";
import { OAuthError } from "@gatehouse/protocol";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { preflight, share } from "./cors.ts";
import type { DoorGround } from "./door.ts";
import { type AnswerKind, sendError } from "./render.ts";
import { methods, type Route, routes } from "./routes.ts";

/** D7: the URL and the headers together, and an OAuth body. */
const maxHead = 16_384;
const maxBody = 65_536;

/** Nobody holds a connection longer than this without saying something (PG-11), in milliseconds. */
const patience = { headers: 8_000, request: 8_500, keepAlive: 8_000, check: 1_000 };

/** The TLS certificate chain and its key, in PEM form. */
export interface Tls {
	readonly cert: string;
	readonly key: string;
}

/**
 * The HTTP server: every route of the map, one place for errors, a trace id on every answer. It does not listen yet.
 *
 * @example const app = createServer(ground); const answer = await app.inject("/health/live");
 */
export function createServer(ground: DoorGround, tls?: Tls): FastifyInstance {
	const options = { maxHeaderSize: maxHead, headersTimeout: patience.headers, connectionsCheckingInterval: patience.check };
	const app = fastify({
		bodyLimit: maxBody,
		requestTimeout: patience.request,
		keepAliveTimeout: patience.keepAlive,
		forceCloseConnections: "idle",
		routerOptions: { maxParamLength: 64, ignoreTrailingSlash: false, caseSensitive: true },
		genReqId: () => Buffer.from(ground.random(16)).toString("hex"),
		logger: false,
		frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
			void sendError(prefers(request), error, request, reply.header("x-trace-id", request.id), ground),
		...(tls ? { https: { ...options, ...tls } satisfies ServerOptions } : { http: options }),
	}) as unknown as FastifyInstance;

	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
	app.addHook("onRequest", (request, reply, done) => {
		reply.header("x-trace-id", request.id);
		done();
	});
	for (const route of routes) addRoute(app, route, ground);
	app.setNotFoundHandler((request, reply) => {
		const error = new OAuthError("not_found", "there is no such page");
		return sendError(prefers(request), error, request, reply, ground);
	});
	app.setErrorHandler((error, request, reply) => sendError(prefers(request), error, request, reply, ground));
	return app;
}

function addRoute(app: FastifyInstance, route: Route, ground: DoorGround): void {
	const allowed = methods.filter((method) => route[method]).join(", ");
	const errors = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
		share(route.sharing, request, reply, ground);
		return sendError(route.kind, error, request, reply, ground);
	};
	app.route({
		method: [...methods, "HEAD", "PATCH", "OPTIONS"],
		url: route.path,
		errorHandler: errors,
		async handler(request, reply) {
			if (request.method === "OPTIONS" && route.sharing !== "nobody") return preflight(route.sharing, allowed, request, reply, ground);
			const method = methods.find((one) => one === (request.method === "HEAD" ? "GET" : request.method));
			const handler = method && route[method];
			if (!handler) {
				reply.header("allow", allowed);
				throw new OAuthError("method_not_allowed", `this address answers ${allowed}`);
			}
			share(route.sharing, request, reply, ground);
			return handler(request, reply, ground);
		},
	});
}

/** Outside the map, a browser gets a page and a program gets JSON. */
function prefers(request: FastifyRequest): AnswerKind {
	return request.headers.accept?.includes("text/html") ? "page" : "json";
}
