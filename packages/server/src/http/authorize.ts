import { formatParameters, OAuthError, type Parameters, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { authorize } from "../oauth/authorize.ts";
import type { DoorGround } from "./door.ts";
import { bodyOf, isForm, queryOf } from "./parse.ts";
import { redirect, sendOutcome } from "./render.ts";
import { browserOf, markBrowser, maxSealed, resume } from "./waiting.ts";

/** `GET /authorize`: a new request, or one that comes back sealed. */
export async function getAuthorize(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	const asked = parseParameters(queryOf(request));
	const browser = await browserOf(request, ground, now);
	const sealed = asked.values.get("continue");
	const resumed = sealed === undefined ? { parameters: asked, settled: {}, restarted: false } : resume(sealed, browser, ground, now);
	if (!resumed) throw new OAuthError("invalid_request", "this link was cut or changed on its way: start again from the app");
	const mark = markBrowser(reply, browser, ground);
	const outcome = await authorize({ ...resumed, browser: mark, session: browser.session }, ground.oauth, now);
	return sendOutcome(request, reply, outcome, ground, now);
}

/**
 * `POST /authorize` (OpenID Connect Core §3.1.2.1): another site sends it, so the Lax session cookie does not come with
 * it. It travels sealed to its own GET, with which the cookie comes.
 */
export async function postAuthorize(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const now = ground.now();
	if (!isForm(request.headers["content-type"]))
		throw new OAuthError("unsupported_media_type", "send a body of type application/x-www-form-urlencoded");
	// Query and body are one list: a parameter that is in both came twice (AZ-10).
	const parameters = parseParameters([queryOf(request), bodyOf(request)].filter((part) => part !== "").join("&"));
	const text = formatParameters(parameters.values, parameters.resources);
	if (text.length > maxSealed || parameters.repeated.size > 0)
		return sendOutcome(request, reply, await refused(parameters, ground, now), ground, now);
	return redirect(reply, `/authorize?continue=${ground.seals.seal("post", { path: "/authorize", parameters: text }, now)}`);
}

/** Such a request is refused whoever sent it: no session is needed to say so. */
function refused(parameters: Parameters, ground: DoorGround, now: number) {
	return authorize({ parameters, settled: {}, restarted: false, browser: "", session: undefined }, ground.oauth, now);
}
