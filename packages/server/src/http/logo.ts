import { OAuthError, parseParameters } from "@gatehouse/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client } from "../model/index.ts";
import type { DoorGround } from "./door.ts";
import { queryOf } from "./parse.ts";

/** Nothing in the answer can do anything, and no page of another origin can show it. */
const headers = {
	"cache-control": "public, max-age=86400",
	"content-disposition": "inline",
	"content-security-policy": "default-src 'none'; sandbox",
	"cross-origin-resource-policy": "same-origin",
	"x-content-type-options": "nosniff",
};

/** Where a client's logo is served, while it is the one that the client names: undefined while there is none. */
export function logoPath(client: Client, ground: Pick<DoorGround, "knownLogos">): string | undefined {
	const version = versionOf(client, ground);
	return version === undefined ? undefined : `/logo?client_id=${encodeURIComponent(client.id)}&v=${version}`;
}

/** `GET /logo`: the logo of a client that is switched on, as it was fetched. */
export async function getLogo(request: FastifyRequest, reply: FastifyReply, ground: DoorGround): Promise<FastifyReply> {
	const { values } = parseParameters(queryOf(request));
	const client = ground.oauth.registry().clients.get(values.get("client_id") ?? "");
	const version = client && versionOf(client, ground);
	const logo = client?.enabled && version !== undefined && values.get("v") === version ? await ground.findLogo(client.id) : undefined;
	// Between the two looks another may have come in its place.
	if (!logo?.image || String(logo.fetchedAt) !== version) throw new OAuthError("not_found", "there is no such logo");
	return reply.headers(headers).type(logo.image.mediaType).send(Buffer.from(logo.image.bytes));
}

/** When it was fetched: a logo that was fetched anew has another address. */
function versionOf({ id, logoUri }: Client, ground: Pick<DoorGround, "knownLogos">): string | undefined {
	const known = ground.knownLogos().get(id);
	return known?.shown && known.uri === logoUri ? String(known.fetchedAt) : undefined;
}
