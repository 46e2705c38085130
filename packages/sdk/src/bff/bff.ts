import type { ExpressMiddleware } from "../http/express.ts";
import type { FastifyPlugin } from "../http/fastify.ts";
import type { HonoMiddleware } from "../http/hono.ts";

/** The back end of a front end. Its functions need no `this`. */
export interface Bff {
	/** Express: `app.use(bff.express())`, before any parser of bodies: what passes through is not read. */
	readonly express: () => ExpressMiddleware;
	/** Fastify: `app.register(bff.fastify)` does the same. */
	readonly fastify: FastifyPlugin;
	/** Hono: `app.use(bff.hono())` does the same. */
	readonly hono: () => HonoMiddleware;
	/** Others: the answer to a request for one of its addresses or routes, or nothing for any other request. */
	readonly fetch: (request: Request) => Promise<Response | undefined>;
}
