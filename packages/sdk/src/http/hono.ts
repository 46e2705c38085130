import { type Handler, unknownToFetch } from "./handler.ts";
import { pathAndQuery, withTarget } from "./target.ts";

/** The parts of Hono that are used, so that Hono itself is no dependency. */
export interface HonoContext {
	readonly req: { readonly raw: Request; arrayBuffer(): Promise<ArrayBuffer> };
	/** On Node it has Node's request, whose target is not tidied up. */
	readonly env: unknown;
	readonly res: Response;
	header(name: string, value?: string): void;
	// biome-ignore lint/suspicious/noExplicitAny: Hono types it by the app's own variables
	set: any;
}

// biome-ignore lint/suspicious/noConfusingVoidType: it is what Hono's own handlers give
export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | void>;

/** A handler as middleware. */
export function honoMiddleware({ owns, answer }: Handler, origin: string): HonoMiddleware {
	return async (context, next) => {
		if (!owns(honoTarget(context))) return next();
		if (unknownToFetch(context.req.raw.method)) return new Response(null, { status: 405 });
		return answer(await honoFetchRequest(context, origin));
	};
}

function honoTarget({ env, req }: HonoContext): string {
	const { incoming } = Object(env) as { readonly incoming?: { readonly url?: string } };
	return pathAndQuery(incoming?.url ?? req.raw.url);
}

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
