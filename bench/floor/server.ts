// The floor: only the work that no OpenID provider can leave out, durable, so that "times the floor" can be measured side by side.
// A yardstick, not a product: fixed clients, no pages, no end of a family after a replay, no rotation of keys.
// Run as `node server.ts FILE` (see settings.ts); it ends with its stdin.
import { createServer, type ServerResponse } from "node:http";
import { clientAuthentication } from "./clients.ts";
import { makeEndpoints, type Reply } from "./endpoints.ts";
import { readSettings } from "./settings.ts";
import { openSigner } from "./signing.ts";
import { FloorStore } from "./store.ts";

const settings = readSettings(process.argv[2] ?? "");
const { issuer, registration } = settings;
const store = new FloorStore(settings.database);
const signer = openSigner(settings);
const endpoints = makeEndpoints(settings, store, signer, clientAuthentication(registration));

const discovery = Buffer.from(
	JSON.stringify({
		issuer,
		authorization_endpoint: `${issuer}/authorize`,
		token_endpoint: `${issuer}/token`,
		introspection_endpoint: `${issuer}/introspect`,
		userinfo_endpoint: `${issuer}/userinfo`,
		jwks_uri: `${issuer}/jwks`,
		scopes_supported: ["openid", "profile", "email", "offline_access", registration.apiScope],
		response_types_supported: ["code"],
		grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
		code_challenge_methods_supported: ["S256"],
		id_token_signing_alg_values_supported: [settings.algorithm],
		subject_types_supported: ["public"],
		authorization_response_iss_parameter_supported: true,
	}),
);

function reply(response: ServerResponse, { status, json = "", location, cookie }: Reply): void {
	response.writeHead(status, {
		"cache-control": "no-store",
		"content-length": Buffer.byteLength(json),
		...(location === undefined ? { "content-type": "application/json" } : { location }),
		...(cookie !== undefined && { "set-cookie": cookie }),
	});
	response.end(json);
}

function replyWith(response: ServerResponse, document: Buffer): void {
	response.writeHead(200, {
		"content-type": "application/json",
		"cache-control": "public, max-age=300",
		"content-length": document.length,
	});
	response.end(document);
}

function replyLater(response: ServerResponse, pending: Promise<Reply>): void {
	pending.then(
		(answer) => reply(response, answer),
		(error: unknown) => {
			process.stderr.write(`${error}\n`);
			reply(response, { status: 500, json: '{"error":"server_error"}' });
		},
	);
}

const NOT_FOUND: Reply = { status: 404, json: '{"error":"not_found"}' };

const server = createServer((request, response) => {
	const url = request.url ?? "/";
	const mark = url.indexOf("?");
	const path = mark < 0 ? url : url.slice(0, mark);
	const { authorization, cookie } = request.headers;
	if (request.method === "POST") {
		let body = "";
		request.setEncoding("latin1");
		request.on("data", (chunk: string) => {
			body += chunk;
		});
		request.on("end", () => {
			const form = new URLSearchParams(body);
			if (path === "/token") replyLater(response, endpoints.token(authorization, form));
			else if (path === "/introspect") reply(response, endpoints.introspect(authorization, form));
			else reply(response, NOT_FOUND);
		});
		return;
	}
	switch (path) {
		case "/authorize":
			replyLater(response, endpoints.authorize(cookie, new URLSearchParams(url.slice(mark + 1))));
			break;
		case "/userinfo":
			reply(response, endpoints.userinfo(authorization));
			break;
		case "/jwks":
			replyWith(response, signer.jwks);
			break;
		case "/.well-known/openid-configuration":
			replyWith(response, discovery);
			break;
		default:
			reply(response, NOT_FOUND);
	}
});
server.keepAliveTimeout = 60_000;
server.listen(settings.port, "127.0.0.1");

function end(): void {
	store.close();
	process.exit();
}
process.once("SIGTERM", end);
process.stdin.once("end", end).resume();
