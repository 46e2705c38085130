import { OAuthError, type TokenResponse } from "@gatehouse/protocol";
import type { Client, Event, Issuance } from "../model/index.ts";
import { authenticateClient } from "./client-auth/index.ts";
import type { ClientAuthGround, PresentedRequest } from "./client-auth/method.ts";
import type { GrantGround } from "./grants/grant-type.ts";
import { grantTypes } from "./grants/index.ts";

/** What the token endpoint takes of the ground. */
export interface TokenGround extends GrantGround, ClientAuthGround {
	readonly issue: (issuance: Issuance, now: number) => Promise<TokenResponse>;
	/** Notes that the client was of use, if it is one that goes when it is not. */
	readonly noteUse: (client: Client, now: number) => Promise<void>;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/**
 * The token endpoint (RFC 6749 §3.2): authenticates the client, finds the grant type, lets it conclude what is issued,
 * and issues it. One write.
 *
 * @throws OAuthError
 * @example const answer = await token({ parameters, authorization }, ground, now, traceId);
 */
export async function token(request: PresentedRequest, ground: TokenGround, now: number, traceId: string): Promise<TokenResponse> {
	const { parameters } = request;
	for (const name of parameters.repeated)
		throw new OAuthError("invalid_request", `a parameter was sent more than once (${grantParameter(name)})`);
	const client = await authenticateClient(request, ground.registry(), ground, now);
	const name = parameters.values.get("grant_type");
	if (name === undefined) throw new OAuthError("invalid_request", "`grant_type` is missing");
	const grantType = grantTypes.find((type) => type.name === name);
	if (!grantType)
		throw new OAuthError("unsupported_grant_type", `\`grant_type\` is one of ${grantTypes.map((type) => type.name).join(", ")}`);
	if (!client.grantTypes.has(name)) throw new OAuthError("unauthorized_client", `this client is not registered for \`${name}\``);
	const event = (type: Event["type"], about: Pick<Event, "personId" | "sessionId" | "grantId" | "data">) =>
		ground.newEvent(now, { type, traceId, clientId: client.id, ...about });
	const issuance = await grantType.conclude({ client, parameters, operation: ground.newOperation(now), event }, ground, now);
	if (client.registeredItself) await ground.noteUse(client, now);
	return ground.issue(issuance, now);
}

/** Names from a request are shown only where they are ours: the rest may be anything. */
function grantParameter(name: string): string {
	return /^[a-z_]{1,40}$/.test(name) ? name : "an unknown one";
}
