import type { Client } from "../model/index.ts";

/** Who people are for clients (OpenID Connect Core §8): what every rule takes of the ground that names a person to a client. */
export interface SubjectGround {
	/** The `sub` that a client sees of a person: the id of the person, or a pairwise one. */
	readonly subjectOf: (personId: string, client: Pick<Client, "sector">) => string;
}
