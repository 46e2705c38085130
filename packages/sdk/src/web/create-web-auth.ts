import { AuthError } from "../client/auth-error.ts";
import { cookiesOf } from "./cookies.ts";
import { frameworksOf } from "./frameworks.ts";
import { createGround } from "./ground.ts";
import { createGuard } from "./guard.ts";
import type { WebAuthOptions } from "./options.ts";
import { apiFetch, tokenOf } from "./request-auth.ts";
import { createRoutes } from "./routes.ts";
import { checkRequiredOptions, checkSignInOptions, checkWebAuthOptions } from "./settings.ts";
import { signInPath } from "./sign-in.ts";
import type { WebAuth } from "./web-auth.ts";

/**
 * The sign-in of a web app whose pages are made on a server: authorization code flow with PKCE and the client's own authentication, sessions by
 * an opaque id in a `__Host-` cookie, tokens in the app's store alone. Make it once, in a module of its own; nothing is fetched before the first
 * sign-in. Throws one `AuthError` (`invalid_option`) that names every wrong option.
 *
 * @example
 * const auth = createWebAuth({ issuer, clientId: "crm", clientAuth: env("SSO_SECRET"), origin: "https://crm.acme.test", store: redis(url) });
 * app.use(auth.express());
 * app.get("/me", auth.required(), (req, res) => res.json(req.auth.session.user));
 */
export function createWebAuth(options: WebAuthOptions): WebAuth {
	checkWebAuthOptions(options);
	const ground = createGround(options);
	const { basePath, origin } = ground.settings;

	return Object.freeze({
		...frameworksOf("auth", createRoutes(ground), origin),
		required(options = {}, ...given: readonly unknown[]) {
			if (given.length > 0) throw new AuthError("invalid_option", "required was used as middleware itself. Write auth.required().");
			checkRequiredOptions(options);
			return createGuard(options, ground);
		},
		session: async (request) => (await ground.sessions.read(cookiesOf(request).get(ground.cookies.session))).session,
		token: async (request, options) => tokenOf(request, ground)(options),
		api: (request) => apiFetch(request, ground),
		signInPath(options = {}) {
			checkSignInOptions(options);
			return signInPath(basePath, options);
		},
		signOutPath: `${basePath}/sign-out`,
	} satisfies WebAuth);
}
