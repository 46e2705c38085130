import type { Issuer, IssuerOptions } from "@gatehouse/testing";
import { createWebAuth, memory, type WebAuth, type WebAuthOptions } from "../../src/web/index.ts";
import { Browser } from "./browser.ts";

export const origin = "https://crm.acme.test";
const orders = "https://orders.acme.test";
export const secret = "canary-the-secret-of-the-crm-0123456789";

/** What these tests start an issuer with. */
export const company = {
	people: [
		{ username: "alice", name: "Alice Example", email: "alice@acme.test" },
		{ username: "bob", name: "Bob Example" },
	],
	resources: [{ identifier: orders, scopes: { "orders.read": "See your orders" } }],
	clients: [
		{
			client_id: "crm",
			client_secret: secret,
			redirect_uris: [`${origin}/auth/callback`],
			post_logout_redirect_uris: [`${origin}/`],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile email offline_access orders.read",
			first_party: true,
		},
	],
} as const satisfies IssuerOptions;

/** An app of three pages that speaks fetch, and a browser in front of it. */
export function house(issuer: Issuer, options: Partial<WebAuthOptions> = {}) {
	const auth: WebAuth = createWebAuth({ issuer: issuer.url, clientId: "crm", clientAuth: secret, origin, store: memory(), ...options });
	const me = auth.required().fetch((_request, { session }) => Response.json(session.user));
	const payouts = auth.required({ maxAge: 300 }).fetch(() => new Response("paid"));
	const vault = auth.required({ acr: "phr" }).fetch(() => new Response("open"));

	async function app(request: Request): Promise<Response> {
		const { pathname } = new URL(request.url);
		if (pathname === "/me") return me(request);
		if (pathname === "/payouts") return payouts(request);
		if (pathname === "/vault") return vault(request);
		return (await auth.fetch(request)) ?? new Response("welcome");
	}

	const browser = () => new Browser(app, origin);

	/** Goes to a page, signs in on the way, and comes to stand. The person's browser at the issuer is the one of all calls with that name. */
	async function signIn(at: Browser, page = "/me", person = "alice", visitor = issuer.visitor(person)) {
		const left = await at.open(page);
		if (!left.url.startsWith(issuer.url)) return left;
		const back = await issuer.signIn({ url: left.url, visitor });
		return at.open(back.href, { from: "elsewhere" });
	}

	return { auth, app, browser, signIn };
}
