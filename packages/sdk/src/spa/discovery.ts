import { AuthError } from "./auth-error.ts";

/** What of the issuer's metadata is used (RFC 8414 §2, OpenID Connect Discovery §3, RP-Initiated Logout §2.1). */
export interface Endpoints {
	readonly authorization: string;
	readonly token: string;
	readonly revocation: string | undefined;
	readonly endSession: string | undefined;
}

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
	const url = `${issuer}/.well-known/openid-configuration`;
	const init: RequestInit = { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache };
	const response = await fetch(url, { ...init, signal: AbortSignal.timeout(patience) }).catch(unreachable);
	const { status } = response;
	const metadata: Readonly<Record<string, unknown>> = Object(status === 200 && (await response.json().catch(unreachable)));
	if (status === 429 || status >= 500) unreachable(`status ${status}`);
	if (metadata["issuer"] !== issuer)
		throw mismatch(`${url} does not name the issuer ${issuer} exactly: copy the option from its \`issuer\`.`);

	const endpoint = (name: string) => {
		const value = metadata[name];
		if (value === undefined) return undefined;
		const found = URL.parse(String(value));
		// The same origin is the same host, and as secure as the issuer, whose own address was checked.
		if (found?.origin !== new URL(issuer).origin) throw mismatch(`${url} names an \`${name}\` that is not the issuer's own.`);
		return found.href;
	};
	const [authorization, token] = [endpoint("authorization_endpoint"), endpoint("token_endpoint")];
	if (!authorization || !token) throw mismatch(`${url} names no endpoints.`);
	return { authorization, token, revocation: endpoint("revocation_endpoint"), endSession: endpoint("end_session_endpoint") };
}

const mismatch = (message: string) => new AuthError("issuer_mismatch", message);

function unreachable(error: unknown): never {
	throw new AuthError("issuer_unreachable", `The issuer cannot be reached (${error}).`, { cause: error });
}
