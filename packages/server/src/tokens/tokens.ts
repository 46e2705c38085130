import type { AccessTokenClaims, PublicJwk, SigningAlgorithm, TokenResponse } from "@gatehouse/protocol";
import type { Client, Code, Credential, Grant, Issuance, StoredSecret, WaitingRequest } from "../model/index.ts";

/** Chance, handed in: production takes it from the system, tests may count. */
export interface Random {
	/** @returns `length` unpredictable bytes, never shared with another caller. */
	bytes(length: number): Uint8Array;
	/** A time-ordered id (UUIDv7, RFC 9562 §5.7) as lower-case text; ids made by one process rise strictly. `now` in epoch milliseconds. */
	id(now: number): string;
}

/** What each purpose seals: a value of one purpose never opens as another (TK-19). */
export interface SealedTypes {
	/** An authorization code. */
	readonly code: Code;
	/** A request that waits for a page. */
	readonly request: WaitingRequest;
	/** A request with what was settled, for the one hop back to `/authorize`. */
	readonly answered: WaitingRequest;
	/** A POST that another site may send, on its way to its own GET. */
	readonly post: { readonly path: "/authorize" | "/end-session"; readonly parameters: string };
	/** Of which session the signed-out page tells who was told, and in which browser. */
	readonly receipt: { readonly sessionId: string; readonly browser: string };
}

/** Values that travel through the browser and come back unread and unchanged. */
export interface Seals {
	seal<Purpose extends keyof SealedTypes>(purpose: Purpose, value: SealedTypes[Purpose], now: number): string;
	/** @returns undefined for whatever is not, to the letter, a seal of this purpose and issuer made today or yesterday (or, by a clock ten seconds ahead, tomorrow) under a listed master key. */
	open<Purpose extends keyof SealedTypes>(
		purpose: Purpose,
		sealed: string,
		now: number,
	): { readonly value: SealedTypes[Purpose]; readonly sealedAt: number } | undefined;
}

/** Keyed proofs without content of their own. */
export interface Macs {
	/** The token of one of our forms: binds it to the browser mark, its purpose, and the session it was shown in. */
	form(browser: string, purpose: string, sessionId: string | undefined): string;
	isForm(token: string, browser: string, purpose: string, sessionId: string | undefined): boolean;
	/** The value of the device cookie: the person, chance, and the version of their password (D8). */
	device(personId: string, passwordVersion: number, now: number): string;
	/** @returns the id of the device's own guess budget when the cookie is genuine, at most 180 days old, and for this person and version. */
	isDevice(cookie: string, personId: string, passwordVersion: number, now: number): string | undefined;
	/** A bucket below 65 536 that nobody can choose without the master key. */
	bucket(kind: string, name: string): number;
}

/** Refresh tokens as generations of a grant's row. */
export interface RefreshTokens {
	/** The master key version that a new family is born with. */
	readonly version: number;
	format(grant: Pick<Grant, "id" | "salt" | "macKeyVersion">, generation: number): string;
	/** Reads without believing: only {@link RefreshTokens.isGenuine} proves it. */
	parse(token: string): { readonly grantId: string; readonly generation: number; readonly mac: Uint8Array } | undefined;
	/** Takes the same time when there is no grant. */
	isGenuine(
		presented: { readonly grantId: string; readonly generation: number; readonly mac: Uint8Array },
		grant: Pick<Grant, "id" | "salt" | "macKeyVersion"> | undefined,
	): boolean;
}

/** Secrets of clients and of sessions. */
export interface Secrets {
	/** A new client secret: 256 random bits, base64url. */
	generate(): string;
	/** Seals the SHA-256 of a secret for the store. */
	store(secret: string, expiresAt?: number): StoredSecret;
	/** Constant time for each stored secret; expired ones never match. */
	matches(presented: string, stored: readonly StoredSecret[], now: number): boolean;
	/** HMAC of a declared secret or password (or of the whole declaration), for noticing that a file changed; under the newest master key. */
	declared(text: string): string;
	/**
	 * True when `declared` was made of `text` under any listed master key: a change of master key changes no declaration.
	 * Where it is true and yet not what {@link Secrets.declared} answers, the newer value is to be stored.
	 */
	isDeclared(text: string, declared: string): boolean;
	/** Seals bytes for the store under the master key; `name` is associated data. */
	wrap(name: string, plain: Uint8Array): string;
	/** @throws Error when the master key that sealed it is not listed, or it was altered. */
	unwrap(name: string, wrapped: string): Uint8Array;
	/** The version of the master key that a stored secret or a wrapped value needs; undefined for what is neither. */
	sealedUnder(sealed: string): number | undefined;
	/** The same secret sealed under the newest master key; itself where it is so already, or cannot be opened. */
	renew(stored: StoredSecret): StoredSecret;
}

/** Who people are for each client. */
export interface Subjects {
	/** Takes the sealed key from the store, where it is not at hand yet. @throws Error when its master key is not listed. */
	take(sealed: string): void;
	/** The `sub` that a client sees of a person: pairwise in its sector, the id of the person for everyone else. */
	of(personId: string, client: Pick<Client, "sector">): string;
}

/** The cookie of a session: `id ‖ secret`; the store holds the SHA-256 of the secret. */
export interface SessionCookies {
	/** A new secret. Which session it becomes the secret of is known only once the sign-in is written. */
	create(): { readonly secretHash: Uint8Array; readonly cookieFor: (sessionId: string) => string };
	parse(cookie: string): { readonly sessionId: string; readonly secretHash: Uint8Array } | undefined;
	/** Constant time. */
	equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** Bearer tokens of registration; the store holds the SHA-256 of their secrets. */
export interface RegistrationTokens {
	/** A new initial access token (RFC 7591 §3), whose row has this id. */
	createInitial(id: string): { readonly token: string; readonly hash: Uint8Array };
	/** Reads without believing: whose it would be. */
	parseInitial(token: string): { readonly id: string; readonly hash: Uint8Array } | undefined;
	/** A new registration access token (RFC 7592 §3). */
	create(): { readonly token: string; readonly hash: Uint8Array };
	/** @returns undefined for what is not spelt as one. */
	hash(token: string): Uint8Array | undefined;
	/** Constant time. */
	equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** Passwords, hashed in worker threads behind a bounded queue. */
export interface Passwords {
	/** @throws OAuthError `temporarily_unavailable` with `retryAfter` when the queue is full. */
	hash(password: string): Promise<Credential>;
	/** Takes as long without a credential: a hash of nobody is checked instead (LG-01). `rehash` when the parameters are outdated. */
	verify(password: string, credential: Credential | undefined): Promise<{ readonly ok: boolean; readonly rehash: boolean }>;
	close(): Promise<void>;
}

/** Signs and believes. */
export interface TokenIssuer {
	/** Turns a conclusion into tokens; RS256 and PS256 sign on the thread pool. The ID token follows the access token, whose hash it carries. */
	issue(issuance: Issuance, now: number): Promise<TokenResponse>;
	/**
	 * A logout token (Back-Channel Logout §2.4), by the algorithm of the client's ID tokens and good for two minutes. Each has a
	 * `jti` of its own: a client that is told twice can tell the one from the other.
	 *
	 * @param subject who the person is for that client
	 */
	logoutToken(client: Pick<Client, "id" | "idTokenSigningAlg">, subject: string, sessionId: string, now: number): Promise<string>;
	/**
	 * An access token of ours: signature by a published key, `typ` at+jwt, `iss`, `exp`; whether its grant lives is another question.
	 *
	 * @returns undefined for everything else.
	 */
	verifyAccessToken(token: string, now: number): AccessTokenClaims | undefined;
	/** A signed userinfo answer (OpenID Connect Core §5.3.2): no end, no session and no type of its own, so nothing takes it for a token. */
	signUserinfo(claims: Readonly<Record<string, unknown>>, audience: string, alg: SigningAlgorithm, now: number): Promise<string>;
	/** A genuine ID token, also an expired one and one of a retired key, never one of a revoked key. */
	verifyIdTokenHint(token: string, now: number): { readonly sub: string; readonly aud: string; readonly sid?: string } | undefined;
	/** Base64url of SHA-256, for PKCE S256 (RFC 7636 §4.2). */
	s256(text: string): string;
	/** The JWK set as ready bytes (RFC 7517); the same object until the keys change. */
	jwks(now: number): Uint8Array;
	/** What there are keys for, in the order of the protocol's list. */
	readonly algorithms: readonly SigningAlgorithm[];
}

/** A JWS that a client made: read, and not believed yet. */
export interface ClientJws {
	readonly alg: string;
	/** In small letters, without `application/` before it (RFC 7515 §4.1.9). */
	readonly typ: string | undefined;
	readonly kid: string | undefined;
	readonly claims: Readonly<Record<string, unknown>>;
	readonly input: Uint8Array;
	/** Undefined where it has none: it is unsigned. */
	readonly signature: Uint8Array | undefined;
}

/** What clients sign: assertions that prove them, and request objects. */
export interface ClientSignatures {
	/** @returns undefined for what is no compact JWS of JSON objects in its one spelling, at most 8 KB long. */
	read(text: string): ClientJws | undefined;
	/**
	 * Why a JWS is not one by these keys; undefined when it is. Where it names a `kid`, that key alone counts.
	 *
	 * @param only the one algorithm that the client is registered for
	 * @returns the end of a sentence that begins with what was signed
	 */
	whyNot(jws: ClientJws, keys: readonly PublicJwk[], only?: SigningAlgorithm): string | undefined;
}
