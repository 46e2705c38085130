/** What an issuer answers, by the names that tests call it. */
const paths = {
	"/.well-known/openid-configuration": "discovery",
	"/.well-known/oauth-authorization-server": "discovery",
	"/.well-known/jwks.json": "jwks",
	"/authorize": "authorize",
	"/login": "login",
	"/token": "token",
	"/userinfo": "userinfo",
	"/revoke": "revoke",
	"/introspect": "introspect",
	"/end-session": "endSession",
} as const;

/** An endpoint of the issuer; `pages` are its other pages. */
export type Endpoint = (typeof paths)[keyof typeof paths] | "pages";

export const endpoints: readonly Endpoint[] = [...new Set<Endpoint>(Object.values(paths)), "pages"];

/** The endpoint that a request is for. */
export function endpointOf(url: string): Endpoint {
	const path = url.split("?", 1)[0] ?? "";
	return Object.hasOwn(paths, path) ? paths[path as keyof typeof paths] : "pages";
}
