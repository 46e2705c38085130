import { OAuthError, parseScope } from "@gatehouse/protocol";
import { isPublic } from "../../model/index.ts";
import type { GrantType } from "./grant-type.ts";

/** RFC 6749 §4.4: a machine asks for itself. One API for each token; no refresh token, because the secret is one. */
export const clientCredentials: GrantType = {
	name: "client_credentials",
	async conclude({ client, parameters }, ground) {
		if (isPublic(client)) throw new OAuthError("unauthorized_client", "a client that cannot keep a secret cannot ask for itself");
		const { resourceOfScope } = ground.registry();
		const text = parameters.values.get("scope");
		const asked = text === undefined ? [...client.scope].filter((name) => resourceOfScope.has(name)) : parseScope(text);
		if (asked === undefined) throw new OAuthError("invalid_scope", "`scope` holds a character that no scope has");
		for (const name of asked) {
			if (!client.scope.has(name) || !resourceOfScope.has(name))
				throw new OAuthError("invalid_scope", "ask only for scopes of an API that are registered for this client");
		}
		if (parameters.resources.length > 1) throw new OAuthError("invalid_target", "send one `resource`: a token is for one API");
		const [named] = parameters.resources;
		const possible = new Set(asked.map((name) => resourceOfScope.get(name)));
		const resource =
			named === undefined ? (possible.size === 1 ? [...possible][0] : undefined) : [...possible].find((r) => r?.identifier === named);
		if (!resource) throw new OAuthError("invalid_target", "name one `resource` that the scopes belong to");
		return {
			client,
			subject: client.id,
			scope: asked.filter((name) => resourceOfScope.get(name) === resource),
			audience: resource.identifier,
			accessTokenAlg: resource.signingAlg ?? ground.defaultAlg,
			accessTokenLifetime: resource.accessTokenLifetime,
		};
	},
};
