import { frameworksOf } from "../web/frameworks.ts";
import { createBackEnd } from "./back-end.ts";
import type { Bff } from "./bff.ts";
import { createGround } from "./ground.ts";
import type { BffOptions } from "./options.ts";
import { checkBffOptions } from "./settings.ts";

/**
 * The back end of a single-page app (RFC 10017): it signs people in as a confidential client, keeps their tokens in the app's store, gives the browser one
 * cookie that no script can read, and calls APIs on behalf of whoever that cookie names, along an allow-list of routes. Make it once, in a module of
 * its own; nothing is fetched before the first request. Throws one `AuthError` (`invalid_option`) that names every wrong option.
 *
 * @example
 * const bff = createBff({ issuer, clientId: "shop-bff", clientAuth: env("SSO_SECRET"), origin: "https://shop.acme.test", store: redis(url),
 *   routes: { "/api/orders/*": { to: "https://orders.acme.test", scope: "orders.read", methods: ["GET"] } } });
 * app.use(bff.express());
 */
export function createBff(options: BffOptions): Bff {
	checkBffOptions(options);
	const ground = createGround(options);
	return Object.freeze(frameworksOf("bff", createBackEnd(ground), ground.settings.origin));
}
