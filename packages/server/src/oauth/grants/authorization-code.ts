import { isCodeVerifier, OAuthError, type Parameters } from "@gatehouse/protocol";
import { type Client, type Code, codeLifetime, type Grant, isWithin } from "../../model/index.ts";
import type { RedeemResult } from "../../store/store.ts";
import { personIssuance } from "../issuance.ts";
import type { GrantGround, GrantRequest, GrantType } from "./grant-type.ts";

/**
 * RFC 6749 §4.1.3: the client redeems its code, once.
 *
 * The *bindings* (client, redirect URI, PKCE) burn a code that fails them: whoever holds it is not whom it was made for.
 * The *conditions* (session, person, client, consent, epoch) are read in the transaction that writes and write nothing
 * when one fails.
 */
export const authorizationCode: GrantType = {
	name: "authorization_code",
	async conclude(request, ground, now) {
		const { client, parameters } = request;
		const presented = presentedCode(parameters, ground, now);
		const { code } = presented;

		const mismatch = failedBinding(code, client, parameters, ground);
		if (mismatch !== undefined) {
			await burn(presented, request, ground, now);
			throw new OAuthError("invalid_grant", mismatch);
		}
		if (!isWithin(codeLifetime, presented.issuedAt, now)) {
			await cameLate(presented, request, ground, now);
			throw new OAuthError("invalid_grant", `the code is older than ${codeLifetime / 1000} seconds`);
		}
		// A `resource` that the grant does not have is refused before the code is used up.
		personIssuance.check(code, undefined, client, parameters, ground);

		const result = await redeem(presented, request, ground, now);
		switch (result.kind) {
			case "redeemed":
				return personIssuance.conclude(result.standing, client, parameters, ground, nonceOf(code));
			case "refused":
				throw new OAuthError("invalid_grant", "what the code stood for has ended since it was issued", { cause: result.reason });
			case "replayed":
				throw new OAuthError("invalid_grant", "the code was used before: what came of it has ended now");
			case "revoked":
				throw new OAuthError("invalid_grant", "the code was used or burnt before");
		}
	},
};

/** A code that is ours, with the moment it was issued. */
interface PresentedCode {
	readonly code: Code;
	/** Epoch milliseconds. */
	readonly issuedAt: number;
}

function presentedCode(parameters: Parameters, ground: GrantGround, now: number): PresentedCode {
	const sent = parameters.values.get("code");
	if (sent === undefined) throw new OAuthError("invalid_request", "`code` is missing");
	const opened = ground.openCode(sent, now);
	if (!opened) throw new OAuthError("invalid_grant", "the code is unknown");
	return { code: opened.value, issuedAt: opened.sealedAt };
}

/** The bindings of a code, in the order of RFC 6749 §4.1.3 and RFC 7636 §4.6. */
function failedBinding(code: Code, client: Client, parameters: Parameters, ground: GrantGround): string | undefined {
	if (code.clientId !== client.id) return "the code was issued to another client";
	const redirectUri = parameters.values.get("redirect_uri");
	// OAuth 2.1 (draft 16, §10.2) drops the parameter where PKCE binds the code; what is sent must fit all the same.
	if (redirectUri === undefined ? code.codeChallenge === undefined : redirectUri !== code.redirectUri)
		return "`redirect_uri` is not the one of the authorization request";
	const verifier = parameters.values.get("code_verifier");
	if (code.codeChallenge === undefined)
		return verifier === undefined ? undefined : "`code_verifier` was sent, but the request had no challenge";
	if (verifier === undefined) return "`code_verifier` is missing";
	if (!isCodeVerifier(verifier) || ground.s256(verifier) !== code.codeChallenge) return "`code_verifier` does not fit the challenge";
	return undefined;
}

/** The first insert of the grant's row wins; a second use that passes every binding ends the family (RFC 6749 §4.1.2). */
function redeem(presented: PresentedCode, request: GrantRequest, ground: GrantGround, now: number): Promise<RedeemResult> {
	const { code } = presented;
	return ground.grants.redeem({
		grant: grantOf(presented, request, ground, now),
		now,
		redeemed: request.event("code.redeemed", aboutOf(code)),
		replayed: request.event("code.replayed", aboutOf(code)),
	});
}

/** Inserts the row already revoked. Where a row was before, nothing changes but that the misuse is noted (D2). */
async function burn(presented: PresentedCode, request: GrantRequest, ground: GrantGround, now: number): Promise<void> {
	const about = { ...aboutOf(presented.code), data: { client: request.client.id } };
	await ground.grants.burn(grantOf(presented, request, ground, now), now, {
		burnt: request.event("code.burnt", about),
		misuse: request.event("code.misuse", about),
	});
}

/** Late, a code still tells of a second use; and one that was never used is burnt, whatever the clock may say of it later (F-36). */
async function cameLate(presented: PresentedCode, request: GrantRequest, ground: GrantGround, now: number): Promise<void> {
	const { code } = presented;
	if (await ground.grants.find(code.grantId))
		await ground.grants.revoke(code.grantId, now, [request.event("code.replayed", aboutOf(code))]);
	else await burn(presented, request, ground, now);
}

function aboutOf({ personId, sessionId, grantId }: Code) {
	return { personId, sessionId, grantId };
}

function nonceOf({ nonce }: Code): { readonly nonce?: string } {
	return nonce === undefined ? {} : { nonce };
}

/** The row that redeeming inserts. It dates from the moment the person agreed, not from the redemption. */
function grantOf({ code, issuedAt }: PresentedCode, request: GrantRequest, ground: GrantGround, now: number): Omit<Grant, "revokedAt"> {
	return {
		id: code.grantId,
		clientId: code.clientId,
		personId: code.personId,
		sessionId: code.sessionId,
		scope: code.scope,
		requestedScope: code.requestedScope,
		resourceNamed: code.resourceNamed || request.parameters.resources.length > 0,
		authTime: code.authTime,
		amr: code.amr,
		...(code.claims === undefined ? {} : { claims: code.claims }),
		offline: code.offline,
		needsConsent: code.needsConsent || !request.client.firstParty,
		generation: request.client.grantTypes.has("refresh_token") ? 1 : 0,
		rotatedAt: now,
		previousRotatedAt: now,
		macKeyVersion: ground.macKeyVersion,
		salt: ground.newSalt(),
		createdAt: issuedAt,
		expiresAt: issuedAt + ground.limits.refreshTokens.absolute,
		redeemedBy: request.operation,
		epoch: code.epoch,
		personEpoch: code.personEpoch,
		consentEpoch: code.consentEpoch,
	};
}
