import type { Auth } from "./auth.ts";
import type { Answer } from "./auth-error.ts";
import type { HttpRequest } from "./bearer.ts";

/** The parts of Express's request and response that are used, so that Express itself is no dependency. */
interface ExpressRequest extends HttpRequest {
	readonly originalUrl?: string;
	auth?: Auth;
}

export interface ExpressResponse {
	statusCode: number;
	setHeader(name: string, value: string): unknown;
	end(body?: string): unknown;
}

type ExpressNext = (error?: unknown) => void;

export type ExpressMiddleware = (request: ExpressRequest, response: ExpressResponse, next: ExpressNext) => void;

declare global {
	namespace Express {
		/** What guards have found out. An app with pages of its own has both kinds on it. */
		interface RequestAuth extends Auth {}
		interface Request {
			/** Who calls. There on routes behind `api.guard()`, and only there. */
			auth: RequestAuth;
		}
	}
}

export function sendExpress(response: ExpressResponse, { status, headers, body }: Answer): void {
	response.statusCode = status;
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
	response.end(body);
}
