import { type ClientAuthMethod, noMatch } from "./method.ts";

/** RFC 6749 §2.3.1: HTTP Basic, both halves form-encoded before they are joined. */
export const clientSecretBasic: ClientAuthMethod = {
	name: "client_secret_basic",
	proof: "secret",
	claims({ authorization }) {
		if (authorization === undefined) return undefined;
		const nothing = { clientId: "", proof: "" };
		const match = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization);
		if (!match?.[1]) return nothing;
		const text = Buffer.from(match[1], "base64").toString("utf8");
		const colon = text.indexOf(":");
		if (colon < 1) return nothing;
		try {
			return { clientId: decoded(text.slice(0, colon)), proof: decoded(text.slice(colon + 1)) };
		} catch {
			return nothing;
		}
	},
	whyNot: (secret, client, ground, now) => (secret !== "" && ground.secretMatches(secret, client.secrets, now) ? undefined : noMatch),
};

function decoded(text: string): string {
	return decodeURIComponent(text.replaceAll("+", " "));
}
