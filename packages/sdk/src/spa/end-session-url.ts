import { urlWith } from "../core/url-with.ts";
import type { Settings } from "./options.ts";

/** RP-Initiated Logout §2. With a hint of the very session the issuer asks nothing. */
export function endSessionUrl(endpoint: string, { clientId, postLogoutRedirectUri }: Settings, hint: string | undefined): string {
	return urlWith(endpoint, { client_id: clientId, post_logout_redirect_uri: postLogoutRedirectUri, id_token_hint: hint });
}
