import { OAuthError } from "@gatehouse/protocol";
import { standingOf, type TokenStateGround } from "./introspect.ts";
import { claimsFor } from "./person-claims.ts";

/**
 * The userinfo endpoint (OpenID Connect Core §5.3): the claims that the access token's scopes release, always with `sub`.
 *
 * @param token as it came in the `Authorization` header or the form body (RFC 6750 §2); never from a query.
 * @throws OAuthError `invalid_token`, `insufficient_scope`
 */
export async function userinfo(
	token: string | undefined,
	ground: TokenStateGround,
	now: number,
): Promise<Readonly<Record<string, unknown>>> {
	if (token === undefined) throw new OAuthError("invalid_token", "no access token was sent");
	const claims = ground.verifyAccessToken(token, now);
	if (!claims || ![claims.aud].flat().includes(ground.issuer))
		throw new OAuthError("invalid_token", "the access token is not for userinfo, or has expired");
	const scope = claims.scope.split(" ");
	const standing = await standingOf(claims, ground, now);
	if (standing === undefined || standing === true || !standing.person) throw new OAuthError("invalid_token", "the access token has ended");
	if (!scope.includes("openid")) throw new OAuthError("insufficient_scope", "userinfo needs the scope `openid`");
	const registered = ground.registry().clients.get(claims.client_id)?.scope ?? new Set();
	return { sub: claims.sub, ...claimsFor(standing.person, standing.grant, scope, registered).userinfo };
}
