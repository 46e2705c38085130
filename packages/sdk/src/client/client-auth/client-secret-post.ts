import type { ClientAuthMethod, Secret } from "./client-auth.ts";
import { secretOf } from "./secret.ts";

/** RFC 6749 §2.3.1, the secret in the form: for a client that is registered with `client_secret_post`. */
export function clientSecretPost(secret: Secret): ClientAuthMethod {
	return {
		method: "client_secret_post",
		async prove({ form }, { clientId }) {
			form.set("client_id", clientId);
			form.set("client_secret", await secretOf(secret));
		},
	};
}
