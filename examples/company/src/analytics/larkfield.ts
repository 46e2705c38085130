import { randomBytes } from "node:crypto";
import * as client from "openid-client";
import { parties } from "../parties.ts";
import { secretOf } from "../secrets.ts";

/*
 * Everything that this app and Larkfield's sign-in say to each other (OpenID Connect Core §3.1), spoken by a certified library that is
 * nobody's here: Analytics is a stranger's product, and would be written the same for any other issuer.
 */
const { auth, analytics, crm } = parties;
const redirectUri = `${analytics.origin}/callback`;

/** What one sign-in that was begun must remember until the browser comes back. */
export interface Attempt {
	readonly state: string;
	readonly nonce: string;
	readonly codeVerifier: string;
}

/** What Larkfield lets this app have for one person. The tokens stay here; the browser never sees one. */
export interface Connection {
	readonly name: string;
	/** What the person signs in as. */
	readonly username: string;
	/** Must come with every form of this connection. */
	readonly formToken: string;
	token: Token;
	/** Replaced at each use: it is good once (RFC 9700 §4.14.2). */
	refreshToken: string | undefined;
	/** The refresh under way: two at once would spend one token twice. */
	refreshing: Promise<Token> | undefined;
}

interface Token {
	readonly value: string;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
}

/** The permission has ended: taken back, signed out elsewhere, or expired. Only a new sign-in helps. */
export class PermissionOver extends Error {}

/** The person said no (RFC 6749 §4.1.2.1). */
export class PermissionDenied extends Error {}

let found: Promise<client.Configuration> | undefined;

/** Asked for at the first sign-in and then kept; a failure is not kept. */
function issuer(): Promise<client.Configuration> {
	found ??= client
		.discovery(new URL(auth.origin), "analytics", undefined, client.ClientSecretBasic(secretOf("analytics")), {
			// Seconds, for each request.
			timeout: 5,
			// The demo's issuer is plain http on loopback. A real one is https, and the first of these goes away; the second has the
			// signature of the ID token checked, which OpenID Connect Core §3.1.3.7 leaves to TLS.
			execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
		})
		.catch((error: unknown) => {
			found = undefined;
			throw error;
		});
	return found;
}

export function newAttempt(): Attempt {
	return { state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier() };
}

/** Where to send the browser, which is asked for the person's permission there. */
export async function authorizationUrl({ state, nonce, codeVerifier }: Attempt): Promise<URL> {
	return client.buildAuthorizationUrl(await issuer(), {
		redirect_uri: redirectUri,
		scope: "openid profile offline_access crm.read",
		resource: crm.origin,
		state,
		nonce,
		code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
		code_challenge_method: "S256",
		// A greeting should cost no call of its own (OpenID Connect Core §5.5).
		claims: JSON.stringify({ id_token: { name: null, preferred_username: null } }),
	});
}

/** Redeems what came back in `query`. */
export async function connect(query: string, { state, nonce, codeVerifier }: Attempt): Promise<Connection> {
	const checks = { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
	const answer = await client
		.authorizationCodeGrant(await issuer(), new URL(`${redirectUri}${query}`), checks, { resource: crm.origin })
		.catch((error: unknown) => {
			const denied = error instanceof client.AuthorizationResponseError && error.error === "access_denied";
			throw denied ? new PermissionDenied("access_denied", { cause: error }) : error;
		});
	const claims = answer.claims();
	return {
		name: String(claims?.name ?? "Somebody"),
		username: String(claims?.preferred_username ?? ""),
		formToken: randomBytes(32).toString("base64url"),
		token: tokenOf(answer),
		refreshToken: answer.refresh_token,
		refreshing: undefined,
	};
}

/** Reads something of the CRM with the person's permission. */
export async function read<Answer>(connection: Connection, path: string): Promise<Answer> {
	const { value } = await freshToken(connection);
	const answer = await client.fetchProtectedResource(await issuer(), value, new URL(path, crm.origin), "GET");
	if (!answer.ok) throw new Error(`the CRM answered ${answer.status}`);
	return (await answer.json()) as Answer;
}

/** The token at hand while it lasts, otherwise a new one, however many ask (RFC 6749 §6). */
async function freshToken(connection: Connection): Promise<Token> {
	if (connection.token.expiresAt - Date.now() > 30_000) return connection.token;
	connection.refreshing ??= refresh(connection).finally(() => {
		connection.refreshing = undefined;
	});
	return connection.refreshing;
}

async function refresh(connection: Connection): Promise<Token> {
	if (connection.refreshToken === undefined) throw new PermissionOver();
	try {
		const answer = await client.refreshTokenGrant(await issuer(), connection.refreshToken, { resource: crm.origin });
		connection.refreshToken = answer.refresh_token ?? connection.refreshToken;
		connection.token = tokenOf(answer);
		return connection.token;
	} catch (error) {
		if (error instanceof client.ResponseBodyError && error.error === "invalid_grant") throw new PermissionOver("", { cause: error });
		throw error;
	}
}

/** Gives back what was allowed (RFC 7009). */
export async function disconnect({ refreshToken }: Connection): Promise<void> {
	if (refreshToken !== undefined) await client.tokenRevocation(await issuer(), refreshToken);
}

function tokenOf(answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): Token {
	return { value: answer.access_token, expiresAt: Date.now() + (answer.expiresIn() ?? 0) * 1000 };
}
