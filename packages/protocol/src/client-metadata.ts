import type { SigningAlgorithm } from "./token.ts";

/** How long a secret of several lasts; ours, for rotation without outage. */
export interface DeclaredSecret<Secret> {
	readonly value: Secret;
	/** An ISO 8601 date-time after which the secret is refused. */
	readonly expires?: string;
}

/** A public key of a client (RFC 7517 §4); members that are not named here are ignored. */
export interface PublicJwk {
	readonly kty: string;
	readonly kid?: string;
	readonly alg?: string;
	readonly use?: string;
	readonly [member: string]: unknown;
}

/** The public keys of a client (RFC 7517 §5). */
export interface JwkSet {
	readonly keys: readonly PublicJwk[];
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
	/** The one algorithm of its assertions; absent: any of ours. */
	readonly token_endpoint_auth_signing_alg?: SigningAlgorithm;
	readonly jwks?: JwkSet;
	readonly jwks_uri?: string;
	readonly redirect_uris?: readonly string[];
	readonly post_logout_redirect_uris?: readonly string[];
	readonly backchannel_logout_uri?: string;
	readonly backchannel_logout_session_required?: boolean;
	readonly grant_types?: readonly string[];
	readonly response_types?: readonly string[];
	readonly scope?: string;
	readonly subject_type?: "public" | "pairwise";
	readonly sector_identifier_uri?: string;
	readonly id_token_signed_response_alg?: SigningAlgorithm;
	/** Present: its userinfo is a signed JWT. */
	readonly userinfo_signed_response_alg?: SigningAlgorithm;
	/** The one algorithm of its request objects; absent: any of ours. */
	readonly request_object_signing_alg?: SigningAlgorithm;
	readonly request_uris?: readonly string[];
	/** True: it sends parameters in a signed request object alone (RFC 9101 §10.5). */
	readonly require_signed_request_object?: boolean;
	readonly initiate_login_uri?: string;
	readonly default_acr_values?: readonly string[];
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
