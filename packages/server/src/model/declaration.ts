import type { ClientMetadata, StandardClaims } from "@gatehouse/protocol";
import type { ResourceRow } from "./resource.ts";

/** A secret as a file or an operator gave it, before it is sealed. */
export interface PlainSecret {
	readonly value: string;
	/** Epoch milliseconds. */
	readonly expiresAt?: number;
}

/** A client of the file. */
export interface DeclaredClient {
	readonly metadata: ClientMetadata;
	readonly secrets: readonly PlainSecret[];
}

/** A person of the file. */
export interface DeclaredPerson {
	readonly username: string;
	/** Absent: they cannot sign in with one. */
	readonly password?: string;
	readonly claims: StandardClaims;
	readonly groups: readonly string[];
	readonly admin: boolean;
	readonly enabled: boolean;
}

/** What a file declares, and therefore manages. Checked: it holds no fault but passwords that are too easy to guess. */
export interface Declaration {
	/** A lower one than the store has seen changes nothing. */
	readonly revision?: number;
	readonly resources: readonly ResourceRow[];
	readonly clients: readonly DeclaredClient[];
	readonly people: readonly DeclaredPerson[];
}
