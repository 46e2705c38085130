import type { Parameters } from "@gatehouse/protocol";
import type { Client, Code, Event, Grant, Issuance, Registry } from "../../model/index.ts";
import type { GrantStore, Limits } from "../../store/store.ts";
import type { SubjectGround } from "../subject.ts";

/** What the grant types take of the ground. */
export interface GrantGround extends SubjectGround {
	readonly issuer: string;
	readonly defaultAlg: Issuance["accessTokenAlg"];
	readonly limits: Limits;
	readonly registry: () => Registry;
	readonly openCode: (code: string, now: number) => { readonly value: Code; readonly sealedAt: number } | undefined;
	readonly s256: (verifier: string) => string;
	readonly newSalt: () => Uint8Array;
	readonly macKeyVersion: number;
	readonly parseRefreshToken: (
		token: string,
	) => { readonly grantId: string; readonly generation: number; readonly mac: Uint8Array } | undefined;
	readonly isGenuine: (
		presented: { readonly grantId: string; readonly generation: number; readonly mac: Uint8Array },
		grant: Pick<Grant, "id" | "salt" | "macKeyVersion"> | undefined,
	) => boolean;
	readonly grants: Pick<GrantStore, "find" | "redeem" | "burn" | "rotate" | "revoke" | "note">;
}

/** One authenticated request at the token endpoint, with the chance that it needs. */
export interface GrantRequest {
	readonly client: Client;
	readonly parameters: Parameters;
	/** Names this attempt, so that the retry of a lost COMMIT knows itself. */
	readonly operation: string;
	/** Makes an event about this request. */
	readonly event: (type: Event["type"], about: Pick<Event, "personId" | "sessionId" | "grantId" | "data">) => Event;
}

/** One `grant_type`: its name and its rule. */
export interface GrantType {
	readonly name: string;
	/**
	 * Concludes what is issued, or throws what is wrong.
	 *
	 * @throws OAuthError
	 */
	readonly conclude: (request: GrantRequest, ground: GrantGround, now: number) => Promise<Issuance>;
}
