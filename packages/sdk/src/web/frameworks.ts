import { AuthError } from "../client/auth-error.ts";
import { type ExpressMiddleware, expressMiddleware } from "../http/express.ts";
import { type FastifyPlugin, fastifyPlugin } from "../http/fastify.ts";
import type { Handler } from "../http/handler.ts";
import { type HonoMiddleware, honoMiddleware } from "../http/hono.ts";
import { targetOf } from "../http/target.ts";

/** One handler, for each framework. */
export interface Frameworks {
	/** Express: `app.use(auth.express())`, before whatever reads bodies and before the routes that need it. */
	readonly express: () => ExpressMiddleware;
	/** Fastify: `app.register(auth.fastify)` does the same. */
	readonly fastify: FastifyPlugin;
	/** Hono: `app.use(auth.hono())` does the same. */
	readonly hono: () => HonoMiddleware;
	/** Others: the answer to a request for one of its own addresses, or nothing for any other request. */
	readonly fetch: (request: Request) => Promise<Response | undefined>;
}

/**
 * @param name what apps call the object: `auth`, `bff`
 * @param origin the app's, which no `Host` header says
 */
export function frameworksOf(name: string, handler: Handler, origin: string): Frameworks {
	/** Whoever writes `app.use(auth.express)` would otherwise have an app whose every request hangs. */
	function made<T>(framework: string, given: readonly unknown[], middleware: T): T {
		if (given.length > 0)
			throw new AuthError("invalid_option", `${framework} was used as middleware itself. Write ${name}.${framework}().`);
		return middleware;
	}
	return {
		express: (...given: readonly unknown[]) => made("express", given, expressMiddleware(handler, origin)),
		fastify: fastifyPlugin(`gatehouse-${name}`, handler, origin),
		hono: (...given: readonly unknown[]) => made("hono", given, honoMiddleware(handler, origin)),
		fetch: async (request) => (handler.owns(targetOf(request)) ? handler.answer(request) : undefined),
	};
}
