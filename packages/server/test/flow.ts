import { createHash, randomBytes } from "node:crypto";
import type { LightMyRequestResponse } from "fastify";
import type { Browser, Shown } from "./browser.ts";
import { asserted, assertionClaims } from "./client-key.ts";
import { encode, type Fields } from "./form.ts";
import { basic, clients, type House, issuer, ledgerKey, password } from "./house.ts";

/** A client of the house. */
export type TestClient = (typeof clients)[keyof typeof clients];

/** A client like one of the house but for what `changes` says. */
export function clientLike<Client extends TestClient>(client: Client, changes: Readonly<Record<string, unknown>>): Client {
	return { ...client, ...changes };
}

/** A PKCE pair (RFC 7636 §4.1). */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
	const verifier = randomBytes(32).toString("base64url");
	return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** An authorization request as a good client makes it; a field that is undefined is left out. */
export interface Request {
	readonly client: TestClient;
	readonly verifier: string;
	readonly fields: Fields;
	readonly url: string;
}

/** Builds an authorization request. */
export function requestOf(client: TestClient, fields: Fields = {}): Request {
	const { verifier, challenge } = pkce();
	const all: Fields = {
		response_type: "code",
		client_id: client.client_id,
		redirect_uri: "redirect_uris" in client ? client.redirect_uris[0] : undefined,
		scope: "openid",
		state: `state-${randomBytes(8).toString("hex")}`,
		nonce: `nonce-${randomBytes(8).toString("hex")}`,
		code_challenge: challenge,
		code_challenge_method: "S256",
		...fields,
	};
	return { client, verifier, fields: all, url: `${issuer}/authorize?${encode(all)}` };
}

/** Signs alice (or whom it says) in for a request, and answers where the browser was sent in the end. */
export async function authorize(browser: Browser, request: Request, username = "alice"): Promise<Shown> {
	let shown = await browser.go(request.url);
	if (shown.page === "login") shown = await browser.signIn(shown, username, password);
	return shown;
}

/** The code of an answer that came back to the client. */
export function codeOf(shown: Shown): string {
	const code = shown.url.searchParams.get("code");
	if (code === null) throw new Error(`no code: ${shown.status} ${shown.url.href} ${shown.page ?? ""} ${shown.text("error-text") ?? ""}`);
	return code;
}

/** How a client proves itself in a form post; `now` in epoch milliseconds, for what it signs. */
export function proof(
	client: TestClient,
	now = Date.UTC(2026, 10, 21, 12),
): { readonly fields: Fields; readonly headers: Record<string, string> } {
	if ("jwks" in client) return { fields: asserted(ledgerKey.sign(assertionClaims(client.client_id, issuer, now))), headers: {} };
	if (!("client_secret" in client)) return { fields: { client_id: client.client_id }, headers: {} };
	if ("token_endpoint_auth_method" in client)
		return { fields: { client_id: client.client_id, client_secret: client.client_secret }, headers: {} };
	return { fields: {}, headers: basic(client) };
}

/** A request at the token endpoint by a client that proves itself. */
export function token(house: House, client: TestClient, fields: Fields): Promise<LightMyRequestResponse> {
	const { fields: own, headers } = proof(client, house.now());
	return house.post("/token", { ...own, ...fields }, headers);
}

/** Redeems a code as its client does. */
export function redeem(house: House, request: Request, code: string, more: Fields = {}): Promise<LightMyRequestResponse> {
	return token(house, request.client, {
		grant_type: "authorization_code",
		code,
		redirect_uri: request.fields["redirect_uri"],
		code_verifier: request.fields["code_challenge"] === undefined ? undefined : request.verifier,
		...more,
	});
}

/** What a whole flow leaves behind. */
export interface Tokens {
	readonly request: Request;
	readonly browser: Browser;
	readonly access_token: string;
	readonly refresh_token: string;
	readonly id_token: string;
	readonly scope: string;
	readonly expires_in: number;
}

/** A whole code flow, from nothing to tokens. */
export async function signedIn(
	house: House,
	client: TestClient,
	fields: Fields = {},
	browser = house.browser(),
	username = "alice",
): Promise<Tokens> {
	const request = requestOf(client, fields);
	let shown = await authorize(browser, request, username);
	if (shown.page === "consent") shown = await browser.click(shown, "consent-allow");
	if (shown.page === "continue") shown = await browser.click(shown, "continue-submit");
	const answer = await redeem(house, request, codeOf(shown));
	if (answer.statusCode !== 200) throw new Error(`no tokens: ${answer.statusCode} ${answer.body}`);
	return { request, browser, ...answer.json() };
}

/** Presents a refresh token. */
export function refresh(house: House, client: TestClient, refreshToken: string, more: Fields = {}): Promise<LightMyRequestResponse> {
	return token(house, client, { grant_type: "refresh_token", refresh_token: refreshToken, ...more });
}

/** The payload of a JWT, unverified. */
export function payloadOf(jwt: string): Record<string, unknown> {
	return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8"));
}

/** Asks an API's own client whether a token is active. */
export async function isActive(house: House, tokenText: string, client: TestClient = clients.crmApi): Promise<boolean> {
	const { fields, headers } = proof(client, house.now());
	const answer = await house.post("/introspect", { ...fields, token: tokenText }, headers);
	return answer.json().active;
}
