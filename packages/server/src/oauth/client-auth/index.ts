import { OAuthError } from "@gatehouse/protocol";
import { type Client, isPublic, type Registry } from "../../model/index.ts";
import { clientSecretBasic } from "./client-secret-basic.ts";
import { clientSecretPost } from "./client-secret-post.ts";
import type { ClientAuthGround, ClientAuthMethod, PresentedRequest, WhyNot } from "./method.ts";
import { none } from "./none.ts";
import { privateKeyJwt } from "./private-key-jwt.ts";

/** Every `token_endpoint_auth_method` there is: discovery, registration and parsing read this list. */
export const clientAuthMethods: readonly ClientAuthMethod[] = [clientSecretBasic, clientSecretPost, privateKeyJwt, none];

/**
 * Authenticates the client of a request by the one method it is registered for (RFC 6749 §2.3). Public clients pass by
 * naming themselves; endpoints that need proof ask {@link authenticateConfidential}.
 *
 * @returns at once where nothing has to be looked up: a secret costs no promise
 * @throws OAuthError `invalid_client` for every failure, alike; `invalid_request` where two methods are used at once.
 * @example const client = await authenticateClient({ parameters, authorization }, registry, ground, now);
 */
export function authenticateClient(
	request: PresentedRequest,
	registry: Registry,
	ground: ClientAuthGround,
	now: number,
): Client | Promise<Client> {
	const used = clientAuthMethods.flatMap((method) => {
		const claim = method.claims(request, ground);
		return claim ? [{ method, ...claim }] : [];
	});
	const named = request.parameters.values.get("client_id");
	const [claim] = used;
	if (!claim) throw new OAuthError("invalid_client", "the client did not authenticate");
	if (used.length > 1) throw new OAuthError("invalid_request", "authenticate by one method alone");
	if (named !== undefined && claim.clientId !== "" && named !== claim.clientId)
		throw new OAuthError(
			"invalid_request",
			"`client_id` in the body is not the client that the `Authorization` header or the assertion names",
		);
	const client = registry.clients.get(claim.clientId);
	if (!client)
		throw refused(claim.clientId === "" ? `no client can be read from the ${claim.method.proof}` : "there is no client of that name");
	if (!client.enabled) throw refused(`the client ${client.id} is disabled`);
	if (client.authMethod !== claim.method.name)
		throw refused(`the client ${client.id} is registered for ${client.authMethod} and used ${claim.method.name}`);
	const conclude = (why: WhyNot): Client => {
		if (why) throw refused(`the ${claim.method.proof} of the client ${client.id} ${why.text}`, why.cause);
		return client;
	};
	const why = claim.method.whyNot(claim.proof, client, ground, now);
	return why instanceof Promise ? why.then(conclude) : conclude(why);
}

/** The client itself hears one sentence for all of it; why, the log says. An unknown name may be a secret in the wrong place. */
function refused(why: string, cause?: Error): OAuthError {
	return new OAuthError("invalid_client", "the client is unknown, disabled, or did not prove itself as it is registered", {
		cause: cause ? new Error(why, { cause }) : why,
	});
}

/** As {@link authenticateClient}, for endpoints that are closed to public clients (RFC 7662 §2.1). */
export async function authenticateConfidential(
	request: PresentedRequest,
	registry: Registry,
	ground: ClientAuthGround,
	now: number,
): Promise<Client> {
	const client = await authenticateClient(request, registry, ground, now);
	if (isPublic(client)) throw new OAuthError("invalid_client", "this endpoint is for clients that authenticate");
	return client;
}
