import { type ClientAuthMethod, noMatch } from "./method.ts";

/** RFC 6749 §2.3.1: `client_id` and `client_secret` in the body. */
export const clientSecretPost: ClientAuthMethod = {
	name: "client_secret_post",
	proof: "secret",
	claims({ parameters }) {
		const proof = parameters.values.get("client_secret");
		return proof === undefined ? undefined : { clientId: parameters.values.get("client_id") ?? "", proof };
	},
	whyNot: (secret, client, ground, now) => (ground.secretMatches(secret, client.secrets, now) ? undefined : noMatch),
};
