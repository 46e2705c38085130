import type { ClientMetadata, StandardClaims } from "@gatehouse/protocol";
import type { DeclaredPerson, PlainSecret } from "../model/index.ts";
import type { client } from "./client.ts";
import type { PartialClient } from "./contradictions.ts";
import type { Shape } from "./shape.ts";
import { claims, type user } from "./user.ts";

type ValueOfShape<S> = S extends Shape<infer Value, infer _> ? Value : never;

/** Parts a client as it is written into its metadata and its secrets. */
export function toClient(written: ValueOfShape<typeof client>): PartialClient {
	const { client_secret, client_secrets = [], ...metadata } = written;
	const secrets: PlainSecret[] = [
		...(client_secret === undefined ? [] : [{ value: client_secret }]),
		...client_secrets.map(({ value, expires }) => ({ value, ...(expires === undefined ? {} : { expiresAt: expires }) })),
	];
	return { metadata: metadata satisfies Partial<ClientMetadata>, secrets };
}

/** Parts a person as they are written into what Gatehouse knows of them and what it tells apps. */
export function toPerson(written: ValueOfShape<typeof user>): DeclaredPerson {
	const own = Object.entries(written).filter(([name]) => Object.hasOwn(claims, name));
	return {
		username: written.username,
		...(written.password === undefined ? {} : { password: written.password }),
		claims: Object.fromEntries(own) satisfies StandardClaims,
		groups: written.groups ?? [],
		admin: written.admin === true,
		enabled: written.enabled !== false,
	};
}
