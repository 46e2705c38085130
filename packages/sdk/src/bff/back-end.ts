import { AuthError } from "../client/auth-error.ts";
import type { Handler } from "../http/handler.ts";
import { targetOf } from "../http/target.ts";
import { backChannel } from "../web/back-channel.ts";
import { cookiesOf } from "../web/cookies.ts";
import { createRoutes, type Route as WebRoute } from "../web/routes.ts";
import { callApi } from "./call-api.ts";
import { forgedCall } from "./forgery.ts";
import type { Ground } from "./ground.ts";
import { beginSignIn, endSignIn } from "./navigations.ts";
import { answerError, Refusal } from "./refusal.ts";
import { findRoute } from "./routes.ts";
import { endSession, leadOut } from "./sign-out.ts";
import { whoIsHere } from "./who.ts";

type Answering = (request: Request, ground: Ground) => Promise<Response>;

/** Everything that a back end answers: its own addresses below the base path, and the routes. */
export function createBackEnd(ground: Ground): Handler {
	const { cookies, routes, sessions, settings, world } = ground;
	const on =
		(answer: Answering): WebRoute =>
		(request) =>
			answer(request, ground);

	const own = createRoutes(ground, {
		"/sign-in": { GET: on(beginSignIn) },
		"/callback": { GET: on(endSignIn) },
		"/session": { GET: on(called(whoIsHere)) },
		"/sign-out": { POST: on(called(endSession)) },
		"/signed-out": { GET: on(leadOut) },
		"/backchannel": { POST: backChannel },
	});

	const proxied = called(async (request) => {
		const found = findRoute(routes, request.method, targetOf(request));
		if (found === undefined) throw new Refusal(404, "route_not_allowed", "No route has this path.");
		if ("fault" in found) throw new Refusal(400, "invalid_request", `The path ${found.fault}.`);
		if ("allowed" in found) {
			const allow = found.allowed.join(", ");
			throw new Refusal(405, "route_not_allowed", `This route is for ${allow}.`, { headers: { allow } });
		}
		const cookie = cookiesOf(request).get(cookies.session);
		return callApi(request, found, { fetch: world.fetch, own: settings.origin, token: (wanted) => sessions.token(cookie, wanted) });
	});

	return {
		owns: (target) => own.owns(target) || findRoute(routes, "GET", target) !== undefined,
		answer: (request) => (own.owns(targetOf(request)) ? own.answer(request) : proxied(request, ground)),
	};
}

/** A call by a script of our own (RP-04); what fails is told to it as data. */
function called(answer: Answering): Answering {
	return async (request, ground) => {
		try {
			const fault = forgedCall(request, ground.settings.origin);
			if (fault !== undefined) throw new AuthError("csrf_refused", `A call was refused: ${fault}.`);
			return await answer(request, ground);
		} catch (error) {
			if (!(error instanceof AuthError)) throw error;
			const answer = answerError(error);
			// What a stranger can cause at will does not fill the log.
			if (answer.status >= 500) ground.report(error);
			return answer;
		}
	};
}
