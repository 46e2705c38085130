import type { FastifyReply, FastifyRequest } from "fastify";
import type { DoorGround } from "./door.ts";

/** `GET /health/live`: the process lives. */
export function getLive(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
	return reply.header("cache-control", "no-store").type("application/json").send('{"status":"up"}');
}

/** `GET /health/ready`: it can serve. Up or down, and nothing more (AD-11). */
export async function getReady(_request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const up =
		!ground.draining() &&
		(await ground.ping().then(
			() => true,
			() => false,
		));
	return reply
		.code(up ? 200 : 503)
		.header("cache-control", "no-store")
		.type("application/json")
		.send(up ? '{"status":"up"}' : '{"status":"down"}');
}
