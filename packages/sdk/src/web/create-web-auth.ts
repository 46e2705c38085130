import type { WebAuthOptions } from "./options.ts";
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
export declare function createWebAuth(options: WebAuthOptions): WebAuth;
