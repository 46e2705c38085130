import { OAuthError } from "@gatehouse/protocol";
import { whyNoSector } from "../../model/index.ts";
import { type Outbound, OutboundFailure } from "../../outbound/index.ts";
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
	const why = whyNoSector(redirect_uris, await documentAt(uri, outbound));
	if (why !== undefined) throw wrong(why);
}

async function documentAt(uri: string, outbound: Pick<Outbound, "get">): Promise<unknown> {
	try {
		const { status, body } = await outbound.get(uri, { accept: "application/json", stranger: true });
		if (status !== 200) throw wrong(`answers with status ${status}`);
		return JSON.parse(Buffer.from(body).toString("utf8"));
	} catch (error) {
		if (error instanceof OAuthError) throw error;
		// Why, the log says: what a name resolves to in here is nobody's business outside.
		if (error instanceof OutboundFailure)
			throw wrong("cannot be fetched: serve it without a redirect, from an address that everybody reaches", error);
		throw wrong("leads to something that is no JSON", error);
	}
}

function wrong(text: string, cause?: unknown): OAuthError {
	return new OAuthError("invalid_client_metadata", `sector_identifier_uri ${text}`, { cause });
}
