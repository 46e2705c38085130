import { AuthError } from "../client/auth-error.ts";
import type { Session } from "../core/session.ts";
import type { ExpressMiddleware } from "../http/express.ts";
import { type FastifyPreHandler, fastifyFetchRequest, keepFastifyPrivate, sendFastify } from "../http/fastify.ts";
import { unknownToFetch } from "../http/handler.ts";
import { type HonoMiddleware, honoFetchRequest } from "../http/hono.ts";
import { fetchRequest, writeResponse } from "../http/node.ts";
import { isForNetworks, keepNodePrivate, noStore, privateResponse, varyByCookie } from "../http/private-answer.ts";
import { cookiesOf } from "./cookies.ts";
import { failed, toldOf } from "./failure.ts";
import type { Ground } from "./ground.ts";
import { type Asked, foreignFault, isFromElsewhere, isNavigation } from "./navigation.ts";
import type { RequiredOptions, SignInOptions } from "./options.ts";
import { hop, json, redirect } from "./page.ts";
import { requestAuth } from "./request-auth.ts";
import { ownPath } from "./return-to.ts";
import { signInPath } from "./sign-in.ts";
import type { Guard, RequestAuth } from "./web-auth.ts";

/** Seconds that two clocks may differ (D3). */
const skew = 10;

/**
 * Turns a requirement into a guard. All its forms make one decision, `decide`; the rest is how a framework is told.
 *
 * @param inUse whether the app has asked for the routes that people are sent to
 */
export function createGuard({ acr, maxAge }: RequiredOptions, ground: Ground, inUse: () => boolean): Guard {
	const { cookies, sessions, settings, world } = ground;
	const kinds = acr === undefined ? undefined : [acr].flat().flatMap((one) => one.split(" "));
	const asked: SignInOptions = { ...(kinds && { acrValues: kinds }), ...(maxAge !== undefined && { maxAge }) };

	function meets({ acr: kind, authTime }: Session): boolean {
		const strong = kinds === undefined || kinds.includes(kind ?? "");
		return strong && (maxAge === undefined || (authTime ?? 0) + maxAge + skew >= world.wall() / 1000);
	}

	async function decide(request: Asked): Promise<RequestAuth> {
		const found = await sessions.read(cookiesOf(request).get(cookies.session));
		if (found.session === undefined) throw found.ended === undefined ? nobody() : over(found.ended);
		const foreign = foreignFault(request, settings.origin);
		if (foreign !== undefined) throw new AuthError("csrf_refused", `A request to a guarded route was refused: ${foreign}.`);
		if (!meets(found.session)) throw new AuthError("step_up_required", "This needs a stronger or more recent sign-in.");
		return requestAuth(request, found.session, ground);
	}

	async function refusal(thrown: unknown, request: Request, answered: boolean): Promise<Response> {
		const here = ownPath(request.url, settings.origin);
		if (thrown instanceof AuthError && thrown.code === "csrf_refused") return failed(thrown, request, { href: "/", text: "Go on" }, ground);
		if (!(thrown instanceof AuthError) || !helpedBySignIn.has(thrown.action)) return failed(thrown, request, { href: here }, ground);
		if (!isNavigation(request)) return json(401, { ...toldOf(thrown), signIn: signInPath(settings.basePath, asked) });
		// Whoever writes an app forgets this once, and would be told 404 of an address that is not their own.
		if (settings.inDevelopment && !answered) return failed(unanswered(settings.basePath), request, { href: here }, ground);
		// A form that was posted is lost; where it stood is not.
		if (request.method !== "GET" && request.method !== "HEAD")
			return redirect(signInPath(settings.basePath, { returnTo: ownPath(request.headers.get("referer"), settings.origin), ...asked }));
		// Somebody may well be signed in: to a link of another site the Strict cookie was not given.
		if (isFromElsewhere(request) && !cookiesOf(request).has(cookies.session)) return hop(here);
		return redirect(signInPath(settings.basePath, { returnTo: here, ...asked }));
	}

	/** Where a framework lets a method through of which no fetch request can be made, that is all that is wrong with it. */
	async function refusalOf(
		thrown: unknown,
		method: string | undefined,
		request: () => Request | Promise<Request>,
		answered = inUse(),
	): Promise<Response> {
		return unknownToFetch(method) ? new Response(null, { status: 405 }) : refusal(thrown, await request(), answered);
	}

	const express: ExpressMiddleware = (request, response, next) => {
		if (typeof response.setHeader !== "function")
			throw new AuthError(
				"invalid_option",
				"This guard speaks Express. With Fastify, write { preHandler: auth.required().fastify }, with Hono auth.required().hono.",
			);
		decide(request)
			.then(
				(auth) => {
					keepNodePrivate(response);
					Object.assign(request, { auth });
					next();
				},
				async (thrown) => {
					const refused = await refusalOf(thrown, request.method, () => fetchRequest(request, response, settings.origin));
					return writeResponse(refused, request, response);
				},
			)
			.catch(next);
	};

	const fastify: FastifyPreHandler = async (request, reply) => {
		try {
			Object.assign(request, { auth: await decide(request.raw) });
			keepFastifyPrivate(request);
			return undefined;
		} catch (thrown) {
			const refused = await refusalOf(
				thrown,
				request.raw.method,
				() => fastifyFetchRequest(request, reply, settings.origin),
				"auth" in request,
			);
			return sendFastify(request, reply, refused);
		}
	};

	const hono: HonoMiddleware = async (context, next) => {
		try {
			context.set("auth", await decide(context.req.raw));
		} catch (thrown) {
			return refusalOf(thrown, context.req.raw.method, () => honoFetchRequest(context, settings.origin));
		}
		await next();
		context.header("cache-control", noStore(context.res.headers.get("cache-control")));
		context.header("vary", varyByCookie(context.res.headers.get("vary")));
		for (const name of [...context.res.headers.keys()].filter(isForNetworks)) context.header(name);
		return undefined;
	};

	const fetch: Guard["fetch"] = (handler) => async (request) => {
		const auth = await decide(request).catch((thrown: unknown) => refusal(thrown, request, true));
		return auth instanceof Response ? auth : privateResponse(await handler(request, auth));
	};

	return Object.freeze(Object.assign(express, { fastify, hono, fetch }));
}

const helpedBySignIn: ReadonlySet<string> = new Set(["sign-in", "step-up"]);

const unanswered = (basePath: string) =>
	new AuthError(
		"invalid_option",
		`Nothing answers ${basePath}/sign-in. Put app.use(auth.express()) before the routes; with Fastify app.register(auth.fastify), with Hono app.use(auth.hono()).`,
	);
const nobody = () => new AuthError("not_signed_in", "Nobody is signed in.");
const over = (reason: string) => new AuthError("session_expired", `The session has ended (${reason}).`);
