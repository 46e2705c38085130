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
	const named = metadata["issuer"];
	if (named !== issuer) return `${url} names the issuer ${JSON.stringify(named)}, and not exactly ${issuer}.`;
	const endpoint = (name: string) => {
		const value = metadata[`${name}_endpoint`];
		// The same origin is the same host, and as secure as the issuer, whose own address was checked.
		return value !== undefined && URL.parse(String(value))?.origin !== new URL(issuer).origin ? null : value;
	};
	const [authorization, token, revocation, endSession] = ["authorization", "token", "revocation", "end_session"].map(endpoint) as string[];
	if (!authorization || !token || revocation === null || endSession === null)
		return `${url} names no endpoints, or some that are not the issuer's own.`;
	return { authorization, token, revocation, endSession };
}
