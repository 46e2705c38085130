import type { FormDescription } from "@gatehouse/protocol";
import type { Credential, Person } from "../../model/index.ts";

/** What the login methods take of the ground. */
export interface LoginMethodGround {
	readonly verifyPassword: (
		password: string,
		credential: Credential | undefined,
	) => Promise<{ readonly ok: boolean; readonly rehash: boolean }>;
}

/** One way to prove who one is: the form it asks with, as data, and the check. */
export interface LoginMethod {
	/** The value in `amr` (RFC 8176 §2). */
	readonly name: string;
	/** @param typed what the person typed before, to be kept; never a secret. */
	readonly ask: (typed: { readonly username?: string }) => FormDescription;
	/**
	 * Takes the same time and gives the same answer for a person who does not exist (LG-01).
	 *
	 * @throws OAuthError `temporarily_unavailable` when too many sign-ins wait.
	 */
	readonly check: (
		values: ReadonlyMap<string, string>,
		who: { readonly person: Person; readonly credential: Credential | undefined } | undefined,
		ground: LoginMethodGround,
	) => Promise<boolean>;
}
