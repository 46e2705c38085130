import { OAuthError, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { userinfo } from "../oauth/userinfo.ts";
import { bearerOf, challenge } from "./bearer.ts";
import type { DoorGround } from "./door.ts";
import { bodyOf, isForm } from "./parse.ts";
import { sendError, sendJson } from "./render.ts";

/** `GET|POST /userinfo` (OpenID Connect Core §5.3): the token comes in the header or the form body; a query is never read (RFC 6750 §2.3). */
export async function anyUserinfo(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	let token: string | undefined;
	try {
		token = bearerToken(request);
		const answer = await userinfo(token, ground.oauth, ground.now());
		return "jwt" in answer ? sendJwt(reply, answer.jwt) : sendJson(reply, answer.claims);
	} catch (error) {
		if (error instanceof OAuthError && error.code !== "temporarily_unavailable")
			reply.header("www-authenticate", challenge(error, token, ground.issuer));
		return sendError("json", error, request, reply, ground);
	}
}

function sendJwt(reply: FastifyReply, jwt: string): FastifyReply {
	return reply.header("cache-control", "no-store").type("application/jwt").send(jwt);
}

/** @throws OAuthError `invalid_request` when the token comes both ways (RFC 6750 §2). */
function bearerToken(request: FastifyRequest): string | undefined {
	const header = bearerOf(request);
	const form = request.method === "POST" && isForm(request.headers["content-type"]) ? parseParameters(bodyOf(request)) : undefined;
	const body = form?.values.get("access_token");
	if (form?.repeated.has("access_token") || (header !== undefined && body !== undefined))
		throw new OAuthError("invalid_request", "send the access token once");
	return header ?? body;
}
