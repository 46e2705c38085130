import { OAuthError } from "@gatehouse/protocol";
import { type Client, covers, type Grant, isPublic, whyRefused } from "../../model/index.ts";
import { personIssuance } from "../issuance.ts";
import type { GrantGround, GrantRequest, GrantType } from "./grant-type.ts";

/** How long a lost answer may be repaired with the token that came before, in milliseconds (D1). */
const retryWindow = { bearer: 10_000, authenticated: 24 * 3_600_000 };
/** How long the second to last token counts as a straggler of our own client, not as evidence of theft. */
const stragglerWindow = 10_000;

/** Where a presented generation stands in its family's chain. */
type Position = "current" | "predecessor" | "straggler" | "stale" | "future";

/**
 * RFC 6749 §6 with rotation (RFC 9700 §4.14.2): a refresh token is a generation of its grant's row. The current one
 * rotates; its predecessor gets the same successor again while that is unused, so that a lost answer signs nobody out;
 * anything older is stale.
 */
export const refreshToken: GrantType = {
	name: "refresh_token",
	async conclude(request, ground, now) {
		const { client, parameters } = request;
		const sent = parameters.values.get("refresh_token");
		if (sent === undefined) throw new OAuthError("invalid_request", "`refresh_token` is missing");
		const presented = ground.parseRefreshToken(sent);
		let standing = presented && (await ground.grants.find(presented.grantId));
		// An unknown id and a bad MAC are the same answer in the same time.
		if (!presented || !ground.isGenuine(presented, standing?.grant) || !standing) throw unknown();
		if (standing.grant.clientId !== client.id) throw new OAuthError("invalid_grant", "the refresh token was issued to another client");

		// A race for the current generation is lost at most once: the chain only grows.
		for (let attempt = 0; attempt < 2; attempt++) {
			// A client that is first party no more needs the person's own word from then on (I4).
			const trusted = client.firstParty || covers(standing.consent, standing.grant.scope);
			const refusal = whyRefused(standing, now, ground.limits) ?? (trusted ? undefined : "consent_withdrawn");
			if (refusal !== undefined) throw new OAuthError("invalid_grant", "the refresh token has ended: sign in again", { cause: refusal });
			const { grant } = standing;
			const position = positionOf(presented.generation, grant, client, now);
			if (position === "straggler") throw new OAuthError("invalid_grant", "the refresh token was already replaced: use its successor");
			if (position === "stale" || position === "future") throw await misplaced(position, grant, request, ground, now);
			// A refusal must not use up the token: the client would be left with one that is stale.
			personIssuance.check(grant, standing.person, client, parameters, ground);
			if (position === "predecessor") return personIssuance.conclude(standing, client, parameters, ground, {});
			const result = await ground.grants.rotate(grant.id, presented.generation, request.operation, now);
			if (result.kind === "rotated") return personIssuance.conclude({ ...standing, grant: result.grant }, client, parameters, ground, {});
			if (!result.standing) throw unknown();
			standing = result.standing;
		}
		throw new OAuthError("invalid_grant", "the refresh token was already replaced: use its successor");
	},
};

/** The table of D1, with `presented` against the current generation of the row. */
function positionOf(presented: number, grant: Grant, client: Client, now: number): Position {
	const window = isPublic(client) ? retryWindow.bearer : retryWindow.authenticated;
	if (presented === grant.generation) return "current";
	if (presented > grant.generation) return "future";
	if (presented === grant.generation - 1 && now - grant.rotatedAt < window) return "predecessor";
	if (presented === grant.generation - 2 && now - grant.previousRotatedAt < stragglerWindow) return "straggler";
	return "stale";
}

/**
 * Stale: evidence of theft where the token alone is enough to use it, so the family ends; a client that authenticated
 * loses nothing by it, so only an event tells. A generation that never was issued means that the store lost writes.
 */
async function misplaced(
	position: "stale" | "future",
	grant: Grant,
	request: GrantRequest,
	ground: GrantGround,
	now: number,
): Promise<OAuthError> {
	const about = { personId: grant.personId, sessionId: grant.sessionId, grantId: grant.id };
	if (position === "future") {
		await ground.grants.note(grant.id, request.event("store.regressed", about));
		return new OAuthError("invalid_grant", "the refresh token is unknown to this store: sign in again");
	}
	if (isPublic(request.client)) await ground.grants.revoke(grant.id, now, [request.event("refresh.replayed", about)]);
	else await ground.grants.note(grant.id, request.event("refresh.stale", about));
	return new OAuthError("invalid_grant", "the refresh token was used before");
}

function unknown(): OAuthError {
	return new OAuthError("invalid_grant", "the refresh token is unknown");
}
