import "../examples/company/src/localhost.ts";
import { createServer, type Server as HttpServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { freePort } from "../examples/company/src/ports.ts";
import { AuthError, createApi } from "../packages/sdk/src/resource-server/index.ts";
import { scratchFolder, startServer } from "./process.ts";

export const alice = { username: "alice", password: "teapot-under-the-oak", name: "Alice Example" };

/** A real Gatehouse, two APIs and a browser app on sites of their own. */
export interface SpaHouse extends Parties, AsyncDisposable {}

interface Parties {
	readonly issuer: string;
	readonly crm: string;
	readonly orders: string;
	/** The plain page; its policy allows what the manual names, and nothing else. */
	readonly app: string;
	/** The same under a policy without `worker-src blob:`. */
	readonly strict: string;
	/** The React app. */
	readonly react: string;
	/** Registered like the others; nobody listens there yet. */
	readonly free: string;
	/** Makes the APIs refuse so many tokens that are good. */
	refuse: number;
}

/** What a page needs of its Content-Security-Policy, Trusted Types included. */
const policy = (more: string) =>
	`default-src 'none'; script-src 'self'; connect-src http://*.localhost:*; ${more} base-uri 'none'; require-trusted-types-for 'script'; trusted-types gatehouse`;

export async function openSpaHouse(): Promise<SpaHouse> {
	const ports = await Promise.all(Array.from({ length: 7 }, freePort));
	const at = (name: string, index: number) => `http://${name}.localhost:${ports[index]}`;
	const [issuer, crm, orders, app, strict, react, free] = ["auth", "crm", "orders", "shop", "strict", "react", "free"].map(at) as [
		string,
		string,
		string,
		string,
		string,
		string,
		string,
	];
	const folder = scratchFolder();
	const config = {
		issuer,
		listen: { host: "127.0.0.1", port: ports[0] },
		store: { url: "sqlite::memory:" },
		masterKey: { file: join(folder.path, "master.key") },
		resources: [
			{ identifier: crm, name: "CRM", scopes: { "crm.read": "See your customers" } },
			{ identifier: orders, name: "Orders", scopes: { "orders.read": "See your orders" } },
		],
		clients: [
			{
				client_id: "shop",
				token_endpoint_auth_method: "none",
				redirect_uris: [app, strict, react, free].map((origin) => `${origin}/callback`),
				post_logout_redirect_uris: [app, strict, react, free].map((origin) => `${origin}/`),
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile email crm.read orders.read",
				first_party: true,
			},
		],
		users: [{ ...alice, email: "alice@company.example", email_verified: true }],
	};
	const issuerProcess = await startServer(folder.write("gatehouse.json", JSON.stringify(config)), ports[0]!);
	const parties = { issuer, crm, orders, app, strict, react, free, refuse: 0 };
	const apps = join(import.meta.dirname, "../packages/sdk/test/spa");
	const [plainScript, reactScript] = [await scriptOf(join(apps, "plain.ts")), await scriptOf(join(apps, "react.ts"))];
	const servers = await Promise.all([
		listen(api(parties, crm, "crm.read"), ports[1]!),
		listen(api(parties, orders, "orders.read"), ports[2]!),
		listen(page(parties, plainScript, policy("worker-src blob:;")), ports[3]!),
		listen(page(parties, plainScript, policy("")), ports[4]!),
		listen(page(parties, reactScript, policy("worker-src blob:;")), ports[5]!),
	]);
	return Object.assign(parties, {
		async [Symbol.asyncDispose]() {
			for (const server of servers) server.close().closeAllConnections();
			await issuerProcess.kill();
			folder[Symbol.dispose]();
		},
	});
}

/** Answers with what it was asked with, to scripts of every origin; the challenge is exposed to them. */
function api(house: Parties, resource: string, scope: string): RequestListener {
	const { verify } = createApi({ issuer: house.issuer, resource }).guard({ scope });
	return async (request, response) => {
		response.setHeader("access-control-allow-origin", "*");
		response.setHeader("access-control-allow-headers", "authorization, content-type");
		response.setHeader("access-control-expose-headers", "www-authenticate");
		response.setHeader("cache-control", "no-store");
		if (request.method === "OPTIONS") return void response.end();
		if (request.url === "/") return void response.end("an API");
		if (house.refuse > 0) {
			house.refuse--;
			return void response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end();
		}
		const caller = await verify(request).catch((error: AuthError) => error);
		if (caller instanceof AuthError) return void response.writeHead(caller.status, caller.headers).end();
		response.end(JSON.stringify({ resource, scope: caller.scopes }));
	};
}

/** A single page for every path, and its script. */
function page({ issuer, orders }: Parties, [first, ...later]: readonly Script[], csp: string): RequestListener {
	const html = `<!doctype html><html data-issuer="${issuer}" data-orders="${orders}"><title>App</title><body><script type="module" src="/${first!.name}"></script>`;
	return (request, response) => {
		const script = [first!, ...later].find(({ name }) => request.url === `/${name}`);
		response.setHeader("content-type", script ? "text/javascript" : "text/html");
		if (!script) response.setHeader("content-security-policy", csp);
		response.end(script?.code ?? html);
	};
}

interface Script {
	readonly name: string;
	readonly code: string;
}

async function scriptOf(entry: string): Promise<readonly Script[]> {
	const build = await rolldown({
		input: entry,
		platform: "browser",
		transform: { define: { "process.env.NODE_ENV": '"development"' } },
		logLevel: "silent",
	});
	const { output } = await build.generate({ format: "es" });
	await build.close();
	return output.map((file) => ({ name: file.fileName, code: file.type === "chunk" ? file.code : "" }));
}

function listen(handle: RequestListener, port: number): Promise<HttpServer> {
	return new Promise((done) => {
		const server = createServer(handle).listen(port, "127.0.0.1", () => done(server));
	});
}
