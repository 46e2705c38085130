import { codeChallengeMethods, type ProviderMetadata, scopeClaims, signingAlgorithms, standardScopes } from "@gatehouse/protocol";
import { acrValues, displayValues, promptValues, type Registry, responseModes } from "../model/index.ts";
import { clientAuthMethods } from "./client-auth/index.ts";
import { grantTypes } from "./grants/index.ts";

/**
 * The one truth behind both discovery documents (RFC 8414 §2, OpenID Connect Discovery §3): read from the lists that the
 * rules themselves follow.
 *
 * @param languages what the pages speak
 */
export function providerMetadata(issuer: string, registry: Registry, languages: readonly string[]): ProviderMetadata {
	const confidential = clientAuthMethods.map((method) => method.name).filter((name) => name !== "none");
	const all = clientAuthMethods.map((method) => method.name);
	return {
		issuer,
		authorization_endpoint: `${issuer}/authorize`,
		token_endpoint: `${issuer}/token`,
		userinfo_endpoint: `${issuer}/userinfo`,
		jwks_uri: `${issuer}/.well-known/jwks.json`,
		revocation_endpoint: `${issuer}/revoke`,
		introspection_endpoint: `${issuer}/introspect`,
		end_session_endpoint: `${issuer}/end-session`,
		scopes_supported: [...standardScopes, ...registry.resourceOfScope.keys()],
		response_types_supported: ["code"],
		response_modes_supported: responseModes,
		grant_types_supported: grantTypes.map((type) => type.name),
		subject_types_supported: ["public", "pairwise"],
		id_token_signing_alg_values_supported: signingAlgorithms,
		userinfo_signing_alg_values_supported: signingAlgorithms,
		token_endpoint_auth_methods_supported: all,
		revocation_endpoint_auth_methods_supported: all,
		introspection_endpoint_auth_methods_supported: confidential,
		code_challenge_methods_supported: codeChallengeMethods,
		prompt_values_supported: promptValues,
		acr_values_supported: acrValues,
		display_values_supported: displayValues,
		claim_types_supported: ["normal"],
		claims_supported: ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "acr", "amr", ...Object.values(scopeClaims).flat()],
		claims_parameter_supported: true,
		request_parameter_supported: false,
		request_uri_parameter_supported: false,
		authorization_response_iss_parameter_supported: true,
		backchannel_logout_supported: true,
		backchannel_logout_session_supported: true,
		ui_locales_supported: languages,
	};
}
