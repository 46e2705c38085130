import type { ClientAuth, ClientAuthMethod } from "./client-auth.ts";
import { clientSecretBasic } from "./client-secret-basic.ts";
import { none } from "./none.ts";
import { secretFault } from "./secret.ts";

export type { ClientAuth, ClientAuthMethod, Secret } from "./client-auth.ts";
export { clientSecretPost } from "./client-secret-post.ts";
export { type PrivateKey, type PrivateKeyAuth, privateKey } from "./private-key.ts";
export { env } from "./secret.ts";

/** The method that is meant. */
export function methodOf(clientAuth: ClientAuth | undefined): ClientAuthMethod {
	if (clientAuth === undefined) return none;
	return typeof clientAuth === "object" ? clientAuth : clientSecretBasic(clientAuth);
}

/** What is wrong with a value as the option `clientAuth`, or nothing. Never tells the value. */
export function clientAuthFault(value: unknown): string | undefined {
	if (typeof value === "object" && value !== null && "prove" in value && typeof value.prove === "function")
		return (value as ClientAuthMethod).fault?.();
	return secretFault(value);
}

/** What is wrong with the option `clientAuth` of `place`, as `optionFaults` would say it of others, but without what was written there. */
export function clientAuthFaults(place: string, options: { readonly clientAuth?: unknown }): readonly string[] {
	const fault = Object(options).clientAuth === undefined ? undefined : clientAuthFault(options.clientAuth);
	return fault === undefined ? [] : [`${place}() option \`clientAuth\`: ${fault}.`];
}
