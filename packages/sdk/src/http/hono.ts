import type { Handler } from "./handler.ts";
import { pathAndQuery, withTarget } from "./target.ts";

/** The parts of Hono that are used, so that Hono itself is no dependency. */
export interface HonoContext {
	/** On Node, what Hono's own server got. */
	// biome-ignore lint/suspicious/noExplicitAny: Hono types it by the app's own bindings
	readonly env?: any;
	readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> };
	readonly res: Response;
	header(name: string, value: string): void;
	// biome-ignore lint/suspicious/noExplicitAny: Hono types it by the app's own variables
	set: any;
}

// biome-ignore lint/suspicious/noConfusingVoidType: it is what Hono's own handlers give
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | void>;

/** A handler as middleware. */
export function honoMiddleware({ owns, answer }: Handler, origin: string): HonoMiddleware {
	return async (context, next) => {
		if (!owns(honoTarget(context))) return next();
		return answer(await honoFetchRequest(context, origin));
	};
}

/** As it came, where that can be seen: Hono's server for Node tidies addresses up (`/a/../b` is `/b` there). */
export const honoTarget = ({ env, req }: HonoContext): string => pathAndQuery(env?.incoming?.url ?? req.raw.url);

/** The request with the app's own origin, for Hono's has that of the Host header. */
export async function honoFetchRequest(context: HonoContext, origin: string): Promise<Request> {
	const { req } = context;
	const { method, headers, signal, bodyUsed, body } = req.raw;
	const target = honoTarget(context);
	const init: RequestInit & { duplex: "half" } = { method, headers, signal, duplex: "half" };
	// Where a parser in front has read it, Hono has kept it.
	if (method !== "GET" && method !== "HEAD") init.body = bodyUsed ? await req.arrayBuffer() : body;
	return withTarget(new Request(origin + target, init), target);
}
