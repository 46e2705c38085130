import { parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client, Registry } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { bodyOf } from "./parse.ts";

/** Which scripts of other origins may read an answer (Fetch §3.2). Credentials: never. */
export type Sharing =
	/** Nothing secret in it: everyone's. */
	| "everyone"
	/** The answer only for origins of the client that it concerns. */
	| "client"
	| "nobody";

const exposed = "WWW-Authenticate, DPoP-Nonce, Date, Retry-After";
const hour = "3600";

/** Answers the preflight of a shared route: any origin of any enabled client may ask. */
export function preflight(
	sharing: Sharing,
	methods: string,
	request: FastifyRequest,
	reply: FastifyReply,
	ground: DoorGround,
): FastifyReply {
	const { origin } = request.headers;
	if (sharing === "everyone") reply.header("access-control-allow-origin", "*");
	else reply.header("vary", "Origin");
	const known = origin !== undefined && sharing === "client" && someClientHas(origin, ground.oauth.registry());
	if (known) reply.header("access-control-allow-origin", origin);
	if (known || sharing === "everyone") {
		reply.header("access-control-allow-methods", methods);
		reply.header("access-control-allow-headers", "Authorization, Content-Type, DPoP");
		reply.header("access-control-max-age", hour);
	}
	return reply.code(204).send();
}

/** Marks an answer as readable, errors too: a browser app must be able to read why it failed. */
export function share(sharing: Sharing, request: FastifyRequest, reply: FastifyReply, ground: DoorGround): void {
	if (sharing === "nobody") return;
	const { origin } = request.headers;
	if (sharing === "client") {
		reply.header("vary", "Origin");
		if (origin === undefined || !concernedClient(request, ground)?.corsOrigins.has(origin)) return;
	}
	reply.header("access-control-allow-origin", sharing === "everyone" ? "*" : origin);
	reply.header("access-control-expose-headers", exposed);
}

function someClientHas(origin: string, registry: Registry): boolean {
	for (const client of registry.clients.values()) if (client.enabled && client.corsOrigins.has(origin)) return true;
	return false;
}

/** The client that a request says it comes from: by its body, its `Authorization` header, or the claims of its assertion or token, believed or not. */
function concernedClient(request: FastifyRequest, ground: DoorGround): Client | undefined {
	const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
	const id = /^basic$/i.test(scheme) ? basicName(value) : /^bearer$/i.test(scheme) ? claimed("client_id", value) : undefined;
	const client = ground.oauth.registry().clients.get(id ?? bodyClient(request) ?? "");
	return client?.enabled ? client : undefined;
}

function bodyClient(request: FastifyRequest): string | undefined {
	try {
		const { values } = parseParameters(bodyOf(request));
		const assertion = values.get("client_assertion");
		return (
			values.get("client_id") ??
			(assertion === undefined ? claimed("client_id", values.get("access_token") ?? "") : claimed("sub", assertion))
		);
	} catch {
		return undefined;
	}
}

function basicName(value: string): string | undefined {
	const name = Buffer.from(value, "base64").toString("utf8").split(":", 1)[0];
	try {
		return name === undefined ? undefined : decodeURIComponent(name.replaceAll("+", " "));
	} catch {
		return undefined;
	}
}

/** Unverified, and good for nothing but this: it can only name a client whose own origins may then read an error. */
function claimed(name: "client_id" | "sub", token: string): string | undefined {
	if (token.length > 8_192) return undefined;
	try {
		const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
		const id = typeof claims === "object" && claims !== null ? (claims as Readonly<Record<string, unknown>>)[name] : undefined;
		return typeof id === "string" ? id : undefined;
	} catch {
		return undefined;
	}
}
