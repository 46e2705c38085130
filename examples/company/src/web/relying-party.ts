import * as client from "openid-client";
import { parties } from "../parties.ts";
import { Attempts } from "./attempts.ts";
import { type ApiToken, newSecret, type Session } from "./sessions.ts";

/** What a web app is at `auth`, as declared in `gatehouse.config.ts`. */
export interface Registration {
	readonly clientId: string;
	readonly clientSecret: string;
	readonly origin: string;
	readonly scope: string;
	/** The APIs it calls; the first one's token comes with the sign-in. */
	readonly resources: readonly [string, ...string[]];
}

/** The permission has ended at `auth`: sign-out elsewhere, taken back, or expired. Only a new sign-in helps. */
export class PermissionOver extends Error {}

/** The person, or `auth` for them, said no (RFC 6749 §4.1.2.1). */
export class PermissionDenied extends Error {}

/** Everything a web app and `auth` say to each other (OpenID Connect Core §3.1), spoken by a certified library. */
export type RelyingParty = ReturnType<typeof createRelyingParty>;

export function createRelyingParty({ clientId, clientSecret, origin, scope, resources }: Registration) {
	const attempts = new Attempts();
	const redirectUri = `${origin}/callback`;
	let found: Promise<client.Configuration> | undefined;

	/** Asked for at the first sign-in and then kept; a failure is not kept. */
	function provider(): Promise<client.Configuration> {
		found ??= client
			.discovery(new URL(parties.auth.origin), clientId, undefined, client.ClientSecretBasic(clientSecret), {
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

	/** Where to send the browser that wants to sign in. */
	async function begin(browser: string): Promise<URL> {
		const state = client.randomState();
		const nonce = client.randomNonce();
		const codeVerifier = client.randomPKCECodeVerifier();
		const parameters = new URLSearchParams({
			redirect_uri: redirectUri,
			scope,
			state,
			nonce,
			code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
			code_challenge_method: "S256",
			// A greeting should cost no call of its own (OpenID Connect Core §5.5).
			claims: JSON.stringify({ id_token: { name: null, email: null, preferred_username: null } }),
		});
		for (const resource of resources) parameters.append("resource", resource);
		const url = client.buildAuthorizationUrl(await provider(), parameters);
		attempts.keep(state, { browser, nonce, codeVerifier, startedAt: Date.now() });
		return url;
	}

	/** Makes a session of the answer in `query`; undefined when this browser began no such sign-in. Throws when it was refused. */
	async function finish(query: string, browser: string | undefined): Promise<Session | undefined> {
		const state = new URLSearchParams(query).get("state") ?? undefined;
		const attempt = attempts.take(state, browser);
		if (state === undefined || !attempt) return undefined;
		const checks = { pkceCodeVerifier: attempt.codeVerifier, expectedState: state, expectedNonce: attempt.nonce, idTokenExpected: true };
		const answer = await client
			.authorizationCodeGrant(await provider(), new URL(`${redirectUri}${query}`), checks, { resource: resources[0] })
			.catch((error: unknown) => {
				const denied = error instanceof client.AuthorizationResponseError && error.error === "access_denied";
				throw denied ? new PermissionDenied("access_denied", { cause: error }) : error;
			});
		const claims = answer.claims();
		return {
			name: String(claims?.name ?? "Somebody"),
			username: String(claims?.preferred_username ?? ""),
			email: String(claims?.email ?? ""),
			idToken: answer.id_token ?? "",
			formToken: newSecret(),
			tokens: new Map([[resources[0], tokenOf(answer)]]),
			refreshToken: answer.refresh_token,
			refreshing: Promise.resolve(),
			lastUsed: Date.now(),
		};
	}

	/** A token of `session` for one API: the one at hand while it lasts, otherwise a new one by refresh (RFC 6749 §6, RFC 8707 §2.2). */
	async function tokenFor(session: Session, resource: string): Promise<ApiToken> {
		const turn = session.refreshing.then(async () => {
			const known = session.tokens.get(resource);
			if (known && known.expiresAt - Date.now() > 30_000) return known;
			const token = await refresh(session, resource);
			session.tokens.set(resource, token);
			return token;
		});
		session.refreshing = turn.catch(() => undefined);
		return turn;
	}

	async function refresh(session: Session, resource: string): Promise<ApiToken> {
		if (session.refreshToken === undefined) throw new PermissionOver();
		try {
			const answer = await client.refreshTokenGrant(await provider(), session.refreshToken, { resource });
			session.refreshToken = answer.refresh_token ?? session.refreshToken;
			return tokenOf(answer);
		} catch (error) {
			if (error instanceof client.ResponseBodyError && error.error === "invalid_grant") throw new PermissionOver("", { cause: error });
			throw error;
		}
	}

	/** Gives back what the session was allowed (RFC 7009). */
	async function giveBack(session: Session): Promise<void> {
		if (session.refreshToken !== undefined) await client.tokenRevocation(await provider(), session.refreshToken);
	}

	/** Where to send the browser to end its session at `auth` too (OpenID Connect RP-Initiated Logout §2). */
	async function endSessionUrl(session: Session, back: string): Promise<URL> {
		return client.buildEndSessionUrl(await provider(), { id_token_hint: session.idToken, post_logout_redirect_uri: back });
	}

	return Object.freeze({ origin, begin, finish, tokenFor, giveBack, endSessionUrl });
}

function tokenOf(answer: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers): ApiToken {
	return { value: answer.access_token, scope: answer.scope ?? "", expiresAt: Date.now() + (answer.expiresIn() ?? 0) * 1000 };
}
