import { type AccessTokenClaims, type IntrospectionResponse, OAuthError } from "@gatehouse/protocol";
import { type Client, type GrantStanding, whyRefused } from "../model/index.ts";
import type { DeniedTokenStore } from "../store/store.ts";
import { authenticateConfidential } from "./client-auth/index.ts";
import type { PresentedRequest } from "./client-auth/method.ts";
import { grantIdOf } from "./jti.ts";
import type { TokenGround } from "./token.ts";

/** What introspection, revocation and userinfo take of the ground beside the token endpoint's. */
export interface TokenStateGround extends TokenGround {
	readonly verifyAccessToken: (token: string, now: number) => AccessTokenClaims | undefined;
	readonly deniedTokens: DeniedTokenStore;
}

const inactive: IntrospectionResponse = { active: false };

/**
 * The introspection endpoint (RFC 7662 §2): whether a token is good right now, for those who may know. Everything that
 * is unknown, ended, or none of the caller's business is the same `{"active":false}`.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`
 */
export async function introspect(request: PresentedRequest, ground: TokenStateGround, now: number): Promise<IntrospectionResponse> {
	for (const name of request.parameters.repeated)
		throw new OAuthError("invalid_request", `\`${name.slice(0, 40).replace(/[^\w]/g, "?")}\` was sent more than once`);
	const client = await authenticateConfidential(request, ground.registry(), ground, now);
	const token = request.parameters.values.get("token");
	if (token === undefined) throw new OAuthError("invalid_request", "`token` is missing");
	const claims = ground.verifyAccessToken(token, now);
	return claims ? accessToken(claims, client, ground, now) : refreshToken(token, client, ground, now);
}

async function accessToken(
	claims: AccessTokenClaims,
	client: Client,
	ground: TokenStateGround,
	now: number,
): Promise<IntrospectionResponse> {
	const registry = ground.registry();
	const audience = [claims.aud].flat();
	const mayKnow =
		claims.client_id === client.id || audience.some((aud) => registry.resources.get(aud)?.introspectionClients.has(client.id));
	if (!mayKnow || !(await standingOf(claims, ground, now))) return inactive;
	const { iss, sub, aud, client_id, scope, exp, iat, jti } = claims;
	return { active: true, iss, sub, aud, client_id, scope, token_type: "Bearer", exp, iat, jti };
}

async function refreshToken(token: string, client: Client, ground: TokenStateGround, now: number): Promise<IntrospectionResponse> {
	const presented = ground.parseRefreshToken(token);
	const standing = presented && (await ground.grants.find(presented.grantId));
	if (!presented || !ground.isGenuine(presented, standing?.grant) || !standing) return inactive;
	const { grant } = standing;
	if (grant.clientId !== client.id || grant.generation !== presented.generation || whyRefused(standing, now, ground.limits) !== undefined)
		return inactive;
	return {
		active: true,
		iss: ground.issuer,
		sub: ground.subjectOf(grant.personId, client),
		client_id: grant.clientId,
		scope: grant.scope.join(" "),
		exp: Math.floor(grant.expiresAt / 1000),
	};
}

/**
 * Whether a genuine access token still stands: its client enabled, not denied by itself, and its family alive with all
 * its conditions (interface: "Active means").
 *
 * @returns the standing of its grant, `true` for one without a grant (client credentials), undefined when it has ended.
 */
export async function standingOf(
	claims: AccessTokenClaims,
	ground: Pick<TokenStateGround, "registry" | "deniedTokens" | "grants" | "limits">,
	now: number,
): Promise<GrantStanding | true | undefined> {
	if (!ground.registry().clients.get(claims.client_id)?.enabled || (await ground.deniedTokens.isDenied(claims.jti))) return undefined;
	const grantId = grantIdOf(claims.jti);
	if (grantId === undefined) return true;
	const standing = await ground.grants.find(grantId);
	return standing && whyRefused(standing, now, ground.limits) === undefined ? standing : undefined;
}
