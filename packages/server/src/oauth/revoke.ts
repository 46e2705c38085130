import { OAuthError } from "@gatehouse/protocol";
import { type Client, type GrantStanding, whyRefused } from "../model/index.ts";
import type { SessionStore } from "../store/store.ts";
import { authenticateClient } from "./client-auth/index.ts";
import type { PresentedRequest } from "./client-auth/method.ts";
import type { TokenStateGround } from "./introspect.ts";
import { grantIdOf } from "./jti.ts";

/** What revocation takes of the ground beside introspection's. */
export interface RevocationGround extends TokenStateGround {
	readonly sessions: Pick<SessionStore, "end">;
}

/**
 * The revocation endpoint (RFC 7009 §2): a refresh token takes its family with it, an access token goes alone. What is
 * unknown is revoked already; the hint is not needed. Another client's token is refused and lives (D5).
 *
 * Ours: `end_session=true`, by which a person signs out in the company's own app without a browser being opened for it.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`, `unauthorized_client`
 */
export async function revoke(request: PresentedRequest, ground: RevocationGround, now: number, traceId: string): Promise<void> {
	for (const name of request.parameters.repeated)
		throw new OAuthError("invalid_request", `\`${name.slice(0, 40).replace(/[^\w]/g, "?")}\` was sent more than once`);
	const client = await authenticateClient(request, ground.registry(), ground, now);
	const token = request.parameters.values.get("token");
	if (token === undefined) throw new OAuthError("invalid_request", "`token` is missing");

	const claims = ground.verifyAccessToken(token, now);
	if (claims) {
		if (claims.client_id !== client.id) throw notYours();
		const grantId = grantIdOf(claims.jti);
		const event = ground.newEvent(now, {
			type: "access_token.revoked",
			traceId,
			clientId: client.id,
			...(grantId === undefined ? {} : { grantId }),
		});
		await ground.deniedTokens.deny(claims.jti, claims.exp * 1000, [event]);
		return;
	}
	const presented = ground.parseRefreshToken(token);
	const standing = presented && (await ground.grants.find(presented.grantId));
	if (!presented || !ground.isGenuine(presented, standing?.grant) || !standing) return;
	const { grant } = standing;
	if (grant.clientId !== client.id) throw notYours();
	const event = ground.newEvent(now, {
		type: "grant.revoked",
		traceId,
		clientId: client.id,
		personId: grant.personId,
		sessionId: grant.sessionId,
		grantId: grant.id,
	});
	// First, so that whoever is cut off in between can ask again.
	if (request.parameters.values.get("end_session") === "true" && mayEndSession(client, standing, ground, now)) {
		const about = { traceId, clientId: client.id, personId: grant.personId, sessionId: grant.sessionId };
		await ground.sessions.end(grant.sessionId, now, [ground.newEvent(now, { type: "session.ended", ...about, data: { by: "sign-out" } })]);
	}
	await ground.grants.revoke(grant.id, now, [event]);
}

/**
 * A session belongs to its browser, and to an app on the device that began it there, as long as that one's family lives: a token that was
 * taken back, by theft perhaps, ends nothing more. Other people's apps go through the browser, which can ask.
 */
function mayEndSession(client: Client, standing: GrantStanding, ground: RevocationGround, now: number): boolean {
	return client.native && client.firstParty && whyRefused(standing, now, ground.limits) === undefined;
}

function notYours(): OAuthError {
	return new OAuthError("unauthorized_client", "the token was issued to another client");
}
