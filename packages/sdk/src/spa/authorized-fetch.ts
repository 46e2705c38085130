import type { AccessToken, Auth } from "./auth.ts";

/** How `fetch` comes to a token for a URL; `refused` is one that the API did not take. */
export type TokenFor = (url: URL, refused?: string) => Promise<AccessToken>;

/** `fetch` with a token, and once more with a fresh one when the API says that it is invalid (RFC 6750 §3.1) and the body can be sent again. */
export function authorizedFetch(tokenFor: TokenFor): Auth["fetch"] {
	return async (input, init) => {
		const asked = input instanceof Request ? input : undefined;
		const url = new URL(asked?.url ?? (input as string | URL), document.baseURI);
		// What the token was asked for is what it is sent to, whatever becomes of `input` meanwhile.
		const send = (to: URL | Request, { accessToken }: AccessToken) => {
			const headers = new Headers(init?.headers ?? asked?.headers);
			headers.set("authorization", `Bearer ${accessToken}`);
			return fetch(to, { ...init, headers });
		};
		const token = await tokenFor(url);
		const again = asked?.clone() ?? url;
		const response = await send(asked ?? url, token);
		if (!saysInvalidToken(response) || init?.body instanceof ReadableStream) return response;
		const fresh = await tokenFor(url, token.accessToken);
		await response.body?.cancel();
		return send(again, fresh);
	};
}

/** An API that does not expose its challenge to scripts of other origins may have meant it. */
function saysInvalidToken({ status, headers }: Response): boolean {
	return status === 401 && /\binvalid_token\b/.test(headers.get("www-authenticate") ?? "invalid_token");
}
