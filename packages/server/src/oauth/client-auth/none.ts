import type { ClientAuthMethod } from "./method.ts";

/** Who sends one of them proves itself. */
const proofs = ["client_secret", "client_assertion", "client_assertion_type"];

/** A public client names itself and proves nothing (RFC 6749 §3.2.1): PKCE and its redirect URI stand in. */
export const none: ClientAuthMethod = {
	name: "none",
	proof: "name",
	claims({ parameters, authorization }) {
		const clientId = parameters.values.get("client_id");
		const other = authorization !== undefined || proofs.some((name) => parameters.values.has(name));
		return clientId === undefined || other ? undefined : { clientId, proof: "" };
	},
	whyNot: () => undefined,
};
