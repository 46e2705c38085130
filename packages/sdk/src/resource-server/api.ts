import { KeySource } from "../keys/key-source.ts";
import type { Auth } from "./auth.ts";
import { AuthError, errorOfKeys } from "./auth-error.ts";
import type { HttpRequest } from "./bearer.ts";
import { type ExpressMiddleware, sendExpress } from "./express.ts";
import { type FastifyPlugin, fastifyPlugin } from "./fastify.ts";
import { createGuard, type Guard } from "./guard.ts";
import { metadataAnswer, metadataUrlOf, type ResourceMetadata } from "./metadata.ts";
import { type ApiOptions, type GuardOptions, readApiOptions, readGuardOptions } from "./options.ts";
import { createVerifier } from "./verify.ts";

/** An API and the way into it. */
export interface Api {
	/** Makes a guard for routes; make it once, where the route is declared. Throws `invalid_option` on options it does not know. */
	readonly guard: (options?: GuardOptions) => Guard;
	/** Who sent this request, with any valid token. Throws an `AuthError` that carries the HTTP answer. */
	readonly verify: (request: HttpRequest) => Promise<Auth>;
	/** Express: `app.use(api.express())` at the root serves the metadata (RFC 9728), which refused callers are pointed to. */
	readonly express: () => ExpressMiddleware;
	/** Fastify: `app.register(api.fastify)` does the same. */
	readonly fastify: FastifyPlugin;
	/** Others: the answer to a request for the metadata, or nothing for any other request. */
	readonly fetch: (request: Request) => Response | undefined;
	/** The metadata; its scopes are those of the guards made so far. */
	readonly metadata: () => ResourceMetadata;
	/** Where the metadata is served. */
	readonly metadataUrl: string;
}

/**
 * An API whose callers are verified by tokens of one issuer, with the issuer's public keys and without a call per request.
 * Nothing is fetched before the first token comes. Throws one `AuthError` (`invalid_option`) that names every wrong option.
 *
 * ```ts
 * const api = createApi({ issuer: "https://auth.acme.test", resource: "https://orders.acme.test" });
 * app.use(api.express());
 * app.get("/orders", api.guard({ scope: "orders.read" }), (req, res) => res.json(ordersOf(req.auth.subject)));
 * ```
 */
export function createApi(options: ApiOptions): Api {
	const { issuer, resource, algorithms, fetch, now, monotonic, onError } = readApiOptions(options);
	const keys = new KeySource({ issuer, fetch, monotonic, onFault: (fault) => onError(errorOfKeys(fault)) });
	const verifyToken = createVerifier({ issuer, resource, algorithms, now, keys });
	const { href: metadataUrl, pathname: metadataPath } = metadataUrlOf(resource);
	const scopes = new Set<string>();
	const metadata = (): ResourceMetadata =>
		Object.freeze({
			resource,
			authorization_servers: Object.freeze([issuer]),
			...(scopes.size > 0 ? { scopes_supported: Object.freeze([...scopes]) } : {}),
			bearer_methods_supported: Object.freeze(["header"]),
		});
	const asksMetadata = (method: string | undefined, path: string | undefined) =>
		(method === "GET" || method === "HEAD") && path === metadataPath;

	function guard(options: GuardOptions = {}, ...rest: readonly unknown[]): Guard {
		if (rest.length > 0)
			throw new AuthError("invalid_option", "guard was used as middleware itself. Write api.guard() or api.guard({ scope: … }).");
		const requirement = readGuardOptions(options);
		for (const scope of requirement.scopes) scopes.add(scope);
		return createGuard(requirement, { verifyToken, metadataUrl, now });
	}

	function express(...rest: readonly unknown[]): ExpressMiddleware {
		if (rest.length > 0) throw new AuthError("invalid_option", "express was used as middleware itself. Write app.use(api.express()).");
		return (request, response, next) => {
			const path = (request.originalUrl ?? request.url)?.split("?", 1)[0];
			if (asksMetadata(request.method, path)) sendExpress(response, metadataAnswer(metadata()));
			else next();
		};
	}

	return Object.freeze({
		guard,
		verify: createGuard(readGuardOptions({}), { verifyToken, metadataUrl, now }).verify,
		express,
		fastify: fastifyPlugin(metadataPath, () => metadataAnswer(metadata())),
		fetch(request: Request) {
			if (!asksMetadata(request.method, new URL(request.url).pathname)) return undefined;
			const { status, headers, body } = metadataAnswer(metadata());
			return new Response(request.method === "HEAD" ? null : body, { status, headers });
		},
		metadata,
		metadataUrl,
	});
}
