import { OAuthError } from "@gatehouse/protocol";
import { type Outbound, OutboundFailure } from "../../outbound/outbound.ts";
import type { AskedMetadata } from "./members.ts";

/**
 * Reads the document of a sector, which must list every redirect URI of a client that claims to belong to it
 * (OpenID Connect Registration §5): else any client could see the `sub` of another's people.
 *
 * @throws OAuthError `invalid_client_metadata`
 */
export async function joinSector(metadata: AskedMetadata, outbound: Pick<Outbound, "get">): Promise<void> {
	const { sector_identifier_uri: uri, redirect_uris = [] } = metadata;
	if (uri === undefined) return;
	const listed = await documentAt(uri, outbound);
	const missing = redirect_uris.findIndex((one) => !listed.includes(one));
	if (missing >= 0) throw wrong(`does not list redirect_uris[${missing}] (OpenID Connect Registration 1.0, section 5)`);
}

async function documentAt(uri: string, outbound: Pick<Outbound, "get">): Promise<readonly unknown[]> {
	let document: unknown;
	try {
		const { status, body } = await outbound.get(uri, { accept: "application/json" });
		if (status !== 200) throw wrong(`answers with status ${status}`);
		document = JSON.parse(Buffer.from(body).toString("utf8"));
	} catch (error) {
		if (error instanceof OAuthError) throw error;
		throw wrong(error instanceof OutboundFailure ? error.message : "holds no JSON", error);
	}
	if (!Array.isArray(document)) throw wrong("holds no JSON array of redirect URIs");
	return document;
}

function wrong(text: string, cause?: unknown): OAuthError {
	return new OAuthError("invalid_client_metadata", `sector_identifier_uri ${text}`, { cause });
}
