import { OAuthError, type Parameters, parseScope, standardScopes } from "@gatehouse/protocol";
import {
	type Client,
	type Code,
	defaultAccessTokenLifetime,
	type Grant,
	type GrantStanding,
	type Issuance,
	isMember,
	type Person,
	type Registry,
	type Resource,
} from "../model/index.ts";
import { claimsFor } from "./person-claims.ts";
import type { SubjectGround } from "./subject.ts";

/** Scopes that belong to no API. */
const ofPeople: ReadonlySet<string> = new Set(standardScopes);

/** What the conclusion about a person's grant takes of the ground. */
interface Ground extends SubjectGround {
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
	 * Refuses what {@link personIssuance.conclude} would refuse, before anything is used up.
	 *
	 * @param person absent where it is not known yet
	 * @throws OAuthError `invalid_scope`, `invalid_target`, `invalid_grant`
	 */
	check(
		grant: Pick<Grant | Code, "scope" | "requestedScope" | "resourceNamed">,
		person: Person | undefined,
		client: Client,
		parameters: Parameters,
		ground: Ground,
	): void {
		const granted = standingScope(grant, person, client, ground.registry());
		target(grant, granted, wanted(grant, granted, parameters), parameters.resources, ground);
	},

	/**
	 * Concludes what is issued now.
	 *
	 * @throws OAuthError `invalid_grant` when nothing of the grant stands any more; `invalid_scope`, `invalid_target`
	 */
	conclude(standing: GrantStanding, client: Client, parameters: Parameters, ground: Ground, more: { readonly nonce?: string }): Issuance {
		const { grant, person } = standing;
		if (!person) throw new OAuthError("invalid_grant", "the person is gone");
		const granted = standingScope(grant, person, client, ground.registry());
		const names = wanted(grant, granted, parameters);
		const { audience, resource, scope } = target(grant, granted, names, parameters.resources, ground);
		const subject = ground.subjectOf(person.id, client);
		const inGroups = names.includes("groups") && person.groups.length > 0;
		return {
			client,
			// APIs know a person by one name, whichever app calls them; a token that no API reads tells an app no more than its ID token.
			subject: resource ? person.id : subject,
			scope,
			audience,
			accessTokenAlg: resource?.signingAlg ?? ground.defaultAlg,
			accessTokenLifetime: resource?.accessTokenLifetime ?? defaultAccessTokenLifetime,
			grant,
			...(inGroups ? { groups: person.groups } : {}),
			...(grant.generation > 0 ? { refreshToken: { grant, generation: grant.generation } } : {}),
			...(names.includes("openid") ? { idToken: { ...more, subject, claims: claimsFor(person, grant, names, client.scope).idToken } } : {}),
		};
	},
};

/**
 * What of a grant stands now: still registered for the client, of an API that is still there, and open to a group that
 * the person is still in (I5).
 */
function standingScope(
	grant: Pick<Grant | Code, "scope">,
	person: Person | undefined,
	client: Client,
	registry: Registry,
): readonly string[] {
	const isOpenTo = (resource: Resource | undefined, name: string) =>
		resource ? !person || isMember(person, resource.scopes.get(name)?.groups) : ofPeople.has(name);
	const granted = grant.scope.filter((name) => client.scope.has(name) && isOpenTo(registry.resourceOfScope.get(name), name));
	if (!granted.some((name) => name === "openid" || registry.resourceOfScope.has(name)))
		throw new OAuthError("invalid_grant", "nothing of what was granted stands any more");
	return granted;
}

/** A refresh may repeat all that was first asked for: what was not granted is left out; what was never asked for is refused (RFC 6749 §6). */
function wanted(grant: Pick<Grant | Code, "requestedScope">, granted: readonly string[], parameters: Parameters): readonly string[] {
	const text = parameters.values.get("grant_type") === "refresh_token" ? parameters.values.get("scope") : undefined;
	if (text === undefined) return granted;
	const asked = parseScope(text);
	if (!asked?.every((name) => grant.requestedScope.includes(name)))
		throw new OAuthError("invalid_scope", "`scope` holds more than was first asked for");
	const names = granted.filter((name) => asked.includes(name));
	if (names.length === 0) throw new OAuthError("invalid_scope", "nothing of `scope` was granted");
	return names;
}

/** The table "Which audience a token has": one API for each token, and userinfo beside it only where nobody spoke of resources. */
function target(
	grant: Pick<Grant | Code, "resourceNamed">,
	granted: readonly string[],
	scope: readonly string[],
	resources: readonly string[],
	ground: Ground,
): Target {
	const { resourceOfScope } = ground.registry();
	if (resources.length > 1) throw new OAuthError("invalid_target", "send one `resource`: a token is for one API");
	const [named] = resources;
	const openid = granted.includes("openid");
	const apis = new Set(scope.flatMap((name) => resourceOfScope.get(name) ?? []));
	const ofPerson = scope.filter((name) => !resourceOfScope.has(name));
	const only = (resource: Resource) => scope.filter((name) => resourceOfScope.get(name) === resource);
	// Narrowed to less than `openid` it is for userinfo all the same, which then says why it refuses.
	const forUserinfo = openid && ofPerson.length > 0;

	if (named === ground.issuer && forUserinfo) return { audience: ground.issuer, resource: undefined, scope: ofPerson };
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
	if (!forUserinfo) throw new OAuthError("invalid_target", "name the `resource` that the token is for");
	return { audience: ground.issuer, resource: undefined, scope: ofPerson };
}
