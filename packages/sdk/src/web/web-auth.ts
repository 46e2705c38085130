import type { AccessToken, TokenOptions } from "../core/access-token.ts";
import type { Session } from "../core/session.ts";
import type { ExpressMiddleware } from "../http/express.ts";
import type { FastifyPreHandler } from "../http/fastify.ts";
import type { HonoMiddleware } from "../http/hono.ts";
import type { HttpRequest } from "../http/http-request.ts";
import type { Frameworks } from "./frameworks.ts";
import type { RequiredOptions, SignInOptions } from "./options.ts";

/** Like the platform's `fetch`, with the token of the API that the URL belongs to. */
export type ApiFetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A token for one API. */
export type TokenOf = (options: TokenOptions) => Promise<AccessToken>;

/** Who is signed in, on routes behind `auth.required()`: `req.auth`, in Fastify `request.auth`, in Hono `c.var.auth`. */
export interface RequestAuth {
	/** Who is signed in, and how; what may be shown of it. Never a token. */
	readonly session: Session;
	/** `auth.token` of this request. */
	readonly token: TokenOf;
	/** `auth.api` of this request. */
	readonly fetch: ApiFetch;
}

type OfWebApp = RequestAuth;

declare global {
	namespace Express {
		/** What guards have found out. An app that is an API as well has both kinds on it. */
		interface RequestAuth extends OfWebApp {}
		interface Request {
			auth: RequestAuth;
		}
	}
}

/**
 * Lets only those through who are signed in. It is Express middleware itself, and offers the same decision to others: `fastify` as a
 * `preHandler`, `hono` as middleware, `fetch` around a `Request → Response` handler. Whoever is not signed in is sent to sign in and comes
 * back, when a page was asked for; any other call is answered 401 with JSON, and never redirected.
 */
export interface Guard extends ExpressMiddleware {
	readonly fastify: FastifyPreHandler;
	readonly hono: HonoMiddleware;
	/** Wraps a handler of fetch requests; refused requests are answered without calling it. */
	readonly fetch: <R extends Request>(
		handler: (request: R, auth: RequestAuth) => Response | Promise<Response>,
	) => (request: R) => Promise<Response>;
}

/** The sign-in of a web app whose pages are made on a server. Make one for each app. Its functions need no `this`. */
export interface WebAuth extends Frameworks {
	/**
	 * Makes a guard for routes; make it once, where the route is declared. Throws `invalid_option` on options it does not know.
	 *
	 * @example app.get("/me", auth.required(), (req, res) => res.json(req.auth.session.user));
	 * @example app.post("/payouts", auth.required({ maxAge: 300 }), pay); // signed in at most five minutes ago, or asked again
	 */
	readonly required: (options?: RequiredOptions) => Guard;
	/**
	 * Who is signed in, for pages that everyone may see; nobody is told. Send what comes of it with `Cache-Control: no-store`. Rejects with
	 * `store_unreachable` when that cannot be known.
	 *
	 * @example const session = await auth.session(req); // undefined when nobody is
	 */
	readonly session: (request: HttpRequest) => Promise<Session | undefined>;
	/**
	 * A token for one API: the one at hand while it lasts, else by a refresh. Rejects with an `AuthError`: `not_signed_in`, `session_expired`,
	 * `issuer_unreachable`, `temporarily_unavailable`, `store_unreachable`, `invalid_target`, `invalid_scope`.
	 *
	 * @example const { accessToken } = await auth.token(req, { resource: "https://orders.acme.test" });
	 */
	readonly token: (request: HttpRequest, options: TokenOptions) => Promise<AccessToken>;
	/**
	 * A `fetch` for the person of this request: with the token of the resource that the URL belongs to, which never goes to another host, and once
	 * more with a fresh one when the API says that it is invalid. Rejects like `fetch` and like `token`.
	 *
	 * @example const orders = await (await auth.api(req)("https://orders.acme.test/orders")).json();
	 */
	readonly api: (request: HttpRequest) => ApiFetch;
	/**
	 * The path that begins a sign-in, for a link or a redirect. Throws `invalid_option` on options it does not know.
	 *
	 * @example res.redirect(auth.signInPath({ returnTo: "/orders", prompt: "select_account" }));
	 */
	readonly signInPath: (options?: SignInOptions) => string;
	/** The path that a sign-out form posts to: `<form method="post" action="/auth/sign-out"><button>Sign out</button></form>`. */
	readonly signOutPath: string;
}
