import type { Parameters } from "@gatehouse/protocol";
import type { Client, StoredSecret } from "../../model/index.ts";

/** What a request shows of its client: the parsed body, and the `Authorization` header if there is one. */
export interface PresentedRequest {
	readonly parameters: Parameters;
	readonly authorization: string | undefined;
}

/** What the methods take of the ground. */
export interface ClientAuthGround {
	readonly secretMatches: (presented: string, stored: readonly StoredSecret[], now: number) => boolean;
}

/** One `token_endpoint_auth_method`: how it is recognised, and how it is proved. */
export interface ClientAuthMethod {
	/** The name in metadata (RFC 7591 §2). */
	readonly name: string;
	/** The client that the request claims to be by this method; undefined when it does not use the method. */
	readonly claims: (request: PresentedRequest) => { readonly clientId: string; readonly proof: string } | undefined;
	readonly proves: (proof: string, client: Client, ground: ClientAuthGround, now: number) => boolean;
}
