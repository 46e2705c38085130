import { type ClientMetadata, parseScope, standardScopes } from "@gatehouse/protocol";
import { clientKeyFaults } from "./client-keys.ts";
import { isLoopbackHost } from "./loopback.ts";
import { didYouMean } from "./nearest.ts";
import { whyNotRegistrable } from "./redirect-uri.ts";

/** What a client is judged against. */
export interface ClientSurroundings {
	readonly grantTypes: readonly string[];
	readonly authMethods: readonly string[];
	/** The scopes of all resources. */
	readonly apiScopes: ReadonlySet<string>;
	/** How many secrets come with it. */
	readonly secrets: number;
	/** Why an address may not be called on its word: the end of a sentence that begins with the place of the address. */
	readonly whyNotCalled: (uri: string) => string | undefined;
}

/** One contradiction: the field it stands in, and the end of a sentence that begins with it. */
export interface ClientFault {
	readonly field: string;
	readonly text: string;
}

/** Methods of other servers, which keep a secret too. */
const otherMethods = ["client_secret_jwt", "tls_client_auth", "self_signed_tls_client_auth"];

/**
 * Everything that is wrong with a client beyond the form of its fields: RFC 7591 §2, RFC 6749 §2 to §4, RFC 8252, RFC 9700.
 * Fields may be missing.
 *
 * @example clientFaults({ client_id: "a", grant_types: [] }, surroundings); // [{ field: "client_secret", text: "is missing: …" }]
 */
export function clientFaults(client: Partial<ClientMetadata>, around: ClientSurroundings): readonly ClientFault[] {
	const native = client.application_type === "native";
	const grantTypes = client.grant_types ?? ["authorization_code"];
	return [
		...authentication(client, grantTypes, around),
		...grantTypes.flatMap((name, index) => (around.grantTypes.includes(name) ? [] : [grantFault(name, index, around)])),
		...redirects(client, grantTypes, native),
		...each(client, "post_logout_redirect_uris", (uri) => whyNotRegistrable(uri, native)),
		...only("logo_uri", client.logo_uri, around.whyNotCalled),
		...only("backchannel_logout_uri", client.backchannel_logout_uri, (uri) => whyNotCalled(uri, around)),
		...only("initiate_login_uri", client.initiate_login_uri, whyNotHttps),
		...clientKeyFaults(client),
		...only("jwks_uri", client.jwks_uri, (uri) => whyNotCalled(uri, around)),
		...requestObjects(client, around),
		...sector(client, around),
		...each(client, "allowed_cors_origins", (origin) => whyNoOrigin(origin, native)),
		...only("scope", client.scope, (scope) => whyNoScope(scope, around)),
	];
}

function authentication(client: Partial<ClientMetadata>, grantTypes: readonly string[], around: ClientSurroundings): ClientFault[] {
	const method = client.token_endpoint_auth_method ?? "client_secret_basic";
	const faults: ClientFault[] = [];
	const say = (field: string, text: string) => faults.push({ field, text });
	if (!around.authMethods.includes(method)) {
		const known = otherMethods.includes(method);
		const why = known ? "which is not supported" : "no method that is known here";
		const meant = known ? "" : didYouMean(method, around.authMethods);
		say("token_endpoint_auth_method", `is \`${method}\`, ${why}: use one of ${around.authMethods.join(", ")}${meant}`);
		return faults;
	}
	if (method === "private_key_jwt") {
		if (!client.jwks && client.jwks_uri === undefined)
			say("jwks", "is missing: private_key_jwt is proved by the client's public keys, give them here or at `jwks_uri`");
		if (around.secrets > 0) say("client_secret", "belongs to a client that signs (private_key_jwt): take it away");
		return faults;
	}
	if (method !== "none") {
		if (around.secrets === 0) say("client_secret", 'is missing: give it one, or say token_endpoint_auth_method "none" for a public client');
		return faults;
	}
	if (around.secrets > 0)
		say(
			"client_secret",
			'belongs to a client that is public (token_endpoint_auth_method "none"): take it away, or name a method that uses it',
		);
	if (grantTypes.includes("client_credentials"))
		say("grant_types", "has client_credentials, which a public client may not use (RFC 6749 §4.4)");
	if (client.require_pkce === false) say("require_pkce", "may be false only for a confidential client (RFC 9700 §2.1.1)");
	return faults;
}

function grantFault(name: string, index: number, around: ClientSurroundings): ClientFault {
	const removed = name === "password" || name === "implicit";
	const why = removed ? "which OAuth 2.1 has removed" : "no grant type that is supported";
	const meant = removed ? "" : didYouMean(name, around.grantTypes);
	return { field: `grant_types[${index}]`, text: `is \`${name}\`, ${why}: use ${around.grantTypes.join(", ")}${meant}` };
}

/** A client without a registered URI has nowhere to be sent: no URI is ever learnt from a request (RFC 9700 §4.1.1). */
function redirects(client: Partial<ClientMetadata>, grantTypes: readonly string[], native: boolean): ClientFault[] {
	if (grantTypes.includes("authorization_code") && !client.redirect_uris?.length)
		return [{ field: "redirect_uris", text: "is missing: name at least one URI, or grant_types without authorization_code" }];
	return each(client, "redirect_uris", (uri) => whyNotRegistrable(uri, native));
}

function each(
	client: Partial<ClientMetadata>,
	field: "redirect_uris" | "post_logout_redirect_uris" | "allowed_cors_origins",
	why: (text: string) => string | undefined,
): ClientFault[] {
	return (client[field] ?? []).flatMap((text, index) => only(`${field}[${index}]`, text, why));
}

function only(field: string, text: string | undefined, why: (text: string) => string | undefined): ClientFault[] {
	const reason = text === undefined ? undefined : why(text);
	return reason === undefined ? [] : [{ field, text: reason }];
}

/** OpenID Connect Registration §2 and §5: people are sent there, and a sector's list decides who they are. */
function whyNotHttps(uri: string): string | undefined {
	const reason = whyNoEndpoint(uri);
	return reason ?? (uri.startsWith("https:") ? undefined : "must be https, also on loopback");
}

/** OpenID Connect Core §6.2 and RFC 9101 §10.5; the fragment of such an address is the hash of what is there. */
function requestObjects(client: Partial<ClientMetadata>, around: ClientSurroundings): ClientFault[] {
	const unsigned = client.jwks === undefined && client.jwks_uri === undefined;
	const why = (uri: string) => whyNotCalled(uri, around);
	return [
		...(client.request_uris ?? []).flatMap((uri, index) => only(`request_uris[${index}]`, uri.split("#", 1)[0], why)),
		...(client.require_signed_request_object && unsigned
			? [{ field: "require_signed_request_object", text: "needs the keys that it signs with: give it `jwks` or `jwks_uri`" }]
			: []),
	];
}

/** OpenID Connect Core §8.1: clients of one sector see the same `sub`, so what the sector is must be plain. */
function sector(client: Partial<ClientMetadata>, around: ClientSurroundings): ClientFault[] {
	const faults = only("sector_identifier_uri", client.sector_identifier_uri, (uri) => whyNotHttps(uri) ?? around.whyNotCalled(uri));
	const hosts = new Set((client.redirect_uris ?? []).flatMap((uri) => (URL.canParse(uri) ? [new URL(uri).hostname] : [])));
	if (client.subject_type !== "pairwise" || client.sector_identifier_uri !== undefined) return faults;
	if (hosts.size > 1)
		faults.push({ field: "sector_identifier_uri", text: "is missing: the redirect URIs have several hosts, and `sub` is pairwise" });
	// A private-use scheme has no host: without a name of their own all such apps would be one sector.
	else if (hosts.has(""))
		faults.push({ field: "sector_identifier_uri", text: "is missing: the redirect URIs have no host, and `sub` is pairwise" });
	return faults;
}

/** What we call ourselves is written like what people are sent to, and leads to no place that a client has no business with. */
function whyNotCalled(uri: string, around: ClientSurroundings): string | undefined {
	return whyNoEndpoint(uri) ?? around.whyNotCalled(uri);
}

/** OpenID Connect Back-Channel Logout §2.2; http is for loopback alone, as for redirects. */
function whyNoEndpoint(uri: string): string | undefined {
	const reason = whyNotRegistrable(uri, false);
	return reason?.replace("redirect URIs are compared literally, so list each one in full", "write the one URI that is meant");
}

/** The origin of an app's own pages in a web view, such as `capacitor://localhost`. */
const appOrigin = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
/** Schemes of browsers themselves: none of their pages is an app's. */
const browserSchemes = /^(?:https?|wss?|ftp|file|data|blob|about|javascript|view-source):/;

/** RFC 6454 §6.2. Web views serve the pages of the app that they belong to from a scheme of its own. */
function whyNoOrigin(text: string, native: boolean): string | undefined {
	if (native && appOrigin.test(text) && !browserSchemes.test(text)) return undefined;
	if (!URL.canParse(text) || new URL(text).origin !== text)
		return `must be an origin such as https://app.company.com${native ? " or capacitor://localhost" : ""}, without a path`;
	const { protocol, hostname } = new URL(text);
	return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname))
		? undefined
		: "must be https (http is for loopback alone)";
}

function whyNoScope(text: string, around: ClientSurroundings): string | undefined {
	const names = parseScope(text);
	if (!names) return 'is no scope: names have no `"` and no `\\` (RFC 6749 §3.3)';
	const standard: readonly string[] = standardScopes;
	const unknown = names.filter((name) => !standard.includes(name) && !around.apiScopes.has(name));
	if (unknown.length === 0) return undefined;
	const them = unknown.length === 1 ? "it" : "them";
	const meant = didYouMean(unknown[0] ?? "", [...standard, ...around.apiScopes]);
	return `names ${unknown.join(", ")}, which no resource declares: declare ${them} in \`resources\`, or take ${them} away${meant}`;
}
