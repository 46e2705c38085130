import { type Endpoints, endpointsIn, metadataUrl } from "../core/endpoints.ts";
import { AuthError } from "./auth-error.ts";

/** Milliseconds. */
const patience = 10_000;

/**
 * Finds the issuer's endpoints. Nothing is sent to any of them before all are known to be the issuer's own: another issuer's document
 * (RFC 8414 §3.3), an endpoint without TLS and one on a foreign host are `issuer_mismatch`. No answer is `issuer_unreachable`. The browser
 * remembers the document for as long as the issuer says; `reload` asks anew, which shows that the issuer can be reached now.
 */
export async function discover(issuer: string, cache: RequestCache): Promise<Endpoints> {
	const signal = AbortSignal.timeout(patience);
	const init: RequestInit = { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache, signal };
	const response = await fetch(metadataUrl(issuer), init).catch(unreachable);
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
