import { OAuthError } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readRegistration, removeRegistration, updateRegistration } from "../oauth/registration/manage.ts";
import { register } from "../oauth/registration/register.ts";
import { bearerOf, challenge } from "./bearer.ts";
import type { DoorGround } from "./door.ts";
import { clientAddress, networkOf } from "./network.ts";
import { jsonBody } from "./parse.ts";
import { sendError, sendJson } from "./render.ts";

const presented = (request: FastifyRequest, ground: DoorGround) => ({
	token: bearerOf(request),
	clientId: (request.params as { readonly client_id?: string }).client_id ?? "",
	body: () => jsonBody(request),
	network: networkOf(clientAddress(request, ground.trustedProxies)),
	traceId: request.id,
});

type Door = (request: FastifyRequest, reply: FastifyReply, ground: DoorGround) => Promise<FastifyReply>;

/** RFC 6750 §3: whoever may not is told by which scheme they might. */
function challenging(door: Door): Door {
	return async (request, reply, ground) => {
		try {
			return await door(request, reply, ground);
		} catch (error) {
			if (error instanceof OAuthError && error.code === "invalid_token")
				reply.header("www-authenticate", challenge(error, bearerOf(request), ground.issuer));
			return sendError("json", error, request, reply, ground);
		}
	};
}

/** `POST /register` (RFC 7591 §3.1). */
export const postRegister = challenging(async (request, reply, ground) =>
	sendJson(reply, await register(presented(request, ground), ground.registration, ground.now()), 201),
);

/** `GET /register/<client_id>` (RFC 7592 §2.1). */
export const getRegistration = challenging(async (request, reply, ground) =>
	sendJson(reply, await readRegistration(presented(request, ground), ground.registration)),
);

/** `PUT /register/<client_id>` (RFC 7592 §2.2). */
export const putRegistration = challenging(async (request, reply, ground) =>
	sendJson(reply, await updateRegistration(presented(request, ground), ground.registration, ground.now())),
);

/** `DELETE /register/<client_id>` (RFC 7592 §2.3). */
export const deleteRegistration = challenging(async (request, reply, ground) => {
	await removeRegistration(presented(request, ground), ground.registration, ground.now());
	return reply.code(204).header("cache-control", "no-store").send();
});
