import type { ClientAuthMethod, Secret } from "./client-auth.ts";
import { secretOf } from "./secret.ts";

/** RFC 6749 §2.3.1: both halves are form-urlencoded before they are joined, so a colon or an umlaut is no fault. */
export function clientSecretBasic(secret: Secret): ClientAuthMethod {
	return {
		method: "client_secret_basic",
		async prove({ headers }, { clientId }) {
			headers.set("authorization", `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(await secretOf(secret))}`)}`);
		},
	};
}

const formEncoded = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
