import { type ClaimsRequest, parseClaimsRequest, scopeClaims } from "@gatehouse/protocol";
import type { Grant, Person } from "../model/index.ts";

/** The scope that covers each standard claim. */
const scopeOfClaim: ReadonlyMap<string, string> = new Map(
	Object.entries(scopeClaims).flatMap(([scope, claims]) => claims.map((claim) => [claim, scope] as const)),
);

/** The wishes of a `claims` parameter that a set of scopes covers; others are ignored, as OpenID Connect Core §5.5 allows. */
export function claimsAllowed(asked: ClaimsRequest, scopes: ReadonlySet<string>): ClaimsRequest {
	const covered = (wishes: ClaimsRequest["userinfo"]) =>
		Object.fromEntries(Object.entries(wishes).filter(([name]) => scopes.has(scopeOfClaim.get(name) ?? "")));
	return { userinfo: covered(asked.userinfo), id_token: covered(asked.id_token) };
}

/** The scopes that cover the claims of a request: what the person is asked for on the consent page. */
export function claimScopeOf(claims: ClaimsRequest | undefined): readonly string[] {
	const names = [...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})];
	return [...new Set(names.flatMap((name) => scopeOfClaim.get(name) ?? []))];
}

/**
 * The claims about a person that a grant releases (OpenID Connect Core §5.4 and §5.5): scopes fill userinfo, the
 * `claims` parameter asks for single ones in userinfo and ID token, as far as the client may still have them (I5);
 * `groups` stands in both.
 *
 * @param registered the scopes that the client is registered for now
 */
export function claimsFor(
	person: Person,
	grant: Pick<Grant, "claims">,
	scope: readonly string[],
	registered: ReadonlySet<string>,
): { readonly idToken: Record<string, unknown>; readonly userinfo: Record<string, unknown> } {
	const all = claimsOf(person);
	const wishes = grant.claims === undefined ? undefined : parseClaimsRequest(grant.claims);
	const asked = wishes && claimsAllowed(wishes, registered);
	const covered = scope.flatMap((name) => scopeClaims[name] ?? []);
	return {
		idToken: pick(all, new Set([...Object.keys(asked?.id_token ?? {}), ...(scope.includes("groups") ? ["groups"] : [])])),
		userinfo: pick(all, new Set([...covered, ...Object.keys(asked?.userinfo ?? {})])),
	};
}

function claimsOf(person: Person): Readonly<Record<string, unknown>> {
	return {
		preferred_username: person.username,
		updated_at: Math.floor(person.updatedAt / 1000),
		...person.claims,
		...(person.groups.length > 0 ? { groups: person.groups } : {}),
	};
}

function pick(all: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
	const out: Record<string, unknown> = {};
	for (const name of names) if (Object.hasOwn(all, name) && all[name] !== undefined) out[name] = all[name];
	return out;
}
