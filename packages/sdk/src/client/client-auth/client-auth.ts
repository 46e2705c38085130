import type { World } from "../world.ts";

/** What a request to the token endpoint, or another that wants to know its client, will be sent as. */
interface UnprovenRequest {
	readonly headers: Headers;
	readonly form: URLSearchParams;
}

/** Who proves itself, and to whom. */
export interface Claimant {
	readonly issuer: string;
	readonly clientId: string;
}

/** How a client proves who it is: one of the issuer's `token_endpoint_auth_methods`, each a file of this folder. */
export interface ClientAuthMethod {
	readonly method: string;
	/** Writes the proof into the request. Each request has its own, and each try of one. */
	readonly prove: (request: UnprovenRequest, claimant: Claimant, world: Pick<World, "wall" | "randomBytes">) => Promise<void> | void;
	/** What is wrong with it, so that it will not be able to, as the rest of a sentence; told at the start. */
	readonly fault?: () => string | undefined;
}

/** A secret, or where it comes from; a function is asked at each use, so that a rotated secret needs no restart. */
export type Secret = string | (() => string | Promise<string>);

/** What is said for `clientAuth`: a secret means `client_secret_basic`. */
export type ClientAuth = Secret | ClientAuthMethod;
