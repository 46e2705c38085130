import type { ClientMetadata, JwkSet, SigningAlgorithm } from "@gatehouse/protocol";

/** A client secret as the store keeps it: sealed, so that a dump of the store is of no use without the master key. */
export interface StoredSecret {
	readonly sealed: string;
	/** Epoch milliseconds; absent: until it is taken away. */
	readonly expiresAt?: number;
}

/** A row of the store: what was declared, and who may change it. */
export interface ClientRow {
	readonly id: string;
	readonly metadata: ClientMetadata;
	readonly secrets: readonly StoredSecret[];
	readonly managedBy: "file" | "store";
	/** Switched off by an operator; on a row of the file it holds until `enable`. */
	readonly held: boolean;
	/** Epoch milliseconds at which it left the file. */
	readonly removedAt?: number;
	readonly createdAt: number;
	readonly updatedAt: number;
	/** Only of a client that registered itself: when that was and when it was last of use, at most a day late. Read alone, never written. */
	readonly registration?: { readonly registeredAt: number; readonly lastUsedAt: number };
}

/** A registered application, defaults resolved. Public or confidential follows from `authMethod` alone. */
export interface Client {
	readonly id: string;
	readonly name: string;
	readonly uri?: string;
	readonly logoUri?: string;
	readonly policyUri?: string;
	readonly tosUri?: string;
	/** Where an app begins a sign-in that starts elsewhere (OpenID Connect Core §4). */
	readonly initiateLoginUri?: string;
	readonly native: boolean;
	readonly authMethod: string;
	/** The one algorithm of its assertions; absent: any of ours. */
	readonly authSigningAlg?: SigningAlgorithm;
	/** Ours: our token endpoint may be the audience of its assertions (D6). */
	readonly legacyAssertionAudience: boolean;
	/** Its public keys, written down; or where it publishes them. Never both. */
	readonly jwks?: JwkSet;
	readonly jwksUri?: string;
	/** The one algorithm of its request objects; absent: any of ours. */
	readonly requestObjectSigningAlg?: SigningAlgorithm;
	/** The only addresses that its request objects are fetched from. */
	readonly requestUris: readonly string[];
	readonly requireSignedRequestObject: boolean;
	readonly redirectUris: readonly string[];
	readonly postLogoutRedirectUris: readonly string[];
	readonly backchannelLogoutUri?: string;
	readonly grantTypes: ReadonlySet<string>;
	/** The names it may ask for. */
	readonly scope: ReadonlySet<string>;
	readonly idTokenSigningAlg: SigningAlgorithm;
	/** Present: its userinfo is a signed JWT. */
	readonly userinfoSigningAlg?: SigningAlgorithm;
	/** Present: it sees a `sub` that only clients of this sector share (OpenID Connect Core §8.1). A host. */
	readonly sector?: string;
	readonly defaultAcrValues: readonly string[];
	readonly defaultMaxAge?: number;
	readonly firstParty: boolean;
	readonly reviewed: boolean;
	readonly requirePkce: boolean;
	readonly corsOrigins: ReadonlySet<string>;
	readonly secrets: readonly StoredSecret[];
	readonly managedBy: "file" | "store";
	/** It registered itself (RFC 7591): nobody of the company has looked at it. */
	readonly registeredItself: boolean;
	readonly enabled: boolean;
}

/** True for a client that cannot keep a secret (RFC 6749 §2.1). */
export function isPublic(client: Client): boolean {
	return client.authMethod === "none";
}

/** True for a client that proves itself with a secret that we know too. */
export function hasSecret({
	token_endpoint_auth_method: method = "client_secret_basic",
}: Pick<ClientMetadata, "token_endpoint_auth_method">): boolean {
	return method.startsWith("client_secret_");
}

const defaultScope = ["openid", "profile", "email", "address", "phone"];

/** The scope of a client that names none: what is a person's own, and never an API's. */
function defaultScopeOf(grantTypes: ReadonlySet<string>): readonly string[] {
	return [...defaultScope, ...(grantTypes.has("refresh_token") ? ["offline_access"] : [])];
}

/**
 * What of a scope a client may give itself: nothing that its default does not have. APIs and groups are an operator's to give.
 *
 * @example selfGrantedScope("openid crm.read", ["authorization_code"]); // "openid"
 */
export function selfGrantedScope(scope: string, grantTypes: readonly string[] = ["authorization_code"]): string {
	const own = defaultScopeOf(new Set(grantTypes));
	return scope
		.split(" ")
		.filter((name) => own.includes(name))
		.join(" ");
}

/**
 * Resolves the defaults of a stored client, once, when it is loaded.
 *
 * @example resolveClient(row).grantTypes.has("authorization_code"); // true where the row names none
 */
export function resolveClient(row: ClientRow): Client {
	const m = row.metadata;
	const grantTypes = new Set(m.grant_types ?? ["authorization_code"]);
	const redirectUris = m.redirect_uris ?? [];
	const scope = m.scope?.split(" ").filter((name) => name !== "") ?? defaultScopeOf(grantTypes);
	return Object.freeze({
		id: row.id,
		name: m.client_name ?? row.id,
		...(m.client_uri === undefined ? {} : { uri: m.client_uri }),
		...(m.logo_uri === undefined ? {} : { logoUri: m.logo_uri }),
		...(m.policy_uri === undefined ? {} : { policyUri: m.policy_uri }),
		...(m.tos_uri === undefined ? {} : { tosUri: m.tos_uri }),
		...(m.initiate_login_uri === undefined ? {} : { initiateLoginUri: m.initiate_login_uri }),
		native: m.application_type === "native",
		authMethod: m.token_endpoint_auth_method ?? "client_secret_basic",
		...(m.token_endpoint_auth_signing_alg === undefined ? {} : { authSigningAlg: m.token_endpoint_auth_signing_alg }),
		legacyAssertionAudience: m.legacy_assertion_audience === true,
		...(m.jwks === undefined ? {} : { jwks: m.jwks }),
		...(m.jwks_uri === undefined ? {} : { jwksUri: m.jwks_uri }),
		...(m.request_object_signing_alg === undefined ? {} : { requestObjectSigningAlg: m.request_object_signing_alg }),
		requestUris: m.request_uris ?? [],
		requireSignedRequestObject: m.require_signed_request_object === true,
		redirectUris,
		postLogoutRedirectUris: m.post_logout_redirect_uris ?? [],
		...(m.backchannel_logout_uri === undefined ? {} : { backchannelLogoutUri: m.backchannel_logout_uri }),
		grantTypes,
		scope: new Set(scope),
		idTokenSigningAlg: m.id_token_signed_response_alg ?? "RS256",
		...(m.userinfo_signed_response_alg === undefined ? {} : { userinfoSigningAlg: m.userinfo_signed_response_alg }),
		...(m.subject_type === "pairwise" ? { sector: sectorOf(m) } : {}),
		defaultAcrValues: m.default_acr_values ?? [],
		...(m.default_max_age === undefined ? {} : { defaultMaxAge: m.default_max_age }),
		firstParty: m.first_party === true,
		reviewed: m.reviewed === true,
		requirePkce: m.require_pkce !== false,
		corsOrigins: new Set(m.allowed_cors_origins ?? redirectUris.flatMap(webOrigin)),
		secrets: row.secrets,
		managedBy: row.managedBy,
		registeredItself: row.registration !== undefined,
		enabled: m.enabled !== false && !row.held && row.removedAt === undefined,
	});
}

/** OpenID Connect Core §8.1: the host of the sector identifier URI, else the one host of the redirect URIs. */
function sectorOf({ sector_identifier_uri, redirect_uris = [] }: ClientMetadata): string {
	const uri = sector_identifier_uri ?? redirect_uris[0] ?? "";
	return URL.canParse(uri) ? new URL(uri).hostname : uri;
}

/** The origin of an https or loopback redirect URI: the only ones from which a browser app can call. */
function webOrigin(uri: string): readonly string[] {
	if (!URL.canParse(uri)) return [];
	const { protocol, origin } = new URL(uri);
	return protocol === "https:" || protocol === "http:" ? [origin] : [];
}
