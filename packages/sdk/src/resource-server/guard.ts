import { answerTo, errorOf } from "./answer.ts";
import type { Auth } from "./auth.ts";
import { AuthError } from "./auth-error.ts";
import { bearerToken, type HttpRequest } from "./bearer.ts";
import { type ExpressMiddleware, sendExpress } from "./express.ts";
import { type FastifyPreHandler, sendFastify } from "./fastify.ts";
import type { Verdict } from "./refusal.ts";
import { meet, type Requirement } from "./requirement.ts";
import type { Verifier } from "./verify.ts";

/**
 * A guard is Express middleware itself, and offers the same decision to others: `fastify` as a `preHandler`, `fetch` around a
 * `Request → Response` handler, `verify` for everything else.
 */
export interface Guard extends ExpressMiddleware {
	readonly fastify: FastifyPreHandler;
	/** Wraps a handler of fetch requests; refused requests are answered without calling it. */
	readonly fetch: <R extends Request>(
		handler: (request: R, auth: Auth) => Response | Promise<Response>,
	) => (request: R) => Promise<Response>;
	/** Who sent this request. Throws an `AuthError` that carries the HTTP answer. */
	readonly verify: (request: HttpRequest) => Promise<Auth>;
}

export interface GuardSettings {
	readonly verifyToken: Verifier;
	readonly metadataUrl: string;
	readonly now: () => number;
}

/** Turns a requirement into a guard. All its forms make one decision, `decide`; the rest is how a framework is told. */
export function createGuard(requirement: Requirement, { verifyToken, metadataUrl, now }: GuardSettings): Guard {
	function decide(request: HttpRequest): Verdict | Promise<Verdict> {
		const token = bearerToken(request);
		if (typeof token !== "string") return token;
		const verdict = verifyToken(token);
		return verdict instanceof Promise ? verdict.then((late) => meet(late, requirement, now)) : meet(verdict, requirement, now);
	}

	async function verify(request: HttpRequest): Promise<Auth> {
		const decided = decide(request);
		const { auth, refusal } = decided instanceof Promise ? await decided : decided;
		if (refusal !== undefined) throw errorOf(refusal, requirement, metadataUrl);
		return auth;
	}

	const express: ExpressMiddleware = (request, response, next) => {
		if (typeof response.setHeader !== "function")
			throw new AuthError("invalid_option", "This guard speaks Express. With Fastify, write { preHandler: api.guard({ … }).fastify }.");
		settle(decide(request), next, ({ auth, refusal }) => {
			if (refusal !== undefined) return sendExpress(response, answerTo(refusal, requirement, metadataUrl));
			request.auth = auth;
			next();
		});
	};

	const fastify: FastifyPreHandler = (request, reply, done) => {
		settle(decide(request.raw), done, ({ auth, refusal }) => {
			if (refusal !== undefined) return sendFastify(reply, answerTo(refusal, requirement, metadataUrl));
			request.auth = auth;
			done();
		});
	};

	const fetch: Guard["fetch"] = (handler) => async (request) => {
		const { auth, refusal } = await decide(request);
		return refusal === undefined ? handler(request, auth) : errorOf(refusal, requirement, metadataUrl).toResponse();
	};

	return Object.freeze(Object.assign(express, { fastify, fetch, verify }));
}

/** Concludes in the same turn where it can. A fault in concluding reaches the framework either way. */
function settle(verdict: Verdict | Promise<Verdict>, fail: (error: Error) => void, conclude: (verdict: Verdict) => void): void {
	if (verdict instanceof Promise) verdict.then(conclude).catch(fail);
	else conclude(verdict);
}
