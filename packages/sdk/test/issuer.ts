import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from "jose";
import { type Api, type ApiOptions, type AuthError, createApi } from "../src/resource-server/index.ts";

export const issuer = "https://auth.acme.test";
export const resource = "https://orders.acme.test";
export const keysUrl = `${issuer}/jwks.json`;

/** A pair of keys of the issuer, with the public half as it is published. */
export interface IssuerKey {
	readonly alg: string;
	readonly kid: string;
	readonly privateKey: CryptoKey;
	readonly jwk: JWK;
}

export async function newKey(alg: string, kid: string): Promise<IssuerKey> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, ...(alg === "EdDSA" ? { crv: "Ed25519" } : {}) });
	return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** Two clocks, moved by the test alone: the wall clock and the one that never jumps, both in milliseconds. */
class Clock {
	wall = Date.parse("2026-11-20T12:00:00Z");
	steady = 1_000_000;

	pass(seconds: number): void {
		this.wall += seconds * 1000;
		this.steady += seconds * 1000;
	}

	get seconds(): number {
		return this.wall / 1000;
	}
}

type Answerer = (url: string, init: RequestInit) => Response | Promise<Response>;

/**
 * A foreign issuer: jose signs, the documents are handed over by a `fetch` of its own. What it publishes and how it answers may be
 * changed while it runs; it writes down what it was asked for.
 */
export class Issuer {
	readonly clock = new Clock();
	readonly asked: string[] = [];
	readonly warnings: AuthError[] = [];
	readonly key: IssuerKey;
	metadata: Record<string, unknown> = { issuer, jwks_uri: keysUrl };
	jwks: { keys: unknown } = { keys: [] };
	maxAge = 300;
	answer: Answerer = (url) => this.honestAnswer(url);
	#tokens = 0;

	constructor(key: IssuerKey) {
		this.key = key;
		this.jwks = { keys: [key.jwk] };
	}

	readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
		this.asked.push(url);
		return await this.answer(url, init);
	};

	honestAnswer(url: string): Response {
		const headers = { "cache-control": `public, max-age=${this.maxAge}` };
		if (url === `${issuer}/.well-known/oauth-authorization-server`) return Response.json(this.metadata, { headers });
		if (url === keysUrl) return Response.json(this.jwks, { headers });
		return new Response("not found", { status: 404 });
	}

	get keyFetches(): number {
		return this.asked.filter((url) => url === keysUrl).length;
	}

	claims(): Record<string, unknown> {
		const now = Math.floor(this.clock.seconds);
		this.#tokens++;
		return {
			iss: issuer,
			aud: resource,
			sub: "alice",
			client_id: "shop",
			jti: `token-${this.#tokens}`,
			iat: now,
			exp: now + 600,
			scope: "openid orders.read",
		};
	}

	/** An honest access token, but for what is changed. A claim or header member that is `undefined` is left out. */
	async token(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key: IssuerKey = this.key): Promise<string> {
		const head = { alg: key.alg, typ: "at+jwt", kid: key.kid, ...header };
		return await new CompactSign(Buffer.from(JSON.stringify({ ...this.claims(), ...claims })))
			.setProtectedHeader(head)
			.sign(key.privateKey);
	}

	api(options: Partial<ApiOptions> = {}): Api {
		return createApi({
			issuer,
			resource,
			fetch: this.fetch,
			now: () => this.clock.wall,
			monotonic: () => this.clock.steady,
			onError: (error) => this.warnings.push(error),
			...options,
		});
	}
}

export async function newIssuer(alg = "ES256"): Promise<Issuer> {
	return new Issuer(await newKey(alg, "first"));
}

export function bearer(token: string): { readonly headers: { readonly authorization: string } } {
	return { headers: { authorization: `Bearer ${token}` } };
}

/** The verdict in a word: the subject, or the code of the refusal. */
export async function verdict(api: Api, token: string): Promise<string> {
	return await api.verify(bearer(token)).then(
		({ subject }) => subject,
		(error: AuthError) => error.code,
	);
}

/** The status and the challenge with which a guarded route answers. */
export async function challengeTo(api: Api, token: string): Promise<{ readonly status: number; readonly challenge: string | null }> {
	const route = api.guard().fetch(() => new Response("passed"));
	const { status, headers } = await route(new Request(resource, bearer(token)));
	return { status, challenge: headers.get("www-authenticate") };
}

/** Any header over any payload with any signature, spelt as told. */
export function compact(header: unknown, payload: unknown, signature: Uint8Array | string = ""): string {
	const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
	return `${encode(header)}.${encode(payload)}.${Buffer.from(signature).toString("base64url")}`;
}
