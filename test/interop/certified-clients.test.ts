import * as oauth from "oauth4webapi";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { createVisitor } from "../../packages/testing/src/visitor/visitor.ts";
import { Browser } from "../browser.ts";
import { type Folder, type Server, scratchFolder, startServer } from "../process.ts";

const alice = { username: "alice", password: "correct horse battery staple" };
const redirect = "https://app.company.test/cb";
const secret = "a-secret-of-forty-characters-or-so-it-is";
const crm = "https://crm.company.test";
const scope = "openid profile email offline_access crm.read";

let folder: Folder;
let server: Server;

beforeAll(async () => {
	folder = scratchFolder();
	const port = await freePort();
	const web = {
		client_secret: secret,
		redirect_uris: [redirect],
		grant_types: ["authorization_code", "refresh_token"],
		scope,
		first_party: true,
	};
	const config = folder.write(
		"gatehouse.json",
		JSON.stringify({
			issuer: `http://127.0.0.1:${port}`,
			listen: { port },
			store: { url: "sqlite::memory:" },
			registration: { dynamic: "open" },
			resources: [{ identifier: crm, name: "CRM", scopes: { "crm.read": "See customers" }, introspection_clients: ["api"] }],
			clients: [
				{ client_id: "basic", ...web },
				{ client_id: "post", ...web, token_endpoint_auth_method: "client_secret_post" },
				{ client_id: "public", ...web, client_secret: undefined, token_endpoint_auth_method: "none" },
				{ client_id: "machine", client_secret: secret, grant_types: ["client_credentials"], scope: "crm.read" },
				{ client_id: "api", client_secret: secret, grant_types: [] },
			],
			users: [{ ...alice, name: "Alice Example", email: "alice@company.test", email_verified: true }],
		}),
	);
	server = await startServer(config, port);
});
afterAll(async () => {
	await server.stop();
	folder[Symbol.dispose]();
});

const insecure = { execute: [client.allowInsecureRequests] };

describe("openid-client", () => {
	const ways: readonly (readonly [string, () => client.ClientAuth])[] = [
		["basic", () => client.ClientSecretBasic(secret)],
		["post", () => client.ClientSecretPost(secret)],
		["public", () => client.None()],
	];

	test.each(ways)("%s: code flow, userinfo, refresh, revocation, and nothing after it", async (id, auth) => {
		const configuration = await client.discovery(new URL(server.origin), id, undefined, auth(), insecure);
		const verifier = client.randomPKCECodeVerifier();
		const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
		const url = client.buildAuthorizationUrl(configuration, {
			redirect_uri: redirect,
			scope,
			code_challenge: await client.calculatePKCECodeChallenge(verifier),
			code_challenge_method: "S256",
			state: checks.expectedState,
			nonce: checks.expectedNonce,
		});
		const back = await new Browser(server.origin).go(url.href, alice);
		const tokens = await client.authorizationCodeGrant(configuration, back.url, { ...checks, idTokenExpected: true });
		const sub = tokens.claims()!.sub;
		expect(await client.fetchUserInfo(configuration, tokens.access_token, sub)).toMatchObject({
			name: "Alice Example",
			email: "alice@company.test",
		});
		const next = await client.refreshTokenGrant(configuration, tokens.refresh_token!, { scope, resource: crm });
		expect(next.refresh_token).not.toBe(tokens.refresh_token);
		await client.tokenRevocation(configuration, next.refresh_token!);
		await expect(client.refreshTokenGrant(configuration, next.refresh_token!)).rejects.toMatchObject({ error: "invalid_grant" });
	});

	test("a client that nobody knew registers itself, and signs somebody in", async () => {
		const metadata = {
			client_name: "Newcomer",
			redirect_uris: [redirect],
			grant_types: ["authorization_code", "refresh_token"],
			// What this library does unless it is told otherwise.
			token_endpoint_auth_method: "client_secret_post",
		};
		const configuration = await client.dynamicClientRegistration(new URL(server.origin), metadata, undefined, insecure);
		const verifier = client.randomPKCECodeVerifier();
		const url = client.buildAuthorizationUrl(configuration, {
			redirect_uri: redirect,
			scope: "openid profile",
			code_challenge: await client.calculatePKCECodeChallenge(verifier),
			code_challenge_method: "S256",
		});
		const visitor = createVisitor(server.origin, alice, Date.now);
		const back = await visitor.open(url, { until: ({ origin }) => origin === new URL(redirect).origin });
		const tokens = await client.authorizationCodeGrant(configuration, back.url, { pkceCodeVerifier: verifier, idTokenExpected: true });
		expect(tokens.claims()!.aud).toBe(configuration.clientMetadata().client_id);
		await client.refreshTokenGrant(configuration, tokens.refresh_token!);
	});

	test("client credentials, and introspection by the API", async () => {
		const machine = await client.discovery(new URL(server.origin), "machine", secret, client.ClientSecretBasic(secret), insecure);
		const tokens = await client.clientCredentialsGrant(machine, { resource: crm, scope: "crm.read" });
		const api = await client.discovery(new URL(server.origin), "api", secret, client.ClientSecretBasic(secret), insecure);
		expect(await client.tokenIntrospection(api, tokens.access_token)).toMatchObject({
			active: true,
			client_id: "machine",
			scope: "crm.read",
		});
	});
});

test("oauth4webapi: RFC 8414 discovery, an answer that names its issuer, and a token that it validates as RFC 9068 says", async () => {
	const issuer = new URL(server.origin);
	const options = { [oauth.allowInsecureRequests]: true };
	const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...options }));
	const own: oauth.Client = { client_id: "basic" };
	const verifier = oauth.generateRandomCodeVerifier();
	const state = oauth.generateRandomState();
	const url = new URL(as.authorization_endpoint!);
	const query = {
		client_id: "basic",
		redirect_uri: redirect,
		response_type: "code",
		scope,
		resource: crm,
		code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
		code_challenge_method: "S256",
		state,
	};
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	const back = await new Browser(server.origin).go(url.href, alice);
	const parameters = oauth.validateAuthResponse(as, own, back.url, state);
	const auth = oauth.ClientSecretBasic(secret);
	const answer = await oauth.authorizationCodeGrantRequest(as, own, auth, parameters, redirect, verifier, options);
	const tokens = await oauth.processAuthorizationCodeResponse(as, own, answer);
	const call = new Request(crm, { headers: { authorization: `Bearer ${tokens.access_token}` } });
	expect(await oauth.validateJwtAccessToken(as, call, crm, options)).toMatchObject({ client_id: "basic", aud: crm, scope: "crm.read" });
});
