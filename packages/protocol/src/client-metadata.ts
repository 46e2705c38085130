import type { SigningAlgorithm } from "./token.ts";

/** How long a secret of several lasts; ours, for rotation without outage. */
export interface DeclaredSecret<Secret> {
	readonly value: Secret;
	/** An ISO 8601 date-time after which the secret is refused. */
	readonly expires?: string;
}

/**
 * A client in the standard's own names (RFC 7591 §2, OpenID Connect Registration §2, RP-Initiated and Back-Channel Logout).
 * Everything has a default but `client_id`; secrets are not part of it.
 */
export interface ClientMetadata {
	readonly client_id: string;
	readonly client_name?: string;
	readonly client_uri?: string;
	readonly logo_uri?: string;
	readonly policy_uri?: string;
	readonly tos_uri?: string;
	readonly contacts?: readonly string[];
	readonly application_type?: "web" | "native";
	readonly token_endpoint_auth_method?: string;
	readonly redirect_uris?: readonly string[];
	readonly post_logout_redirect_uris?: readonly string[];
	readonly backchannel_logout_uri?: string;
	readonly backchannel_logout_session_required?: boolean;
	readonly grant_types?: readonly string[];
	readonly response_types?: readonly string[];
	readonly scope?: string;
	readonly subject_type?: "public";
	readonly id_token_signed_response_alg?: SigningAlgorithm;
	readonly default_max_age?: number;
	readonly require_auth_time?: boolean;
	/** Ours: no consent page where the redirect proves the app. */
	readonly first_party?: boolean;
	/** Ours: shown on the consent page. */
	readonly reviewed?: boolean;
	/** Ours: false only for a confidential client. */
	readonly require_pkce?: boolean;
	/** Ours: accepts our token endpoint's URL as the sole `aud` of its assertions. */
	readonly legacy_assertion_audience?: boolean;
	/** Ours: default the https and loopback origins of `redirect_uris`. */
	readonly allowed_cors_origins?: readonly string[];
	/** Ours: false switches the client off. */
	readonly enabled?: boolean;
}
