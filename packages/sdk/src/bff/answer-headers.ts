import { isForNetworks } from "../http/private-answer.ts";
import { hopByHop } from "./hop-by-hop.ts";

/** What would act on the app's whole origin, which is not the API's, or tells of what stands behind. */
const ofAnOrigin = new Set([
	"set-cookie",
	"set-cookie2",
	"clear-site-data",
	"service-worker-allowed",
	"strict-transport-security",
	"public-key-pins",
	"public-key-pins-report-only",
	"expect-ct",
	"alt-svc",
	"refresh",
	"sourcemap",
	"x-sourcemap",
	"nel",
	"report-to",
	"reporting-endpoints",
	"origin-agent-cluster",
	"x-frame-options",
	"x-xss-protection",
	"x-dns-prefetch-control",
	"x-permitted-cross-domain-policies",
	"permissions-policy",
	"feature-policy",
	"document-policy",
	"referrer-policy",
	"timing-allow-origin",
	"server",
	"server-timing",
	"x-powered-by",
	"via",
	"age",
	"pragma",
	"expires",
	"location",
	"content-location",
	"set-login",
	"accept-ch",
	"critical-ch",
	"speculation-rules",
	"use-as-dictionary",
	"cache-tag",
	"gatehouse-error",
]);

const beginnings = [
	"access-control-",
	"content-security-policy",
	"cross-origin-",
	"sec-",
	"secure-session-",
	"surrogate-",
	"x-accel-",
	"x-sendfile",
	"x-amz-",
	"x-goog-",
];

const goesBack = (name: string) =>
	!ofAnOrigin.has(name) && !isForNetworks(name) && !beginnings.some((beginning) => name.startsWith(beginning));

/** A challenge that a browser would ask a password for. */
const passwordChallenge = /(?:^|,)\s*(?:basic|digest|negotiate|ntlm)\b/i;

/** What every answer of a back end has: it is this person's, now, for a script of this app, and no page. */
export const always = {
	"cache-control": "no-store",
	vary: "Cookie",
	"x-content-type-options": "nosniff",
	"content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
	"cross-origin-resource-policy": "same-origin",
	"referrer-policy": "no-referrer",
} as const;

/** What of an API's answer goes back to the browser; `location` is the path of ours that it leads to, if it does. */
export function answerHeaders(from: Headers, location: string | undefined): Headers {
	const dropped = hopByHop(from);
	const to = new Headers();
	for (const [name, value] of from) if (!dropped.has(name) && goesBack(name)) to.append(name, value);
	// What `fetch` has decoded is longer now.
	if (/^(?:(?:x-)?gzip|deflate|br|zstd)(?:\s*,|$)/i.test(from.get("content-encoding") ?? ""))
		for (const name of ["content-encoding", "content-length"]) to.delete(name);
	if (passwordChallenge.test(to.get("www-authenticate") ?? "")) to.delete("www-authenticate");
	for (const [name, value] of Object.entries(always)) to.set(name, value);
	if (location !== undefined) to.set("location", location);
	return to;
}
