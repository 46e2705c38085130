/** What of an issuer's metadata is used (RFC 8414 §2, OpenID Connect Discovery §3, RP-Initiated Logout §2.1). */
export interface Endpoints {
	readonly authorization: string;
	readonly token: string;
	readonly revocation: string | undefined;
	readonly endSession: string | undefined;
}

/** Where an issuer's metadata lies (OpenID Connect Discovery §4). */
export const metadataUrl = (issuer: string) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;

/**
 * The endpoints in the metadata at `url`. Nothing is sent to any of them before all are known to be the issuer's own: another issuer's
 * document (RFC 8414 §3.3), an endpoint without TLS and one on a foreign host are refused.
 *
 * @returns the endpoints, or a sentence saying what is wrong
 */
export function endpointsIn(metadata: Readonly<Record<string, unknown>>, issuer: string): Endpoints | string {
	const url = metadataUrl(issuer);
	if (metadata["issuer"] !== issuer) return `${url} names the issuer ${JSON.stringify(metadata["issuer"])}, not ${issuer}.`;
	const {
		authorization_endpoint: authorization,
		token_endpoint: token,
		revocation_endpoint: revocation,
		end_session_endpoint: endSession,
	} = metadata as Readonly<Record<string, string>>;
	const needed = [authorization, token];
	const named = [revocation, endSession].filter((endpoint) => endpoint !== undefined);
	// The same origin is the same host, and as secure as the issuer, whose own address was checked.
	const { origin } = new URL(issuer);
	if ([...needed, ...named].some((endpoint) => URL.parse(String(endpoint))?.origin !== origin))
		return `${url} names no endpoints, or some that are not the issuer's own.`;
	return { authorization: authorization!, token: token!, revocation, endSession };
}
