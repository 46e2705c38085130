import { OAuthError, type SigningAlgorithm } from "@gatehouse/protocol";
import { standingOf, type TokenStateGround } from "./introspect.ts";
import { claimsFor } from "./person-claims.ts";

/** What userinfo takes of the ground beside introspection's. */
export interface UserinfoGround extends TokenStateGround {
	readonly signUserinfo: (
		claims: Readonly<Record<string, unknown>>,
		audience: string,
		alg: SigningAlgorithm,
		now: number,
	) => Promise<string>;
}

/** The answer: JSON, or for a client that registered an algorithm for it a signed JWT (OpenID Connect Core §5.3.2). */
export type Userinfo = { readonly claims: Readonly<Record<string, unknown>> } | { readonly jwt: string };

/**
 * The userinfo endpoint (OpenID Connect Core §5.3): the claims that the access token's scopes release, always with `sub`.
 *
 * @param token as it came in the `Authorization` header or the form body (RFC 6750 §2); never from a query.
 * @throws OAuthError `invalid_token`, `insufficient_scope`
 */
export async function userinfo(token: string | undefined, ground: UserinfoGround, now: number): Promise<Userinfo> {
	if (token === undefined) throw new OAuthError("invalid_token", "no access token was sent");
	const claims = ground.verifyAccessToken(token, now);
	if (!claims || ![claims.aud].flat().includes(ground.issuer))
		throw new OAuthError("invalid_token", "the access token is not for userinfo, or has expired");
	const scope = claims.scope.split(" ");
	const standing = await standingOf(claims, ground, now);
	const client = ground.registry().clients.get(claims.client_id);
	if (standing === undefined || standing === true || !standing.person || !client)
		throw new OAuthError("invalid_token", "the access token has ended");
	if (!scope.includes("openid")) throw new OAuthError("insufficient_scope", "userinfo needs the scope `openid`");
	const about = {
		sub: ground.subjectOf(standing.person.id, client),
		...claimsFor(standing.person, standing.grant, scope, client.scope).userinfo,
	};
	if (client.userinfoSigningAlg === undefined) return { claims: about };
	return { jwt: await ground.signUserinfo(about, client.id, client.userinfoSigningAlg, now) };
}
