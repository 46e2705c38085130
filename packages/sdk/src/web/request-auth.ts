import { AuthError } from "../client/auth-error.ts";
import { authorizedFetch, type TokenFor } from "../core/authorized-fetch.ts";
import { resourceOf } from "../core/resources.ts";
import type { Session } from "../core/session.ts";
import type { HttpRequest } from "../http/http-request.ts";
import { cookiesOf } from "./cookies.ts";
import type { Ground } from "./ground.ts";
import { checkTokenOptions } from "./settings.ts";
import type { ApiFetch, RequestAuth, TokenOf } from "./web-auth.ts";

/** What a guarded route is given. */
export function requestAuth(request: HttpRequest, session: Session, ground: Ground): RequestAuth {
	return Object.freeze({ session, token: tokenOf(request, ground), fetch: apiFetch(request, ground) });
}

export function tokenOf(request: HttpRequest, { cookies, sessions }: Ground): TokenOf {
	return async (options) => {
		checkTokenOptions(options);
		return sessions.token(cookiesOf(request).get(cookies.session), options);
	};
}

/** A token goes to its resource, and to no other host. */
export function apiFetch(request: HttpRequest, { cookies, sessions, settings, world }: Ground): ApiFetch {
	const { resources } = settings;
	const tokenFor: TokenFor = async (url, refused) => {
		const resource = resourceOf(url, resources);
		if (resource === undefined) throw new AuthError("insecure_url", `No token is sent to ${url.origin}: it is not https.`);
		const scope = resources[resource]?.scope;
		return sessions.token(cookiesOf(request).get(cookies.session), { resource, refused, ...(scope !== undefined && { scope }) });
	};
	return authorizedFetch(tokenFor, (to, init = {}) => {
		if (!(to instanceof Request)) return world.fetch(String(to), init);
		const whole = new Request(to, init);
		return world.fetch(whole.url, whole);
	});
}
