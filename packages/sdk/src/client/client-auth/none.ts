import type { ClientAuthMethod } from "./client-auth.ts";

/** A public client: it says who it is and proves nothing (RFC 6749 §3.2.1). */
export const none: ClientAuthMethod = {
	method: "none",
	prove: ({ form }, { clientId }) => form.set("client_id", clientId),
};
