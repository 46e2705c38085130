import { OAuthError } from "@gatehouse/protocol";
import { type Client, isPublic, type Registry } from "../../model/index.ts";
import { clientSecretBasic } from "./client-secret-basic.ts";
import { clientSecretPost } from "./client-secret-post.ts";
import type { ClientAuthGround, ClientAuthMethod, PresentedRequest } from "./method.ts";
import { none } from "./none.ts";

/** Every `token_endpoint_auth_method` there is: discovery, registration and parsing read this list. */
export const clientAuthMethods: readonly ClientAuthMethod[] = [clientSecretBasic, clientSecretPost, none];

/**
 * Authenticates the client of a request by the one method it is registered for (RFC 6749 §2.3). Public clients pass by
 * naming themselves; endpoints that need proof ask {@link authenticateConfidential}.
 *
 * @throws OAuthError `invalid_client` for every failure, alike; `invalid_request` where two methods are used at once.
 * @example const client = authenticateClient({ parameters, authorization }, registry, ground, now);
 */
export function authenticateClient(request: PresentedRequest, registry: Registry, ground: ClientAuthGround, now: number): Client {
	const used = clientAuthMethods.flatMap((method) => {
		const claim = method.claims(request);
		return claim ? [{ method, ...claim }] : [];
	});
	const named = request.parameters.values.get("client_id");
	const [claim] = used;
	if (!claim) throw new OAuthError("invalid_client", "the client did not authenticate");
	if (used.length > 1) throw new OAuthError("invalid_request", "authenticate by one method alone");
	if (named !== undefined && claim.clientId !== "" && named !== claim.clientId)
		throw new OAuthError("invalid_request", "`client_id` in the body is not the client of the `Authorization` header");
	const client = registry.clients.get(claim.clientId);
	const refusal = whyRefused(client, claim, ground, now);
	if (!client || refusal !== undefined)
		throw new OAuthError("invalid_client", "the client is unknown, disabled, or did not prove itself as it is registered", {
			cause: refusal,
		});
	return client;
}

/** For the log alone: the client itself hears one sentence for all of it. An unknown name may be a secret in the wrong place. */
function whyRefused(
	client: Client | undefined,
	claim: { readonly method: ClientAuthMethod; readonly proof: string },
	ground: ClientAuthGround,
	now: number,
): string | undefined {
	if (!client) return "there is no client of that name";
	if (!client.enabled) return `the client ${client.id} is disabled`;
	if (client.authMethod !== claim.method.name)
		return `the client ${client.id} is registered for ${client.authMethod} and used ${claim.method.name}`;
	return claim.method.proves(claim.proof, client, ground, now) ? undefined : `the secret of the client ${client.id} does not match`;
}

/** As {@link authenticateClient}, for endpoints that are closed to public clients (RFC 7662 §2.1). */
export function authenticateConfidential(request: PresentedRequest, registry: Registry, ground: ClientAuthGround, now: number): Client {
	const client = authenticateClient(request, registry, ground, now);
	if (isPublic(client)) throw new OAuthError("invalid_client", "this endpoint is for clients that authenticate");
	return client;
}
