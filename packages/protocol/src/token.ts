/** The claims of an access token (RFC 9068 §2.2). Times are in seconds since the epoch. */
export interface AccessTokenClaims {
	readonly iss: string;
	readonly sub: string;
	/** One API; followed by the issuer where the token may also call userinfo. */
	readonly aud: string | readonly string[];
	readonly client_id: string;
	readonly iat: number;
	readonly exp: number;
	readonly jti: string;
	readonly scope: string;
	readonly auth_time?: number;
	readonly acr?: string;
	readonly amr?: readonly string[];
	readonly sid?: string;
	readonly groups?: readonly string[];
}

/** The claims of an ID token that Gatehouse sets itself (OpenID Connect Core §2); those about the person follow. */
export interface IdTokenClaims {
	readonly iss: string;
	readonly sub: string;
	readonly aud: string;
	readonly iat: number;
	readonly exp: number;
	readonly auth_time: number;
	readonly sid: string;
	readonly nonce?: string;
	readonly at_hash?: string;
	readonly acr?: string;
	readonly amr?: readonly string[];
	readonly [claim: string]: unknown;
}

/** The member of `events` that makes a JWT a logout token (Back-Channel Logout §2.4). */
export const backchannelLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

/** The claims of a logout token (Back-Channel Logout §2.4). */
export interface LogoutTokenClaims {
	readonly iss: string;
	readonly aud: string;
	readonly iat: number;
	readonly exp: number;
	readonly jti: string;
	readonly events: { readonly [backchannelLogoutEvent]: Readonly<Record<string, never>> };
	readonly sub: string;
	readonly sid: string;
}

/** A successful answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
export interface TokenResponse {
	readonly access_token: string;
	readonly token_type: "Bearer";
	/** Seconds. */
	readonly expires_in: number;
	readonly scope: string;
	readonly refresh_token?: string;
	readonly id_token?: string;
}

/** An answer of the introspection endpoint (RFC 7662 §2.2). */
export type IntrospectionResponse =
	| { readonly active: false }
	| {
			readonly active: true;
			readonly iss: string;
			readonly sub: string;
			readonly aud?: string | readonly string[];
			readonly client_id: string;
			readonly scope: string;
			readonly token_type?: "Bearer";
			readonly exp?: number;
			readonly iat?: number;
			readonly jti?: string;
			readonly username?: string;
	  };

/** The signature algorithms there are (RFC 7518 §3.1, RFC 8037): asymmetric alone, RS256 first because it is the default. */
export const signingAlgorithms = ["RS256", "ES256", "PS256", "EdDSA"] as const;

/** One of {@link signingAlgorithms}. */
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/**
 * The `typ` of each kind of token that Gatehouse signs (RFC 9068 §2.1, RFC 8725 §3.11, Back-Channel Logout §2.4). Clients expect
 * the plain one of a userinfo answer too: what tells it from an ID token is that it has no `exp`.
 */
export const tokenTypes = { accessToken: "at+jwt", idToken: "JWT", userinfo: "JWT", logoutToken: "logout+jwt" } as const;
