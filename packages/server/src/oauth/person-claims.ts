import { isDeepStrictEqual } from "node:util";
import { type ClaimsRequest, demandedValues, parseClaimsRequest, scopeClaims } from "@gatehouse/protocol";
import { acrOf, type Grant, type Person } from "../model/index.ts";

/** The scope that covers each standard claim. */
const scopeOfClaim: ReadonlyMap<string, string> = new Map(
	Object.entries(scopeClaims).flatMap(([scope, claims]) => claims.map((claim) => [claim, scope] as const)),
);

/**
 * The wishes of a `claims` parameter that a set of scopes covers; others are ignored, as OpenID Connect Core §5.5 allows.
 * `acr` tells of the sign-in, not of the person: it needs no scope, and stands in every ID token anyway.
 */
export function claimsAllowed(asked: ClaimsRequest, scopes: ReadonlySet<string>): ClaimsRequest {
	const covered = (wishes: ClaimsRequest["userinfo"], also?: string) =>
		Object.fromEntries(Object.entries(wishes).filter(([name]) => name === also || scopes.has(scopeOfClaim.get(name) ?? "")));
	return { userinfo: covered(asked.userinfo, "acr"), id_token: covered(asked.id_token) };
}

/** The scopes that cover the claims of a request: what the person is asked for on the consent page. */
export function claimScopeOf(claims: ClaimsRequest | undefined): readonly string[] {
	const names = [...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})];
	return [...new Set(names.flatMap((name) => scopeOfClaim.get(name) ?? []))];
}

/**
 * The claims about a person that a grant releases (OpenID Connect Core §5.4 and §5.5): scopes fill userinfo, the
 * `claims` parameter asks for single ones in userinfo and ID token, as far as the client may still have them (I5);
 * `groups` stands in both. A wish for a value that the person does not have is left unanswered, and is never an error (§5.5.1):
 * whoever asked learns that it is another one, and not which.
 *
 * @param registered the scopes that the client is registered for now
 */
export function claimsFor(
	person: Person,
	grant: Pick<Grant, "claims" | "amr">,
	scope: readonly string[],
	registered: ReadonlySet<string>,
): { readonly idToken: Record<string, unknown>; readonly userinfo: Record<string, unknown> } {
	const all = claimsOf(person, grant);
	const wishes = grant.claims === undefined ? undefined : parseClaimsRequest(grant.claims);
	const asked = wishes && claimsAllowed(wishes, registered);
	const covered = scope.flatMap((name) => scopeClaims[name] ?? []);
	return {
		idToken: pick(all, new Set([...wished(asked?.id_token, all), ...(scope.includes("groups") ? ["groups"] : [])])),
		userinfo: pick(all, new Set([...covered, ...wished(asked?.userinfo, all)])),
	};
}

/** The names of the wishes that are answered. */
function wished(wishes: ClaimsRequest["userinfo"] = {}, all: Readonly<Record<string, unknown>>): readonly string[] {
	return Object.entries(wishes).flatMap(([name, wish]) => {
		const demanded = demandedValues(wish);
		return demanded === undefined || demanded.some((value) => isDeepStrictEqual(value, all[name])) ? [name] : [];
	});
}

function claimsOf(person: Person, { amr }: Pick<Grant, "amr">): Readonly<Record<string, unknown>> {
	return {
		acr: acrOf(amr),
		preferred_username: person.username,
		updated_at: Math.floor(person.updatedAt / 1000),
		...person.claims,
		...(person.groups.length > 0 ? { groups: person.groups } : {}),
	};
}

function pick(all: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
	const out: Record<string, unknown> = {};
	for (const name of names) if (Object.hasOwn(all, name) && isSomething(all[name])) out[name] = all[name];
	return out;
}

/** What a person does not have is left out, never told as null or as something empty (OpenID Connect Core §5.3.2). */
function isSomething(value: unknown): boolean {
	if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
	return value !== undefined && value !== null && value !== "";
}
