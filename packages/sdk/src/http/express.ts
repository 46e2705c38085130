import type { Handler } from "./handler.ts";
import { answerOf, type NodeRequest, type NodeResponse, nodeTarget, writeResponse } from "./node.ts";

type ExpressNext = (error?: unknown) => void;

/** Middleware of Express, and of Node itself. */
export type ExpressMiddleware = (request: NodeRequest, response: NodeResponse, next: ExpressNext) => void;

/** A handler as middleware. A fault of its own reaches the app's error handlers. */
export function expressMiddleware(handler: Handler, origin: string): ExpressMiddleware {
	return (request, response, next) => {
		if (!handler.owns(nodeTarget(request))) return next();
		answerOf(handler, request, response, origin)
			.then((answered) => writeResponse(answered, request, response))
			.catch(next);
	};
}
