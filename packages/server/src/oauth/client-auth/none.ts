import type { ClientAuthMethod } from "./method.ts";

/** A public client names itself and proves nothing (RFC 6749 §3.2.1): PKCE and its redirect URI stand in. */
export const none: ClientAuthMethod = {
	name: "none",
	claims({ parameters, authorization }) {
		const clientId = parameters.values.get("client_id");
		const other = authorization !== undefined || parameters.values.has("client_secret");
		return clientId === undefined || other ? undefined : { clientId, proof: "" };
	},
	proves: () => true,
};
