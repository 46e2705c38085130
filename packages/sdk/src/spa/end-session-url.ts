import type { Settings } from "./options.ts";

/** RP-Initiated Logout §2. With a hint of the very session the issuer asks nothing. */
export function endSessionUrl(endpoint: string, { clientId, postLogoutRedirectUri }: Settings, hint: string | undefined): string {
	const url = new URL(endpoint);
	url.searchParams.set("client_id", clientId);
	url.searchParams.set("post_logout_redirect_uri", postLogoutRedirectUri);
	if (hint) url.searchParams.set("id_token_hint", hint);
	return url.href;
}
