import { hopByHop } from "./hop-by-hop.ts";

/** What says who the person or the browser is, or what they may do: the token alone says so. */
const credentials = ["cookie", "cookie2", "authorization", "dpop", "x-csrf", "origin", "referer"];

/** What a server behind believes of whoever stands in front of it: another address, path, method or name than the request's own. */
const believed = [
	"host",
	"forwarded",
	"via",
	"client-ip",
	"true-client-ip",
	"x-real-ip",
	"x-client-ip",
	"x-cluster-client-ip",
	"cf-connecting-ip",
	"fastly-client-ip",
	"x-host",
	"x-http-host-override",
	"x-http-method",
	"x-http-method-override",
	"x-method-override",
	"remote-user",
	"x-remote-user",
	"x-user",
];

/** `fetch` says these itself: it decompresses nothing that nobody asked to be compressed. */
const ofFetch = ["accept-encoding", "expect"];

const beginnings = [
	"access-control-",
	"cf-access-",
	"proxy-",
	"sec-",
	"ssl-",
	"x-amzn-oidc-",
	"x-auth-",
	"x-authenticated-",
	"x-client-cert",
	"x-envoy-",
	"x-forwarded",
	"x-goog-authenticated-",
	"x-goog-iap-",
	"x-middleware-",
	"x-ms-client-principal",
	"x-original-",
	"x-rewrite-",
	"x-remote-",
	"x-ssl-",
	"x-user-",
	"x-webauth-",
];

const names = new Set([...credentials, ...believed, ...ofFetch]);

/** The name that a back end of ours gives itself on the way (RFC 9110 §7.6.3), so that an API knows: one address, many people. */
const via = "1.1 gatehouse-bff";

/**
 * What of a browser's request goes on to an API (RFC 9110 §7.6.1): everything but what belongs to this connection, what an API would believe
 * without cause, and names with an underscore, which some servers take for the same name with a dash.
 *
 * @param own the app's origin
 */
export function requestHeaders(from: Headers, accessToken: string, own: string): Headers {
	const dropped = hopByHop(from);
	const to = new Headers();
	for (const [name, value] of from) {
		const goesOn =
			!dropped.has(name) && !names.has(name) && !name.includes("_") && !beginnings.some((beginning) => name.startsWith(beginning));
		if (goesOn) to.append(name, value);
	}
	const { host, protocol } = new URL(own);
	to.set("authorization", `Bearer ${accessToken}`);
	to.set("accept-encoding", "identity");
	to.set("via", via);
	to.set("forwarded", `by=_gatehouse-bff;host="${host}";proto=${protocol.slice(0, -1)}`);
	return to;
}
