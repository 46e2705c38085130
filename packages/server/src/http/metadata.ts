import type { FastifyReply, FastifyRequest } from "fastify";
import type { Registry } from "../model/index.ts";
import { providerMetadata } from "../oauth/discovery.ts";
import type { DoorGround } from "./door.ts";

/** Five minutes: a key is published for longer than that before it signs. */
const cacheControl = "public, max-age=300";

const documents = new WeakMap<Registry, Buffer>();

/** `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`: one truth, made once for each version of the registry. */
export function getMetadata(_request: FastifyRequest, reply: FastifyReply, ground: DoorGround): FastifyReply {
	const registry = ground.oauth.registry();
	let document = documents.get(registry);
	if (!document) {
		document = Buffer.from(JSON.stringify(providerMetadata(ground.issuer, registry, ground.pages.languages, ground.registration.dynamic)));
		documents.set(registry, document);
	}
	return reply.header("cache-control", cacheControl).type("application/json").send(document);
}

/** `GET /.well-known/jwks.json` (RFC 7517 §5). */
export function getJwks(_request: FastifyRequest, reply: FastifyReply, ground: DoorGround): FastifyReply {
	return reply.header("cache-control", cacheControl).type("application/json").send(ground.jwks(ground.now()));
}
