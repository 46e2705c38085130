import type { AuthError } from "../client/auth-error.ts";
import { harmless } from "../web/failure.ts";
import { createGround as createWebGround, type Ground as WebGround } from "../web/ground.ts";
import type { BffOptions } from "./options.ts";
import { type Route, readRoutes } from "./routes.ts";

/** What the addresses of a back end stand on: what a web app's do, and the routes. */
export interface Ground extends WebGround {
	readonly routes: readonly Route[];
	/** Tells whoever keeps the log. */
	readonly report: (error: AuthError) => void;
}

/** @param options checked */
export function createGround({ routes, onError = log, ...options }: BffOptions): Ground {
	const report = (error: AuthError) => {
		// Whoever has said no, or has gone, is no fault.
		if (error.action === "fix-config" || error.retryable) onError(error);
	};
	return Object.freeze({ ...createWebGround({ ...options, onError: (error) => void report(error) }), routes: readRoutes(routes), report });
}

function log({ code, message, traceId }: AuthError): void {
	console.error(`Back end: ${code}: ${harmless(message)}${traceId === undefined ? "" : ` (trace ${traceId})`}`);
}
