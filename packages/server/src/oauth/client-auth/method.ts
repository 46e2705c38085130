import type { Parameters } from "@gatehouse/protocol";
import type { Client, StoredSecret } from "../../model/index.ts";
import type { UsedOnceStore } from "../../store/store.ts";
import type { ClientJwtGround } from "../client-jwt.ts";

/** What a request shows of its client: the parsed body, and the `Authorization` header if there is one. */
export interface PresentedRequest {
	readonly parameters: Parameters;
	readonly authorization: string | undefined;
}

/** What the methods take of the ground. */
export interface ClientAuthGround extends ClientJwtGround {
	readonly secretMatches: (presented: string, stored: readonly StoredSecret[], now: number) => boolean;
	readonly usedOnce: UsedOnceStore;
	/** Names an attempt. */
	readonly newOperation: (now: number) => string;
}

/** One `token_endpoint_auth_method`: how it is recognised, and how it is proved. */
export interface ClientAuthMethod {
	/** The name in metadata (RFC 7591 §2). */
	readonly name: string;
	/** What a client proves itself with, in a word. */
	readonly proof: string;
	/** The client that the request claims to be by this method; undefined when it does not use the method. */
	readonly claims: (
		request: PresentedRequest,
		ground: Pick<ClientAuthGround, "clientSignatures">,
	) => { readonly clientId: string; readonly proof: string } | undefined;
	/** Why the client is not proved; undefined when it is. A promise only where something has to be looked up. */
	readonly whyNot: (proof: string, client: Client, ground: ClientAuthGround, now: number) => WhyNot | Promise<WhyNot>;
}

/** For the log alone: the end of a sentence that begins with the proof. */
export type WhyNot = { readonly text: string; readonly cause?: Error } | undefined;

/** The one thing there is to say of a secret. */
export const noMatch: WhyNot = { text: "does not match" };
