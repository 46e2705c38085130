import type { ClientAuth, ClientAuthMethod } from "./client-auth.ts";
import { clientSecretBasic } from "./client-secret-basic.ts";
import { none } from "./none.ts";
import { secretFault } from "./secret.ts";

export type { ClientAuth, ClientAuthMethod, Secret } from "./client-auth.ts";
export { clientSecretPost } from "./client-secret-post.ts";
export { env } from "./secret.ts";

/** The method that is meant. */
export function methodOf(clientAuth: ClientAuth | undefined): ClientAuthMethod {
	if (clientAuth === undefined) return none;
	return typeof clientAuth === "object" ? clientAuth : clientSecretBasic(clientAuth);
}

/** What is wrong with a value as the option `clientAuth`, or nothing. Never tells the value. */
export function clientAuthFault(value: unknown): string | undefined {
	if (typeof value === "object" && value !== null && "prove" in value && typeof value.prove === "function") return undefined;
	return secretFault(value);
}
