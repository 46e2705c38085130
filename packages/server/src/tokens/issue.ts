import crypto from "node:crypto";
import {
	type AccessTokenClaims,
	backchannelLogoutEvent,
	type IdTokenClaims,
	type LogoutTokenClaims,
	OAuthError,
	type SigningAlgorithm,
	type TokenResponse,
	tokenTypes,
} from "@gatehouse/protocol";
import { acrOf, type Client, type Grant, type Issuance } from "../model/index.ts";
import { algorithms } from "./algorithms.ts";
import { createBoundedMap } from "./bounded-map.ts";
import { encode } from "./encoding.ts";
import { longestJws, readJws, signJws, verifyJws } from "./jws.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Random, RefreshTokens, TokenIssuer } from "./tokens.ts";

/** Seconds. */
const idTokenLifetime = 3600;
const logoutTokenLifetime = 120;
const randomLength = 16;

/** As many verdicts on access tokens as are remembered, about a kilobyte each. */
const remembered = 4096;

/** What {@link createTokenIssuer} takes. `ring` is asked anew for each token, so that new keys need no restart. */
export interface IssuerGround {
	readonly issuer: string;
	readonly ring: () => KeyRing;
	readonly random: Pick<Random, "bytes">;
	readonly refreshTokens: Pick<RefreshTokens, "format">;
}

/**
 * Signs and believes tokens.
 *
 * @example const tokenIssuer = createTokenIssuer({ issuer, ring: () => ring, random, refreshTokens });
 */
export function createTokenIssuer(ground: IssuerGround): TokenIssuer {
	const { issuer, ring, random, refreshTokens } = ground;
	const verdicts = createBoundedMap<{ readonly claims: AccessTokenClaims; readonly kid: string }>(remembered);
	let jwks: Uint8Array = new Uint8Array(0);

	return Object.freeze({
		async issue(issuance: Issuance, now: number): Promise<TokenResponse> {
			const keys = ring();
			const accessKey = keys.signer(issuance.accessTokenAlg, now);
			const idKey = issuance.idToken && keys.signer(issuance.client.idTokenSigningAlg, now);
			const claims = accessTokenClaims(issuer, issuance, encode(random.bytes(randomLength)), now);
			const accessToken = await signJws(accessKey, accessKey.headers.accessToken, claims);
			// The second signature waits for the first: `at_hash` covers the whole access token.
			const idToken = idKey && (await signJws(idKey, idKey.headers.idToken, idTokenClaims(issuer, issuance, accessToken, now)));
			// Nobody would take it, we ourselves included.
			for (const token of [accessToken, idToken ?? ""])
				if (token.length > longestJws)
					throw new OAuthError("invalid_scope", `a token would be longer than ${longestJws} characters: ask for less`);
			const refresh = issuance.refreshToken;
			return {
				access_token: accessToken,
				token_type: "Bearer",
				expires_in: claims.exp - claims.iat,
				scope: claims.scope,
				...(refresh && { refresh_token: refreshTokens.format(refresh.grant, refresh.generation) }),
				...(idToken !== undefined && { id_token: idToken }),
			};
		},

		logoutToken(client: Pick<Client, "id" | "idTokenSigningAlg">, sub: string, sid: string, now: number) {
			const key = ring().signer(client.idTokenSigningAlg, now);
			const iat = Math.floor(now / 1000);
			return signJws(key, key.headers.logoutToken, {
				...{ iss: issuer, aud: client.id, iat, exp: iat + logoutTokenLifetime, jti: encode(random.bytes(randomLength)) },
				...{ events: { [backchannelLogoutEvent]: {} }, sub, sid },
			} satisfies LogoutTokenClaims);
		},

		verifyAccessToken(token: string, now: number) {
			if (token.length > longestJws) return undefined;
			const keys = ring();
			// Known by the hash of all of it, signature included: nothing else may stand for a token that was judged.
			const name = crypto.hash("sha256", token, "base64url");
			let verdict = verdicts.get(name);
			if (!verdict) {
				const jws = readJws(token);
				const key = jws?.header.typ === tokenTypes.accessToken && keys.published(jws.header.kid, now);
				const claims = key && verifyJws(jws, key);
				if (!claims || claims.iss !== issuer || typeof claims.exp !== "number") return undefined;
				verdict = { claims: Object.freeze(claims) as unknown as AccessTokenClaims, kid: key.kid };
				verdicts.set(name, verdict);
			}
			// A `kid` is the thumbprint of its key, so a verdict holds as long as that key is published.
			return now < verdict.claims.exp * 1000 && keys.published(verdict.kid, now) ? verdict.claims : undefined;
		},

		verifyIdTokenHint(token: string, now: number) {
			const jws = readJws(token);
			const key = jws?.header.typ === tokenTypes.idToken && ring().remembered(jws.header.kid, now);
			const claims = key && verifyJws(jws, key);
			if (!claims || claims.iss !== issuer) return undefined;
			const { sub, aud, sid, exp } = claims;
			// A signed userinfo answer is a JWT for the same client about the same person: an ID token alone has an end.
			if (typeof sub !== "string" || typeof aud !== "string" || typeof exp !== "number") return undefined;
			return typeof sid === "string" ? { sub, aud, sid } : { sub, aud };
		},

		async signUserinfo(claims: Readonly<Record<string, unknown>>, audience: string, alg: SigningAlgorithm, now: number) {
			const key = ring().signer(alg, now);
			return signJws(key, key.headers.userinfo, { ...claims, iss: issuer, aud: audience });
		},

		s256: (text: string) => crypto.hash("sha256", text, "base64url"),

		jwks(now: number) {
			const bytes = ring().jwks(now);
			if (bytes !== jwks && Buffer.compare(bytes, jwks) !== 0) jwks = bytes;
			return jwks;
		},

		get algorithms() {
			return ring().algorithms;
		},
	});
}

/** RFC 9068 §2.2. */
function accessTokenClaims(issuer: string, issuance: Issuance, random: string, now: number): AccessTokenClaims {
	const { grant, groups } = issuance;
	const iat = Math.floor(now / 1000);
	return {
		iss: issuer,
		sub: issuance.subject,
		aud: issuance.audience,
		client_id: issuance.client.id,
		iat,
		exp: iat + Math.floor(issuance.accessTokenLifetime / 1000),
		jti: grant ? `${grant.id}.${random}` : random,
		scope: issuance.scope.join(" "),
		...(grant && { sid: grant.sessionId, auth_time: Math.floor(grant.authTime / 1000), ...proved(grant) }),
		...(groups && { groups }),
	};
}

/** OpenID Connect Core §2 and §3.1.3.6. Claims about the person never take the place of ours. */
function idTokenClaims(issuer: string, issuance: Issuance, accessToken: string, now: number): IdTokenClaims {
	const { grant, idToken, client } = issuance;
	if (!grant || !idToken) throw new Error("an ID token speaks of a person who signed in");
	const iat = Math.floor(now / 1000);
	const own = {
		iss: issuer,
		sub: idToken.subject,
		aud: client.id,
		iat,
		exp: iat + idTokenLifetime,
		auth_time: Math.floor(grant.authTime / 1000),
		sid: grant.sessionId,
		...(idToken.nonce !== undefined && { nonce: idToken.nonce }),
		at_hash: algorithms[client.idTokenSigningAlg].halfHash(accessToken),
		...proved(grant),
	};
	return { ...own, ...idToken.claims, ...own };
}

/** How the person proved who they are, and what that amounts to. */
function proved({ amr }: Pick<Grant, "amr">): Pick<AccessTokenClaims, "acr" | "amr"> {
	const acr = acrOf(amr);
	return { ...(acr !== undefined && { acr }), amr };
}
