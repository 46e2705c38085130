import { OAuthError, type Parameters, parseScope } from "@gatehouse/protocol";
import {
	type Client,
	type Code,
	defaultAccessTokenLifetime,
	type Grant,
	type GrantStanding,
	type Issuance,
	isMember,
	type Registry,
	type Resource,
} from "../model/index.ts";
import { claimsFor } from "./person-claims.ts";

/** What the conclusion about a person's grant takes of the ground. */
interface Ground {
	readonly issuer: string;
	readonly defaultAlg: Issuance["accessTokenAlg"];
	readonly registry: () => Registry;
}

/** Which audience a token gets, and which scopes it holds. */
interface Target {
	readonly audience: string | readonly string[];
	readonly resource: Resource | undefined;
	readonly scope: readonly string[];
}

/** How a code or a refresh becomes an issuance for a person: the same for both (RFC 6749 §5.1, RFC 8707 §2.2). */
export const personIssuance = {
	/**
	 * Refuses a `scope` or `resource` that the grant does not have, before anything is used up.
	 *
	 * @throws OAuthError `invalid_scope`, `invalid_target`
	 */
	check(
		grant: Pick<Grant | Code, "scope" | "requestedScope" | "resourceNamed">,
		client: Client,
		parameters: Parameters,
		ground: Ground,
	): void {
		target(grant, scopeOf(grant, client, parameters), parameters.resources, ground);
	},

	/**
	 * Concludes what is issued now: scopes whose group the person has left are left out.
	 *
	 * @throws OAuthError `invalid_grant` when nothing is left.
	 */
	conclude(standing: GrantStanding, client: Client, parameters: Parameters, ground: Ground, more: { readonly nonce?: string }): Issuance {
		const { grant, person } = standing;
		if (!person) throw new OAuthError("invalid_grant", "the person is gone");
		const registry = ground.registry();
		const member = scopeOf(grant, client, parameters).filter((name) =>
			isMember(person, registry.resourceOfScope.get(name)?.scopes.get(name)?.groups),
		);
		const hadApi = scopeOf(grant, client, parameters).some((name) => registry.resourceOfScope.has(name));
		if (!member.some((name) => name === "openid" || registry.resourceOfScope.has(name)) && hadApi)
			throw new OAuthError("invalid_grant", "the person is in no group any more that may have what was granted");
		const { audience, resource, scope } = target(grant, member, parameters.resources, ground);
		const released = claimsFor(person, grant, member);
		return {
			client,
			subject: person.id,
			scope,
			audience,
			accessTokenAlg: resource?.signingAlg ?? ground.defaultAlg,
			accessTokenLifetime: resource?.accessTokenLifetime ?? defaultAccessTokenLifetime,
			grant,
			...(grant.scope.includes("groups") ? { groups: person.groups } : {}),
			...(grant.generation > 0 ? { refreshToken: { grant, generation: grant.generation } } : {}),
			...(member.includes("openid") ? { idToken: { ...more, claims: released.idToken } } : {}),
		};
	},
};

/** A refresh may repeat all that was first asked for: what was not granted is left out; what was never asked for is refused (RFC 6749 §6). */
function scopeOf(grant: Pick<Grant | Code, "scope" | "requestedScope">, client: Client, parameters: Parameters): readonly string[] {
	const text = parameters.values.get("grant_type") === "refresh_token" ? parameters.values.get("scope") : undefined;
	const granted = grant.scope.filter((name) => client.scope.has(name));
	if (text === undefined) return granted;
	const asked = parseScope(text);
	if (!asked?.every((name) => grant.requestedScope.includes(name)))
		throw new OAuthError("invalid_scope", "`scope` holds more than was first asked for");
	return granted.filter((name) => asked.includes(name));
}

/** The table "Which audience a token has": one API for each token, and userinfo beside it only where nobody spoke of resources. */
function target(
	grant: Pick<Grant | Code, "scope" | "resourceNamed">,
	scope: readonly string[],
	resources: readonly string[],
	ground: Ground,
): Target {
	const { resourceOfScope } = ground.registry();
	if (resources.length > 1) throw new OAuthError("invalid_target", "send one `resource`: a token is for one API");
	const [named] = resources;
	const openid = grant.scope.includes("openid");
	const apis = new Set(scope.flatMap((name) => resourceOfScope.get(name) ?? []));
	const ofPerson = scope.filter((name) => !resourceOfScope.has(name));
	const only = (resource: Resource) => scope.filter((name) => resourceOfScope.get(name) === resource);

	if (named === ground.issuer && openid) return { audience: ground.issuer, resource: undefined, scope: ofPerson };
	if (named !== undefined) {
		const resource = [...apis].find((api) => api.identifier === named);
		if (!resource) throw new OAuthError("invalid_target", "the grant holds no scope of that `resource`");
		return { audience: named, resource, scope: only(resource) };
	}
	const [single] = apis;
	if (apis.size === 1 && single) {
		if (!openid || grant.resourceNamed) return { audience: single.identifier, resource: single, scope: only(single) };
		return { audience: [single.identifier, ground.issuer], resource: single, scope };
	}
	if (!openid) throw new OAuthError("invalid_target", "name the `resource` that the token is for");
	return { audience: ground.issuer, resource: undefined, scope: ofPerson };
}
