import type { SigningAlgorithm } from "@gatehouse/protocol";

/** One thing an API lets a client do. */
export interface ResourceScope {
	readonly description: string;
	/** Groups whose members may have it; absent: everyone. */
	readonly groups?: readonly string[];
}

/** An API that tokens are for (RFC 8707). */
export interface Resource {
	/** The value of `resource` and `aud`. */
	readonly identifier: string;
	readonly name: string;
	readonly scopes: ReadonlyMap<string, ResourceScope>;
	/** Milliseconds. */
	readonly accessTokenLifetime: number;
	/** Absent: the default of the server. */
	readonly signingAlg?: SigningAlgorithm;
	/** `client_id`s that may introspect its tokens. */
	readonly introspectionClients: ReadonlySet<string>;
	readonly enabled: boolean;
}

/** A resource as it is declared and stored. */
export interface ResourceRow {
	readonly identifier: string;
	readonly name?: string;
	readonly scopes: Readonly<Record<string, string | ResourceScope>>;
	/** Milliseconds. */
	readonly accessTokenLifetime?: number;
	readonly signingAlg?: SigningAlgorithm;
	readonly introspection_clients?: readonly string[];
	readonly enabled?: boolean;
	readonly removedAt?: number;
}

/** Ten minutes: long enough to spare refreshes, short enough that a revoked person is out soon (ruling 3 of the mission). */
export const defaultAccessTokenLifetime = 10 * 60_000;

/** Resolves the defaults of a declared resource, once, when it is loaded. */
export function resolveResource(row: ResourceRow): Resource {
	return Object.freeze({
		identifier: row.identifier,
		name: row.name ?? row.identifier,
		scopes: new Map(Object.entries(row.scopes).map(([name, s]) => [name, typeof s === "string" ? { description: s } : s])),
		accessTokenLifetime: row.accessTokenLifetime ?? defaultAccessTokenLifetime,
		...(row.signingAlg === undefined ? {} : { signingAlg: row.signingAlg }),
		introspectionClients: new Set(row.introspection_clients ?? []),
		enabled: row.enabled !== false && row.removedAt === undefined,
	});
}
