import { isLoopback } from "../core/secure-url.ts";
import { type Fetch, fetchJson } from "./fetch-json.ts";
import type { JsonObject } from "./json.ts";
import { KeysFault } from "./keys-fault.ts";

/** Where an issuer's metadata may lie: RFC 8414 §3.1 (inserted before the path), OpenID Connect Discovery §4.1 (after it). */
function metadataUrls(issuer: string): readonly string[] {
	const { origin, pathname } = new URL(issuer);
	const path = pathname.replace(/\/$/, "");
	return [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}${path}/.well-known/openid-configuration`];
}

/**
 * Finds the URL of the issuer's keys. The first of the two documents that is there and names exactly this issuer decides.
 * Throws `issuer_mismatch` when a document is there but does not fit, `issuer_unreachable` when none is.
 */
export async function discoverKeysUrl(issuer: string, fetch: Fetch, signal: AbortSignal): Promise<string> {
	const faults: KeysFault[] = [];
	for (const url of metadataUrls(issuer)) {
		try {
			const { document } = await fetchJson(fetch, url, signal);
			return keysUrlOf(document, issuer, url);
		} catch (error) {
			faults.push(error instanceof KeysFault ? error : unreachable(error));
			if (signal.aborted) break;
		}
	}
	throw faults.find(({ code }) => code === "issuer_mismatch") ?? faults[0]!;
}

function keysUrlOf(document: JsonObject, issuer: string, source: string): string {
	// RFC 8414 §3.3: not identical means that the document must not be used.
	if (document.issuer !== issuer)
		throw new KeysFault(
			"issuer_mismatch",
			`${source} does not name the issuer ${issuer} exactly. Copy the option \`issuer\` from its \`issuer\` member.`,
		);
	const { jwks_uri } = document;
	const url = typeof jwks_uri === "string" ? URL.parse(jwks_uri) : null;
	const plainHttp = url?.protocol === "http:" && isLoopback(url.hostname) && issuer.startsWith("http:");
	if (url === null || !(url.protocol === "https:" || plainHttp))
		throw new KeysFault("issuer_mismatch", `${source} names no \`jwks_uri\` that is an https URL.`);
	return url.href;
}

function unreachable(error: unknown): KeysFault {
	return new KeysFault("issuer_unreachable", error instanceof Error ? error.message : "The metadata of the issuer could not be fetched.", {
		cause: error,
	});
}
