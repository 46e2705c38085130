import type { SigningAlgorithm } from "@gatehouse/protocol";
import type { Client } from "./client.ts";
import type { Grant } from "./grant.ts";

/** What a grant type concluded: for whom, which scope, which resource. How it becomes tokens, `tokens/` alone knows. */
export interface Issuance {
	readonly client: Client;
	/** The `sub` of the access token: a person's id (pairwise where no API reads it), or the client's own for client credentials. */
	readonly subject: string;
	readonly scope: readonly string[];
	readonly audience: string | readonly string[];
	readonly accessTokenAlg: SigningAlgorithm;
	/** Milliseconds. */
	readonly accessTokenLifetime: number;
	/** Absent for client credentials. */
	readonly grant?: Pick<Grant, "id" | "sessionId" | "authTime" | "amr">;
	readonly groups?: readonly string[];
	/** The generation to hand out, where the client gets a refresh token. */
	readonly refreshToken?: { readonly grant: Pick<Grant, "id" | "salt" | "macKeyVersion">; readonly generation: number };
	/** Where `openid` is part of the scope. */
	readonly idToken?: { readonly subject: string; readonly nonce?: string; readonly claims: Readonly<Record<string, unknown>> };
}
