import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Endpoint, Issuer } from "@gatehouse/testing";
import { startIssuer } from "@gatehouse/testing";

export const orders = "https://orders.acme.test";
/** With everything in it that an encoding can spoil. */
export const secret = "s:cret ü%+&=é€ that is long enough";

/** An API for each algorithm of tokens. */
const resources = { RS256: orders, PS256: "https://ps.acme.test", ES256: "https://es.acme.test", EdDSA: "https://ed.acme.test" } as const;

/** What a suite in another runtime asks of the issuer, over HTTP, by name. */
const commands = {
	signIn: async (issuer: Issuer, url: string, person: string) => (await issuer.signIn({ url, person })).href,
	calls: async (issuer: Issuer) => issuer.calls,
	endSessions: async (issuer: Issuer, person: string) => issuer.endSessions(person),
	offline: async (issuer: Issuer) => issuer.offline(),
	mend: async (issuer: Issuer) => issuer.mend(),
	lose: async (issuer: Issuer, endpoint: Endpoint) => void issuer.lose(endpoint),
	unavailable: async (issuer: Issuer, endpoint: Endpoint, retryAfter: number) => void issuer.unavailable(endpoint, { retryAfter }),
	answer: async (issuer: Issuer, endpoint: Endpoint, answer: object) => void issuer.answer(endpoint, answer),
	resources: async () => resources,
	token: async (issuer: Issuer, resource: string) => issuer.token({ resource }),
};

type Commands = typeof commands;

/** An issuer, and an address at which it is told what to do. A page is served there too, so that a browser's suite has an origin. */
export interface Control extends AsyncDisposable {
	readonly url: string;
	readonly issuer: Issuer;
}

export async function openControl(script: string): Promise<Control> {
	let issuer: Issuer | undefined;
	const server = createServer(async (request, response) => {
		if (request.method === "GET") {
			const isScript = request.url === "/suite.js";
			response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
			response.end(isScript ? script : "<!doctype html><title>Suite</title>");
			return;
		}
		const [name, ...args] = (await json(request)) as [keyof Commands, ...never[]];
		try {
			const command = commands[name] as (issuer: Issuer | undefined, ...args: never[]) => Promise<unknown>;
			response.end(JSON.stringify({ result: await command(issuer, ...args) }));
		} catch (error) {
			response.end(JSON.stringify({ error: String(error) }));
		}
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const confidential = { client_secret: secret, allowed_cors_origins: [url] };
	issuer = await startIssuer({
		people: [{ username: "alice", name: "Alice Example" }],
		resources: Object.entries(resources).map(([alg, identifier], index) => ({
			identifier,
			scopes: { [index === 0 ? "orders.read" : `${alg}.read`]: "See it" },
			signingAlg: alg as keyof typeof resources,
		})),
		clients: [
			{
				client_id: "web",
				...confidential,
				redirect_uris: [`${url}/callback`],
				post_logout_redirect_uris: [`${url}/`],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile offline_access orders.read",
				first_party: true,
			},
			{ client_id: "job:1+1%", ...confidential, grant_types: ["client_credentials"], scope: "orders.read" },
			{
				client_id: "poster",
				...confidential,
				token_endpoint_auth_method: "client_secret_post",
				grant_types: ["client_credentials"],
				scope: "orders.read",
			},
			{
				client_id: "app",
				token_endpoint_auth_method: "none",
				redirect_uris: [`${url}/callback`],
				grant_types: ["authorization_code", "refresh_token"],
				scope: "openid profile orders.read",
				first_party: true,
			},
		],
	});
	return {
		url,
		issuer,
		async [Symbol.asyncDispose]() {
			await issuer.stop();
			server.closeAllConnections();
			server.close();
		},
	};
}
