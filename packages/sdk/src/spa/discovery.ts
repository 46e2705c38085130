import { type Endpoints, endpointsIn, metadataUrl } from "../core/endpoints.ts";
import { AuthError } from "./auth-error.ts";

/** Answers the issuer's endpoints; from memory, unless the answer shall also show that the issuer can be reached now (`reload`). */
export type Discovery = (cache?: "reload") => Promise<Endpoints>;

/** Milliseconds. */
const patience = 10_000;

/** Remembers what was found, and no failure. */
export function createDiscovery(issuer: string): Discovery {
	let found: Promise<Endpoints> | undefined;
	return (cache) => {
		if (cache || !found)
			found = discover(issuer, cache ?? "default").catch((error) => {
				found = undefined;
				throw error;
			});
		return found;
	};
}

/**
 * Finds the issuer's endpoints. Nothing is sent to any of them before all are known to be the issuer's own: another issuer's document
 * (RFC 8414 §3.3), an endpoint without TLS and one on a foreign host are `issuer_mismatch`. No answer is `issuer_unreachable`.
 */
export async function discover(issuer: string, cache: RequestCache): Promise<Endpoints> {
	const init: RequestInit = { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache };
	const response = await fetch(metadataUrl(issuer), { ...init, signal: AbortSignal.timeout(patience) }).catch(unreachable);
	const { status } = response;
	const metadata: Readonly<Record<string, unknown>> = Object(status === 200 && (await response.json().catch(unreachable)));
	if (status === 429 || status >= 500) unreachable(`status ${status}`);
	const found = endpointsIn(metadata, issuer);
	if (typeof found === "string") throw new AuthError("issuer_mismatch", found);
	return found;
}

function unreachable(error: unknown): never {
	throw new AuthError("issuer_unreachable", `The issuer cannot be reached (${error}).`, { cause: error });
}
