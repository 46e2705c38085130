/** How `fetch` comes to a token for a URL; `refused` is one that the API did not take. That one again means that there is no other. */
export type TokenFor = (url: URL, refused?: string) => Promise<{ readonly accessToken: string }>;

/** Like the platform's, which knows an address, a URL or a Request. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` with a token, and once more with a fresh one when the API says that it is invalid (RFC 6750 §3.1) and the body can be sent again. An
 * address that is not whole is relative to the page, where there is one.
 */
export function authorizedFetch(tokenFor: TokenFor, fetch?: Fetch): Fetch {
	return async (input, init) => {
		const asked = input instanceof Request ? input : undefined;
		const url = new URL(asked?.url ?? (input as string | URL), globalThis.document?.baseURI);
		// What the token was asked for is what it is sent to, whatever becomes of `input` meanwhile.
		const send = (to: URL | Request, accessToken: string) => {
			const headers = new Headers(init?.headers ?? asked?.headers);
			headers.set("authorization", `Bearer ${accessToken}`);
			return (fetch ?? globalThis.fetch)(to, { ...init, headers });
		};
		const { accessToken } = await tokenFor(url);
		const again = asked?.clone() ?? url;
		const response = await send(asked ?? url, accessToken);
		if (!saysInvalidToken(response) || init?.body instanceof ReadableStream) return response;
		const fresh = await tokenFor(url, accessToken);
		if (fresh.accessToken === accessToken) return response;
		await response.body?.cancel();
		return send(again, fresh.accessToken);
	};
}

/** An API that does not expose its challenge to scripts of other origins may have meant it. */
const saysInvalidToken = ({ status, headers }: Response) =>
	status === 401 && /\binvalid_token\b/.test(headers.get("www-authenticate") ?? "invalid_token");
