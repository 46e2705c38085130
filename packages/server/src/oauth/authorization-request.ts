import {
	type ClaimsRequest,
	codeChallengeMethods,
	demandedValues,
	formatParameters,
	isCodeChallenge,
	OAuthError,
	type Parameters,
	parseClaimsRequest,
	parseScope,
	standardScopes,
} from "@gatehouse/protocol";
import {
	type AuthorizationRequest,
	acrValues,
	type Client,
	type HintedSubject,
	isPublic,
	type Prompt,
	promptValues,
	type Registry,
	responseModes,
} from "../model/index.ts";
import type { AuthorizeGround } from "./authorize.ts";
import { claimScopeOf, claimsAllowed } from "./person-claims.ts";

/** In bytes, per parameter (D7). */
const maxLength: Readonly<Record<string, number>> = { state: 2048, nonce: 512, login_hint: 256, claims: 1024 };
/** For all of them together, escapes included: sealed, they travel in a URL again (D7). */
const maxTotal = 8192;
const maxScopes = 100;
const maxResources = 10;

/** What of a request becomes part of its code, in bytes: a code is at most 4 KB, a quarter of which is its encoding. */
const maxInCode = 2600;

/**
 * Checks a request against RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1, RFC 7636 §4.3 and RFC 8707 §2, in that order.
 *
 * @throws OAuthError with the code that goes back to the client.
 */
export function validateAuthorizationRequest(
	parameters: Parameters,
	client: Client,
	redirectUri: string,
	ground: Pick<AuthorizeGround, "registry" | "verifyIdTokenHint" | "issuer">,
	now: number,
): AuthorizationRequest {
	const get = (name: string) => parameters.values.get(name);
	for (const name of parameters.repeated) throw new OAuthError("invalid_request", `\`${printable(name)}\` was sent more than once`);
	checkLengths(parameters);
	// OpenID Connect Core §7: for issuers on a person's own device.
	if (get("registration") !== undefined)
		throw new OAuthError("registration_not_supported", "`registration` is not supported: clients are registered before");

	const responseType = get("response_type");
	if (responseType === undefined) throw new OAuthError("invalid_request", "`response_type` is missing: send `code`");
	if (responseType !== "code") throw new OAuthError("unsupported_response_type", "only `response_type=code` is supported");
	if (!client.grantTypes.has("authorization_code"))
		throw new OAuthError("unauthorized_client", "this client is not registered for `authorization_code`");
	const responseMode = get("response_mode") ?? "query";
	if (!isOneOf(responseModes, responseMode))
		throw new OAuthError("invalid_request", `\`response_mode\` is one of ${responseModes.join(", ")}`);

	const registry = ground.registry();
	const { requestedScope, scope, resourceNamed } = scopeAndResource(get("scope"), parameters.resources, client, registry, ground.issuer);
	const codeChallenge = challenge(get("code_challenge"), get("code_challenge_method"), client);
	const prompt = prompts(get("prompt"));
	const maxAge = seconds(get("max_age")) ?? client.defaultMaxAge;
	const claimsAsked = claimsOf(get("claims"));
	checkAcr(claimsAsked);
	const hinted = hintedSubjects(get("id_token_hint"), claimsAsked, client, registry, ground, now);
	const claims = claimsAsked && claimsAllowed(claimsAsked, client.scope);

	const request: AuthorizationRequest = {
		client,
		redirectUri,
		responseMode,
		scope,
		requestedScope,
		resourceNamed,
		claimScope: claimScopeOf(claims).filter((name) => !scope.includes(name)),
		prompt,
		hinted,
		...optional("state", get("state")),
		...optional("nonce", get("nonce")),
		...optional("codeChallenge", codeChallenge),
		...optional("maxAge", maxAge),
		...optional("loginHint", get("login_hint")),
		...optional("claims", claims),
		...optional("uiLocales", get("ui_locales")),
	};
	const inCode = [client.id, redirectUri, request.nonce, claims && JSON.stringify(claims), scope, requestedScope];
	if (bytes(JSON.stringify(inCode)) > maxInCode) {
		throw new OAuthError("invalid_request", "the request is too long for a code: shorten `nonce`, `claims`, `scope` or the redirect URI");
	}
	return Object.freeze(request);
}

function checkLengths(parameters: Parameters): void {
	for (const [name, limit] of Object.entries(maxLength)) {
		if (bytes(parameters.values.get(name) ?? "") > limit)
			throw new OAuthError("invalid_request", `\`${name}\` is longer than ${limit} bytes`);
	}
	checkLength(parameters);
	if (parameters.resources.length > maxResources)
		throw new OAuthError("invalid_request", `at most ${maxResources} \`resource\` parameters are accepted`);
}

/** @throws OAuthError `invalid_request` for what is longer than a request may be in all. */
export function checkLength(parameters: Parameters): void {
	if (formatParameters(parameters.values, parameters.resources).length > maxTotal)
		throw new OAuthError("invalid_request", `the request is longer than ${maxTotal} bytes`);
}

/** Scopes name their resources; `resource` narrows them (RFC 8707 §2.1). */
function scopeAndResource(text: string | undefined, resources: readonly string[], client: Client, registry: Registry, issuer: string) {
	const asked = text === undefined ? [...client.scope].filter((name) => name !== "offline_access") : parseScope(text);
	if (asked === undefined) throw new OAuthError("invalid_scope", "`scope` holds a character that no scope has");
	if (asked.length > maxScopes) throw new OAuthError("invalid_request", `at most ${maxScopes} scopes are accepted`);
	// OpenID Connect Core §11: left out, not refused, for a client that may not have it.
	const requestedScope = asked.filter(
		(name) => name !== "offline_access" || (client.scope.has(name) && client.grantTypes.has("refresh_token")),
	);
	for (const name of requestedScope) {
		if (!client.scope.has(name))
			throw new OAuthError("invalid_scope", `the scope \`${printable(name)}\` is not registered for this client`);
	}
	const named = new Set(resources);
	for (const identifier of named) {
		const known =
			identifier === issuer
				? requestedScope.includes("openid")
				: requestedScope.some((name) => registry.resourceOfScope.get(name)?.identifier === identifier);
		if (!known) throw new OAuthError("invalid_target", "none of the scopes asked for belongs to that `resource`");
	}
	const scope = requestedScope.filter((name) => {
		const resource = registry.resourceOfScope.get(name);
		// The scope of an API that is switched off stands for nothing.
		if (resource === undefined) return isOneOf(standardScopes, name);
		return named.size === 0 || named.has(resource.identifier);
	});
	if (!scope.some((name) => name === "openid" || registry.resourceOfScope.has(name)))
		throw new OAuthError("invalid_scope", "ask for `openid` or for a scope of an API");
	return { requestedScope, scope, resourceNamed: named.size > 0 };
}

/** RFC 7636 §4.3 and RFC 9700 §2.1.1: S256 from everyone, but for a confidential client that was exempted by name. */
function challenge(sent: string | undefined, method: string | undefined, client: Client): string | undefined {
	if (sent === undefined) {
		if (method !== undefined) throw new OAuthError("invalid_request", "`code_challenge_method` was sent without `code_challenge`");
		if (client.requirePkce || isPublic(client))
			throw new OAuthError("invalid_request", "`code_challenge` is missing: send an S256 challenge (RFC 7636)");
		return undefined;
	}
	if (!isOneOf(codeChallengeMethods, method ?? "plain")) throw new OAuthError("invalid_request", "`code_challenge_method` must be `S256`");
	if (!isCodeChallenge(sent)) throw new OAuthError("invalid_request", "`code_challenge` is not the base64url of a SHA-256 (43 characters)");
	return sent;
}

function prompts(text: string | undefined): ReadonlySet<Prompt> {
	const values = new Set<Prompt>();
	for (const value of text?.split(" ") ?? []) {
		if (value === "") continue;
		if (!isOneOf(promptValues, value)) throw new OAuthError("invalid_request", `\`prompt\` holds only ${promptValues.join(", ")}`);
		values.add(value);
	}
	if (values.has("none") && values.size > 1) throw new OAuthError("invalid_request", "`prompt=none` stands alone");
	return values;
}

function seconds(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (!/^\d{1,10}$/.test(text)) throw new OAuthError("invalid_request", "`max_age` is a number of seconds");
	return Number(text);
}

function claimsOf(text: string | undefined): ClaimsRequest | undefined {
	if (text === undefined) return undefined;
	const asked = parseClaimsRequest(text);
	if (!asked) throw new OAuthError("invalid_request", "`claims` is not a JSON object as OpenID Connect Core 5.5 describes it");
	return asked;
}

/** OpenID Connect Core §5.5.1.1: an essential `acr` of certain values is reached, or the sign-in has failed: known before anybody is asked. */
function checkAcr(claims: ClaimsRequest | undefined): void {
	const wish = claims?.id_token["acr"];
	const demanded = wish?.essential ? demandedValues(wish) : undefined;
	if (demanded === undefined || acrValues.some((reachable) => demanded.includes(reachable))) return;
	throw new OAuthError(
		"unmet_authentication_requirements",
		`no sign-in here reaches the \`acr\` in \`claims\`: ask for ${acrValues.join(", ")}`,
	);
}

/** Whom the answer may be about, as `id_token_hint` and the `sub` in `claims` name them (OpenID Connect Core §3.1.2.2). */
function hintedSubjects(
	token: string | undefined,
	claims: ClaimsRequest | undefined,
	client: Client,
	registry: Registry,
	ground: Pick<AuthorizeGround, "verifyIdTokenHint">,
	now: number,
): readonly HintedSubject[] {
	const demanded = demandedSubjects(claims);
	const byClaims = demanded === undefined ? [] : [{ subjects: demanded, client }];
	if (token === undefined) return byClaims;
	const hint = ground.verifyIdTokenHint(token, now);
	if (!hint) throw new OAuthError("invalid_request", "`id_token_hint` is not an ID token of this issuer");
	const madeFor: Pick<Client, "sector"> = registry.clients.get(hint.aud) ?? {};
	// Of different sectors, two subjects may well be one person.
	if (demanded !== undefined && madeFor.sector === client.sector && !demanded.includes(hint.sub))
		throw new OAuthError("invalid_request", "`id_token_hint` and `claims` name different people");
	return [{ subjects: [hint.sub], client: madeFor }, ...byClaims];
}

function demandedSubjects(claims: ClaimsRequest | undefined): readonly string[] | undefined {
	const demanded = demandedValues(claims?.id_token["sub"]);
	if (demanded === undefined || demanded.every((subject) => typeof subject === "string")) return demanded;
	throw new OAuthError("invalid_request", "the `sub` that `claims` asks for is no text");
}

function isOneOf<Value extends string>(values: readonly Value[], value: string): value is Value {
	return (values as readonly string[]).includes(value);
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
	return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}

/** Length in UTF-8. */
function bytes(text: string): number {
	return Buffer.byteLength(text);
}

/** RFC 6749 §4.1.2.1: an error_description holds printable ASCII alone. */
function printable(text: string): string {
	return text.slice(0, 64).replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
}
