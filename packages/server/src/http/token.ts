import type { FastifyReply, FastifyRequest } from "fastify";
import { introspect } from "../oauth/introspect.ts";
import { revoke } from "../oauth/revoke.ts";
import { token } from "../oauth/token.ts";
import type { DoorGround } from "./door.ts";
import { formParameters } from "./parse.ts";
import { sendJson } from "./render.ts";

const presented = (request: FastifyRequest) => ({ parameters: formParameters(request), authorization: request.headers.authorization });

/** `POST /token` (RFC 6749 §3.2). */
export async function postToken(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	// Errors too, as in RFC 6749 §5.2.
	reply.header("pragma", "no-cache");
	return sendJson(reply, await token(presented(request), ground.oauth, ground.now(), request.id));
}

/** `POST /revoke` (RFC 7009 §2). */
export async function postRevoke(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	await revoke(presented(request), ground.oauth, ground.now(), request.id);
	return reply.code(200).header("cache-control", "no-store").send();
}

/** `POST /introspect` (RFC 7662 §2). */
export async function postIntrospect(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	return sendJson(reply, await introspect(presented(request), ground.oauth, ground.now()));
}
