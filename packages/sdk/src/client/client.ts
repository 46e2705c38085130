import { type Asking, authorizationUrl, newSecrets, type Secrets, type SignInWishes } from "../core/authorization-url.ts";
import { idTokenClaims, refreshedIdTokenFault } from "../core/id-token.ts";
import type { Claims } from "../core/json-web-token.ts";
import { urlWith } from "../core/url-with.ts";
import { AuthError } from "./auth-error.ts";
import { type ClientAuth, methodOf } from "./client-auth/index.ts";
import { createDiscovery, type Endpoints } from "./discovery.ts";
import { createQuiet } from "./quiet.ts";
import { createTokenEndpoint, type Granted } from "./token-endpoint.ts";
import type { World } from "./world.ts";

/** A registered client of one issuer, and how it proves itself there. */
export interface ClientSettings {
	readonly issuer: string;
	readonly clientId: string;
	/** Absent for a public client. */
	readonly clientAuth?: ClientAuth | undefined;
	/** What more is checked of a JWT of the issuer's, its signature, as a sentence of what is wrong with it. TLS is believed when absent. */
	readonly signatureFault?: ((jwt: string) => Promise<string | undefined>) | undefined;
	readonly world: World;
}

/** What the token endpoint gave (RFC 6749 §5.1). */
export interface Tokens {
	readonly accessToken: string;
	readonly scope: readonly string[];
	/** How long the access token lives, in milliseconds from when it came. */
	readonly lifetime: number;
	/** The successor of the one that was presented, or that one again. */
	readonly refreshToken: string | undefined;
	readonly idToken: string | undefined;
}

/** A code's tokens, and who they are for, by an ID token that has been checked (OpenID Connect Core §3.1.3.7). */
export interface Redeemed {
	readonly claims: Claims;
	readonly tokens: Tokens;
}

/** What of a transaction is needed to redeem its code. */
interface Redemption {
	readonly code: string;
	readonly redirectUri: string;
	readonly verifier: string;
	readonly nonce: string;
	/** Seconds, where the request asked for it. */
	readonly maxAge?: number | undefined;
	/** The API of the first access token (RFC 8707 §2.2); the issuer itself when absent, so that it is good for userinfo alone. */
	readonly resource?: string | undefined;
}

export interface Refreshing {
	readonly refreshToken: string;
	readonly resource: string;
	readonly scope?: string | undefined;
	/** Whose session it is; an ID token of another issuer, for another client or about somebody else is refused (OpenID Connect Core §12.2). */
	readonly sub: string;
}

/**
 * All that a client and its issuer say to each other, each a plain function of its arguments: nothing is kept between two calls but where the
 * endpoints are and until when the issuer wants to be left alone. Every failure is an `AuthError`.
 */
export interface Client {
	readonly issuer: string;
	readonly clientId: string;
	/** Where the endpoints are; found once, one request for all who ask, and again after an hour (RFC 8414). */
	readonly endpoints: () => Promise<Endpoints>;
	/** State, nonce and verifier of one authorization request, 256 bits each. */
	readonly newSecrets: () => Secrets;
	/** Where to send the browser (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3). */
	readonly authorizationUrl: (request: AuthorizationRequest, secrets: Secrets) => Promise<string>;
	/** Redeems a code. Sent once, whatever becomes of the answer: a second time would end what the first began. */
	readonly redeem: (redemption: Redemption) => Promise<Redeemed>;
	/** RFC 6749 §6. A lost answer is asked for again with the same token. `session_expired` when the issuer knows the grant no longer. */
	readonly refresh: (refreshing: Refreshing) => Promise<Tokens>;
	/** RFC 6749 §4.4. */
	readonly clientCredentials: (wanted: { readonly resource: string; readonly scope?: string | undefined }) => Promise<Tokens>;
	/**
	 * Ends a token family (RFC 7009). With `endSession` the session ends too that it was begun in: Gatehouse does so for a first-party app on a
	 * device, others do not know the word.
	 */
	readonly revoke: (refreshToken: string, more?: { readonly endSession?: boolean }) => Promise<void>;
	/** Where the browser ends its session at the issuer (RP-Initiated Logout §2); nothing when the issuer has no such place. */
	readonly endSessionUrl: (request: EndSession) => Promise<string | undefined>;
}

interface EndSession {
	readonly idTokenHint?: string | undefined;
	readonly postLogoutRedirectUri?: string | undefined;
	readonly state?: string | undefined;
}

/** What is asked of the issuer, and how the person shall sign in. */
type AuthorizationRequest = Omit<Asking, "clientId"> & SignInWishes;

/**
 * A client of one issuer. Nothing is fetched before it is needed.
 *
 * @example
 * const client = createClient({ issuer: "https://auth.acme.test", clientId: "billing-job", clientAuth: env("SSO_SECRET"), world: platform });
 * const { accessToken } = await client.clientCredentials({ resource: "https://orders.acme.test" });
 */
export function createClient({ issuer, clientId, clientAuth, signatureFault, world }: ClientSettings): Client {
	const quiet = createQuiet(world);
	const endpoints = createDiscovery(issuer, quiet, world);
	const tokenEndpoint = createTokenEndpoint({ issuer, clientId }, methodOf(clientAuth), quiet, world);

	return Object.freeze({
		issuer,
		clientId,
		endpoints,
		newSecrets: () => newSecrets(world.randomBytes),

		async authorizationUrl({ redirectUri, scope, resource, ...how }, secrets) {
			const { authorization } = await endpoints();
			return authorizationUrl(authorization, { clientId, redirectUri, scope, resource }, secrets, how, world.digest);
		},

		async redeem({ code, redirectUri, verifier, nonce, maxAge, resource = issuer }) {
			const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier, resource };
			const granted = await tokenEndpoint.ask((await endpoints()).token, form, "once");
			const tokens = tokensOf(granted, undefined);
			const { accessToken, idToken } = tokens;
			const expected = { issuer, clientId, nonce, maxAge, accessToken, date: granted.date, digest: world.digest };
			const claims = await idTokenClaims(idToken, expected);
			const fault = typeof claims === "string" ? claims : await signatureFault?.(String(idToken));
			if (fault !== undefined) throw new AuthError("id_token_refused", fault);
			return { claims: claims as Claims, tokens };
		},

		async refresh({ refreshToken, resource, scope, sub }) {
			const form = { grant_type: "refresh_token", refresh_token: refreshToken, resource, scope };
			const tokens = tokensOf(await tokenEndpoint.ask((await endpoints()).token, form, "repeatable"), scope);
			const fault = tokens.idToken && refreshedIdTokenFault(tokens.idToken, { issuer, clientId, sub });
			if (fault !== undefined) throw new AuthError("id_token_refused", fault);
			return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
		},

		async clientCredentials({ resource, scope }) {
			const form = { grant_type: "client_credentials", resource, scope };
			return tokensOf(await tokenEndpoint.ask((await endpoints()).token, form, "repeatable"), scope);
		},

		async revoke(refreshToken, { endSession = false } = {}) {
			const { revocation } = await endpoints();
			if (revocation !== undefined)
				await tokenEndpoint.giveBack(revocation, {
					token: refreshToken,
					token_type_hint: "refresh_token",
					end_session: endSession ? "true" : undefined,
				});
		},

		async endSessionUrl({ idTokenHint, postLogoutRedirectUri, state }) {
			const { endSession } = await endpoints();
			const parameters = { client_id: clientId, post_logout_redirect_uri: postLogoutRedirectUri, id_token_hint: idTokenHint, state };
			return endSession && urlWith(endSession, parameters);
		},
	} satisfies Client);
}

/** Milliseconds that an access token is used for when nobody says how long it lives (RFC 6749 §5.1). An API that refuses it sooner says so. */
const usualLifetime = 3_600_000;

const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

function tokensOf({ body }: Granted, asked: string | undefined): Tokens {
	const { access_token: accessToken, expires_in: expiresIn, scope, refresh_token: refreshToken, id_token: idToken } = body;
	// RFC 6749 §5.1: a scope that is not told is the one that was asked for.
	const held = (textOf(scope) ?? asked ?? "").split(" ").filter((word) => word !== "");
	const known = typeof expiresIn === "number" && expiresIn > 0 ? expiresIn * 1000 : 0;
	const lifetime = expiresIn === undefined ? usualLifetime : known;
	return { accessToken, scope: held, lifetime, refreshToken: textOf(refreshToken), idToken: textOf(idToken) };
}
