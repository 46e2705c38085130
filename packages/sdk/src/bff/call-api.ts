import type { AccessToken } from "../core/access-token.ts";
import type { WantedToken } from "../sessions/sessions.ts";
import { answerHeaders } from "./answer-headers.ts";
import { Refusal } from "./refusal.ts";
import { framingFault, type Passing, passBody } from "./request-body.ts";
import { requestHeaders } from "./request-headers.ts";
import { pathFault } from "./request-path.ts";
import type { Route } from "./routes.ts";

/** What a call to an API needs besides the request. */
export interface Calling {
	readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
	/** The app's origin. */
	readonly own: string;
	readonly token: (wanted: WantedToken) => Promise<AccessToken>;
}

/** Milliseconds from the last byte of the request to the first of the answer. */
const patience = 30_000;

/**
 * Asks an API on behalf of a person, and answers what it says. Both bodies pass as they come; who hangs up on one side is hung up on at the
 * other. When the API says that the token is invalid (RFC 6750 §3.1) and the body is still at hand, it is asked once more, with a fresh one.
 */
export async function callApi(
	request: Request,
	{ route, url }: { readonly route: Route; readonly url: string },
	calling: Calling,
): Promise<Response> {
	const fault = framingFault(request);
	if (fault !== undefined) throw new Refusal(400, "invalid_request", fault);
	const { resource, scope } = route;
	const wanted: WantedToken = { resource, ...(scope !== undefined && { scope }) };
	const { accessToken } = await calling.token(wanted);
	const passing = await passBody(request);

	const first = await send(accessToken);
	if (!saysInvalidToken(first)) return answer(first, route, url);
	try {
		// Also where the body is gone: the next call then has the fresh one.
		const fresh = await calling.token({ ...wanted, refused: accessToken });
		if (!passing.replayable) return answer(first, route, url);
		await first.body?.cancel();
		return answer(await send(fresh.accessToken), route, url);
	} catch (error) {
		await first.body?.cancel();
		throw error;
	}

	async function send(token: string): Promise<Response> {
		const late = new AbortController();
		const signal = AbortSignal.any([request.signal, late.signal]);
		let timer: ReturnType<typeof setTimeout> | undefined;
		void passing.sent.then(() => {
			timer = setTimeout(() => late.abort(), patience);
		});
		try {
			return await calling.fetch(url, {
				...initOf(request, passing, signal),
				headers: requestHeaders(request.headers, token, calling.own),
			});
		} catch (cause) {
			throw passing.fault() ?? unreachable(late.signal.aborted, cause);
		} finally {
			void passing.sent.then(() => clearTimeout(timer));
		}
	}
}

/** No redirect is followed: where it leads may be nobody's route. A body that passes is sent while the answer may already come (`duplex`). */
function initOf({ method }: Request, { body }: Passing, signal: AbortSignal): RequestInit {
	const init: RequestInit = { method, redirect: "manual", signal };
	return body === undefined ? init : Object.assign(init, { body, duplex: "half" });
}

function unreachable(late: boolean, cause: unknown): Refusal {
	return late
		? new Refusal(504, "upstream_unreachable", `The API did not answer within ${patience / 1000} seconds.`, { cause })
		: new Refusal(502, "upstream_unreachable", "The API cannot be reached.", { cause });
}

function saysInvalidToken({ status, headers }: Response): boolean {
	return status === 401 && /\binvalid_token\b/.test(headers.get("www-authenticate") ?? "");
}

function answer(upstream: Response, route: Route, url: string): Response {
	const { status, headers, body } = upstream;
	const to = headers.get("location");
	const location = to === null ? undefined : ownPathOf(to, route, url);
	if (to !== null && location === undefined && status >= 300 && status < 400) {
		void body?.cancel();
		throw new Refusal(502, "route_not_allowed", "The API redirects to a place that this route does not lead to.");
	}
	return new Response(body, { status, headers: answerHeaders(headers, location) });
}

/** The path of ours that stands for what an API names, if it is the same route's: of a redirect, or of what was created. */
function ownPathOf(location: string, { path, below, to }: Route, url: string): string | undefined {
	const there = URL.parse(location, url);
	if (there === null || there.username !== "" || there.password !== "") return undefined;
	const base = new URL(to);
	const root = base.pathname.replace(/\/$/, "");
	const within = there.origin === base.origin && (there.pathname === root || (below && there.pathname.startsWith(`${root}/`)));
	if (!within || pathFault(there.pathname) !== undefined) return undefined;
	return path + there.pathname.slice(root.length) + there.search + there.hash;
}
