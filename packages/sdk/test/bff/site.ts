import "../../../../examples/company/src/localhost.ts";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { type Issuer, startIssuer } from "@gatehouse/testing";
import express from "express";
import { rolldown } from "rolldown";
import { freePort } from "../../../../examples/company/src/ports.ts";

import { type Redis, startRedis } from "../../../../test/redis.ts";
import { createBff, redis } from "../../src/bff/index.ts";
import { AuthError, createApi } from "../../src/resource-server/index.ts";

/** A shop behind a back end, its issuer, its API and its Redis; and a neighbour on a sibling host, who means no good. */
export interface ShopSite extends AsyncDisposable {
	readonly issuer: Issuer;
	readonly redis: Redis;
	readonly app: string;
	readonly orders: string;
	/** Same site as the app, and another origin. */
	readonly sibling: string;
	/** What the API was asked. */
	readonly asked: readonly string[];
	/** Every token that the back end got. */
	readonly tokens: ReadonlySet<string>;
}

export async function openShopSite(): Promise<ShopSite> {
	const ports = (await Promise.all([freePort(), freePort(), freePort()])) as [number, number, number];
	const [app, orders, sibling] = [
		`http://shop.localhost:${ports[0]}`,
		`http://orders.localhost:${ports[1]}`,
		`http://blog.shop.localhost:${ports[2]}`,
	];
	const store = await startRedis();
	const issuer = await startIssuer({
		host: "127.0.0.1",
		resources: [{ identifier: orders, name: "Orders", scopes: { "orders.read": "See your orders" } }],
		clients: [
			{
				client_id: "shop-bff",
				client_name: "Shop",
				redirect_uris: [`${app}/auth/callback`],
				post_logout_redirect_uris: [`${app}/`],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile orders.read",
				first_party: true,
			},
		],
	});
	const [asked, tokens] = [[] as string[], new Set<string>()];
	const { verify } = createApi({ issuer: issuer.url, resource: orders, now: issuer.clock.now }).guard({ scope: "orders.read" });
	const api: RequestListener = async (request, response) => {
		const caller = await verify(request).catch((error: AuthError) => error);
		if (caller instanceof AuthError) return void response.writeHead(caller.status, caller.headers).end();
		asked.push(`${request.method} ${request.url}`);
		response.setHeader("content-type", "application/json").end(JSON.stringify({ of: caller.subject }));
	};
	const bff = createBff({
		issuer: issuer.url,
		clientId: "shop-bff",
		clientAuth: issuer.client().client_secret!,
		origin: app,
		store: redis(store.url),
		routes: { "/api/orders/*": { to: orders, methods: ["GET", "POST"] } },
		onError: () => undefined,
		async fetch(url, init) {
			const answer = await fetch(url, init);
			if (!url.endsWith("/token")) return answer;
			const text = await answer.text();
			for (const [, token] of text.matchAll(/"(?:access_token|refresh_token|id_token)":"([^"]+)"/g)) tokens.add(token!);
			return new Response(text, answer);
		},
	});
	const servers = await Promise.all([
		listen(shop(bff.express(), await scripts()), ports[0]),
		listen(api, ports[1]),
		listen((_, response) => void response.setHeader("content-type", "text/html").end("<!doctype html><title>Blog</title><body>"), ports[2]),
	]);
	return {
		...{ issuer, redis: store, app, orders, sibling, asked, tokens },
		async [Symbol.asyncDispose]() {
			for (const server of servers) server.close().closeAllConnections();
			await issuer.stop();
			await store[Symbol.asyncDispose]();
		},
	};
}

/** No worker, no issuer, no API: a page behind a back end calls its own origin alone, and its policy says so. */
const policy =
	"default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

function shop(backEnd: express.Handler, files: ReadonlyMap<string, string>) {
	const app = express();
	app.use(backEnd);
	app.get(/^\/[\w-]+\.js$/, (request, response) => void response.type("text/javascript").send(files.get(request.path.slice(1)) ?? ""));
	app.use((_, response) => {
		const [first] = files.keys();
		response.set("content-security-policy", policy);
		response.send(`<!doctype html><title>Shop</title><body><script type="module" src="/${first}"></script>`);
	});
	return app;
}

/** The page's script, and what it fetches later, each by its name. */
async function scripts(): Promise<ReadonlyMap<string, string>> {
	const build = await rolldown({ input: join(import.meta.dirname, "plain.ts"), platform: "browser" });
	const { output } = await build.generate({ format: "es" });
	await build.close();
	return new Map(output.map((file) => [file.fileName, file.type === "chunk" ? file.code : ""]));
}

function listen(handle: RequestListener, port: number): Promise<Server> {
	return new Promise((done) => {
		const server = createServer(handle).listen(port, "127.0.0.1", () => done(server));
	});
}
