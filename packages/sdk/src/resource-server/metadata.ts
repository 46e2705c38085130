import type { Answer } from "./auth-error.ts";

/** Protected resource metadata (RFC 9728 §2), as far as it is served here. */
export interface ResourceMetadata {
	readonly resource: string;
	readonly authorization_servers: readonly string[];
	readonly scopes_supported?: readonly string[];
	readonly bearer_methods_supported: readonly string[];
}

/** Where the document of a resource lies: the well-known path comes before the path of the resource (RFC 9728 §3.1). */
export function metadataUrlOf(resource: string): URL {
	const { origin, pathname } = new URL(resource);
	return new URL(`${origin}/.well-known/oauth-protected-resource${pathname === "/" ? "" : pathname}`);
}

/** The document as an HTTP answer. It is public, and clients in browsers read it from other origins. */
export function metadataAnswer(document: ResourceMetadata): Answer {
	return {
		status: 200,
		headers: { "content-type": "application/json", "cache-control": "public, max-age=300", "access-control-allow-origin": "*" },
		body: JSON.stringify(document),
	};
}
