import { type Issuer, startIssuer } from "@gatehouse/testing";
import { type BffOptions, createBff, memory } from "../../src/bff/index.ts";
import { createApi } from "../../src/resource-server/index.ts";

export const app = "https://shop.acme.test";
export const orders = "https://orders.acme.test";
export const crm = "https://crm.acme.test";
export const crmInside = "https://10.1.2.3:8443";
export const secret = "canary-secret-of-the-shop-0123456789";

/** An issuer that knows a shop's back end, and two APIs. */
export function shopIssuer(): Promise<Issuer> {
	return startIssuer({
		host: "127.0.0.1",
		people: [{ username: "alice", name: "Alice Example", email: "alice@example.test", email_verified: true }, { username: "bob" }],
		resources: [
			{ identifier: orders, name: "Orders", scopes: { "orders.read": "See your orders", "orders.write": "Change them" } },
			{ identifier: crm, name: "CRM", scopes: { "crm.read": "See your customers" } },
		],
		clients: [
			{
				client_id: "shop-bff",
				client_secret: secret,
				redirect_uris: [`${app}/auth/callback`],
				post_logout_redirect_uris: [`${app}/`],
				backchannel_logout_uri: `${app}/auth/backchannel`,
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile email orders.read orders.write crm.read",
				first_party: true,
			},
		],
	});
}

/** Kept, for a test of a page puts its own in the place of it. */
const network = globalThis.fetch;

/** A call as an API saw it. */
interface Seen {
	readonly url: string;
	readonly token: string;
	readonly subject: string;
	readonly scope: string;
	readonly body: string;
}

/** A back end without sockets: its issuer is real, its APIs check tokens as real ones do. */
export function shop(issuer: Issuer, options: Partial<BffOptions> = {}) {
	const seen: Seen[] = [];
	/** Every answer that left for a browser. */
	const answers: { readonly path: string; readonly answer: Response; readonly text: string }[] = [];
	/** Whatever must never be in one. */
	const tokens = new Set<string>();
	const errors: string[] = [];
	const api = (resource: string) =>
		createApi({ issuer: issuer.url, resource, now: issuer.clock.now, fetch: network })
			.guard()
			.fetch(async (request, { subject, scope }) => {
				const token = request.headers.get("authorization")!.slice("Bearer ".length);
				seen.push({ url: request.url, token, subject, scope, body: await request.text() });
				return Response.json({ subject });
			});
	const apis = new Map([
		[orders, api(orders)],
		[crmInside, api(crm)],
	]);

	const fetch: NonNullable<BffOptions["fetch"]> = async (url, init) => {
		const inside = apis.get(new URL(url).origin);
		if (inside) return inside(new Request(url, init));
		const answer = await network(url, init);
		if (!url.endsWith("/token")) return answer;
		const text = await answer.text();
		for (const [, token] of text.matchAll(/"(?:access_token|refresh_token|id_token)":"([^"]+)"/g)) tokens.add(token!);
		return new Response(text, answer);
	};
	const bff = createBff({
		issuer: issuer.url,
		clientId: "shop-bff",
		clientAuth: secret,
		origin: app,
		store: memory(),
		fetch,
		now: issuer.clock.now,
		onError: ({ code, message }) => errors.push(`${code}: ${message}`),
		routes: {
			"/api/orders/*": [
				{ to: orders, scope: "orders.read", methods: ["GET"] },
				{ to: orders, scope: "orders.write", methods: ["POST"] },
			],
			"/api/customers/*": { to: `${crmInside}/v3`, resource: crm, methods: ["GET"] },
		},
		...options,
	});

	/** A browser, as far as a back end sees it. */
	function browser() {
		const cookies = new Map<string, string>();
		async function send(path: string, init: RequestInit = {}): Promise<Response> {
			const headers = new Headers(init.headers);
			if (cookies.size > 0) headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
			const answer = await bff.fetch(new Request(new URL(path, app), { ...init, headers }));
			if (!answer) throw new Error(`${path} is not the back end's`);
			answers.push({ path, answer, text: await answer.clone().text() });
			for (const line of answer.headers.getSetCookie()) {
				const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
				if (/Max-Age=0$/.test(line)) cookies.delete(name!);
				else cookies.set(name!, value!);
			}
			return answer;
		}
		const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" };
		const visit = (path: string, site = "same-origin") => send(path, { headers: { ...navigation, "sec-fetch-site": site } });
		const call = (path: string, init: RequestInit = {}) =>
			send(path, { ...init, headers: { "x-csrf": "1", "sec-fetch-site": "same-origin", ...init.headers } });
		return {
			cookies,
			send,
			visit,
			call,
			session: async () => (await call("/auth/session")).json(),
			async signIn(person = "alice", path = "/auth/sign-in?returnTo=/orders") {
				const there = (await visit(path)).headers.get("location")!;
				const back = await issuer.signIn({ url: there, person });
				return visit(back.pathname + back.search, "cross-site");
			},
		};
	}
	return { bff, browser, seen, answers, tokens, errors };
}
