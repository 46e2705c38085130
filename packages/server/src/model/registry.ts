import type { Client } from "./client.ts";
import type { Resource } from "./resource.ts";

/** Clients and resources of the tenant, as one immutable snapshot: a request sees one version of both from its first line to its last. */
export interface Registry {
	/** The version of the store that the snapshot was read at. */
	readonly version: number;
	/** Disabled clients are here too: whoever asks decides what that means. */
	readonly clients: ReadonlyMap<string, Client>;
	readonly resources: ReadonlyMap<string, Resource>;
	/** Which resource a scope belongs to: one, never two. Disabled resources own none. */
	readonly resourceOfScope: ReadonlyMap<string, Resource>;
}

/** Indexes clients and resources. */
export function registryOf(version: number, clients: Iterable<Client>, resources: Iterable<Resource>): Registry {
	const all = [...resources];
	return Object.freeze({
		version,
		clients: new Map([...clients].map((client) => [client.id, client])),
		resources: new Map(all.filter((r) => r.enabled).map((r) => [r.identifier, r])),
		resourceOfScope: new Map(all.filter((r) => r.enabled).flatMap((r) => [...r.scopes.keys()].map((name) => [name, r] as const))),
	});
}

/**
 * The same snapshot with one client put in or replaced, or taken out, for the process that has just written it: whoever
 * registers is not to wait until everything is read again.
 */
export function withClient(registry: Registry, id: string, client: Client | undefined): Registry {
	const clients = new Map(registry.clients);
	if (client) clients.set(id, client);
	else clients.delete(id);
	return Object.freeze({ ...registry, clients });
}
