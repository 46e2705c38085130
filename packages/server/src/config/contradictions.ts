import { standardScopes } from "@gatehouse/protocol";
import {
	type ClientSurroundings,
	canonicalName,
	clientFaults,
	type DeclaredClient,
	type DeclaredPerson,
	didYouMean,
	type ResourceRow,
} from "../model/index.ts";
import { type Fault, member } from "./shape.ts";

/** What is supported, as the lists of the rules say. */
export interface Supported {
	readonly grantTypes: readonly string[];
	readonly authMethods: readonly string[];
}

/** A client on its way to a declaration: fields may still be missing. */
export interface PartialClient {
	readonly metadata: Partial<DeclaredClient["metadata"]>;
	readonly secrets: DeclaredClient["secrets"];
}

/** Every contradiction between the parts of a declaration. Parts that were faulty in themselves may lack fields. */
export function contradictions(
	resources: readonly Partial<ResourceRow>[],
	clients: readonly PartialClient[],
	people: readonly Partial<DeclaredPerson>[],
	issuer: string,
	around: Supported & Pick<ClientSurroundings, "whyNotCalled">,
): readonly Fault[] {
	const apiScopes = new Set(resources.flatMap((resource) => Object.keys(resource.scopes ?? {})));
	const clientIds = new Set(clients.flatMap(({ metadata }) => metadata.client_id ?? []));
	return [
		...repeated(
			"resources",
			"identifier",
			resources.map((resource) => resource.identifier),
		),
		...resources.flatMap((resource, index) => resourceFaults(resource, member("resources", index), issuer, clientIds)),
		...sharedScopes(resources),
		...repeated(
			"clients",
			"client_id",
			clients.map(({ metadata }) => metadata.client_id),
		),
		...clients.flatMap(({ metadata, secrets }, index) =>
			clientFaults(metadata, { ...around, apiScopes, secrets: secrets.length }).map(({ field, text }) => ({
				place: `${member("clients", index)}.${field}`,
				text,
			})),
		),
		...repeated(
			"users",
			"username",
			people.map((person) => person.username && canonicalName(person.username)),
		),
		...borrowedAddresses(people),
	];
}

/** The second and every further one of what may be there once. */
function repeated(list: string, field: string, values: readonly (string | undefined)[]): Fault[] {
	const first = new Map<string, number>();
	return values.flatMap((value, index) => {
		if (value === undefined) return [];
		const before = first.get(value);
		if (before === undefined) first.set(value, index);
		return before === undefined
			? []
			: [{ place: `${member(list, index)}.${field}`, text: `is the same as that of ${member(list, before)}: each may be there once` }];
	});
}

/** The audience of userinfo is the issuer, that of the management API lies below it: neither may be an API of someone else. */
function resourceFaults(resource: Partial<ResourceRow>, place: string, issuer: string, clientIds: ReadonlySet<string>): Fault[] {
	const own = resource.identifier === issuer || resource.identifier === `${issuer}/api/v1`;
	const standard: readonly string[] = standardScopes;
	return [
		...(own ? [{ place: `${place}.identifier`, text: "is an audience of Gatehouse itself: give the API an identifier of its own" }] : []),
		...Object.keys(resource.scopes ?? {}).flatMap((name) =>
			standard.includes(name)
				? [{ place: member(`${place}.scopes`, name), text: "is a scope of OpenID Connect: give the API's another name" }]
				: [],
		),
		...(resource.introspection_clients ?? []).flatMap((id, index) =>
			clientIds.has(id)
				? []
				: [
						{
							place: member(`${place}.introspection_clients`, index),
							text: `names a client that is not declared${didYouMean(id, clientIds)}`,
						},
					],
		),
	];
}

/** A scope belongs to one resource: else a token for it would have no audience. */
function sharedScopes(resources: readonly Partial<ResourceRow>[]): Fault[] {
	const owner = new Map<string, number>();
	return resources.flatMap((resource, index) =>
		Object.keys(resource.scopes ?? {}).flatMap((name) => {
			const first = owner.get(name);
			if (first === undefined) owner.set(name, index);
			return first === undefined
				? []
				: [
						{
							place: member(`${member("resources", index)}.scopes`, name),
							text: `is a scope of ${member("resources", first)} already: a scope belongs to one resource, so rename one`,
						},
					];
		}),
	);
}

/** A user name that is another person's address would let its owner sign in under it (attack row LG-05). */
function borrowedAddresses(people: readonly Partial<DeclaredPerson>[]): Fault[] {
	const owners = new Map<string, number>();
	people.forEach((person, index) => {
		if (person.claims?.email !== undefined) owners.set(canonicalName(person.claims.email), index);
	});
	return people.flatMap((person, index) => {
		const owner = person.username === undefined ? undefined : owners.get(canonicalName(person.username));
		return owner === undefined || owner === index
			? []
			: [{ place: `${member("users", index)}.username`, text: `is the address of ${member("users", owner)}: choose another` }];
	});
}
