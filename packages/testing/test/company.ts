import { createHash, randomBytes } from "node:crypto";
import type { Issuer, IssuerOptions } from "../src/index.ts";

export const orders = "https://orders.acme.test";
export const crm = "https://crm.acme.test";

/** What the tests of this package start an issuer with. */
export const company = {
	people: [
		{ username: "alice", name: "Alice Example", email: "alice@acme.test", groups: ["sales"] },
		{ username: "bob", name: "Bob Example" },
	],
	resources: [
		{ identifier: orders, scopes: { "orders.read": "See your orders", "orders.write": "Order in your name" } },
		{
			identifier: crm,
			scopes: { "crm.read": { description: "See customers", groups: ["sales"] } },
			signingAlg: "ES256",
			accessTokenLifetime: "5m",
		},
	],
	clients: [
		{
			client_id: "portal",
			redirect_uris: ["https://portal.acme.test/callback"],
			post_logout_redirect_uris: ["https://portal.acme.test/"],
			grant_types: ["authorization_code", "refresh_token"],
			scope: "openid profile offline_access orders.read crm.read",
			first_party: true,
		},
		{ client_id: "analytics", redirect_uris: ["https://analytics.test/cb"], scope: "openid orders.read" },
		{ client_id: "night", grant_types: ["client_credentials"], scope: "orders.read" },
	],
} as const satisfies IssuerOptions;

/** An authorization request as a good client makes it, and how its code is redeemed. */
export function requestOf(issuer: Issuer, clientId: string, more: Readonly<Record<string, string>> = {}) {
	const { client_secret = "", redirect_uris: [redirectUri = ""] = [] } = issuer.client(clientId);
	const verifier = randomBytes(32).toString("base64url");
	const parameters = new URLSearchParams({
		response_type: "code",
		client_id: clientId,
		redirect_uri: redirectUri,
		scope: "openid",
		state: "the state",
		code_challenge: createHash("sha256").update(verifier).digest("base64url"),
		code_challenge_method: "S256",
		...more,
	});
	return {
		url: `${issuer.url}/authorize?${parameters}`,
		redeem: (code: string) =>
			askToken(
				issuer,
				{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
				clientId,
				client_secret,
			),
	};
}

function askToken(issuer: Issuer, fields: Readonly<Record<string, string>>, clientId: string, secret: string): Promise<Response> {
	const authorization = `Basic ${btoa(`${clientId}:${encodeURIComponent(secret)}`)}`;
	return fetch(`${issuer.url}/token`, { method: "POST", headers: { authorization }, body: new URLSearchParams(fields) });
}

/** Signs a person in to the portal, as the portal does it. */
export async function tokensOf(issuer: Issuer, person: string, scope = "openid offline_access"): Promise<Readonly<Record<string, string>>> {
	const request = requestOf(issuer, "portal", { scope });
	const back = await issuer.signIn({ url: request.url, person });
	return (await request.redeem(back.searchParams.get("code") ?? "")).json();
}

/** Presents a refresh token of the portal. */
export function refresh(issuer: Issuer, refreshToken: string): Promise<Response> {
	const { client_secret = "" } = issuer.client("portal");
	return askToken(issuer, { grant_type: "refresh_token", refresh_token: refreshToken }, "portal", client_secret);
}

/** A segment of a JWT, unverified. */
export function segmentOf(jwt: string, index: 0 | 1): Readonly<Record<string, unknown>> {
	return JSON.parse(Buffer.from(jwt.split(".")[index] ?? "", "base64url").toString("utf8"));
}
