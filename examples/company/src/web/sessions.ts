import { createHash, randomBytes } from "node:crypto";

/** An access token for one API. */
export interface ApiToken {
	readonly value: string;
	readonly scope: string;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
}

/** One browser signed in at this app. The tokens stay here; the browser holds nothing but the session's secret. */
export interface Session {
	readonly name: string;
	/** What the person signs in as. */
	readonly username: string;
	readonly email: string;
	/** Proves at sign-out which session at `auth` is meant (OpenID Connect RP-Initiated Logout §2). */
	readonly idToken: string;
	/** Must come with every form of this session. */
	readonly formToken: string;
	/** By the identifier of the API. */
	readonly tokens: Map<string, ApiToken>;
	/** Replaced at each use: it is good once (RFC 9700 §4.14.2). */
	refreshToken: string | undefined;
	/** The refresh under way: two at once would spend one token twice. */
	refreshing: Promise<unknown>;
	lastUsed: number;
}

const idle = 8 * 60 * 60 * 1000;
const most = 10_000;

/** The sessions of one app, in memory: enough for one process. They are found by a hash, so that a look into memory yields no cookie. */
export class Sessions {
	readonly #sessions = new Map<string, Session>();

	/** Keeps `session`, and returns the secret for its cookie. */
	begin(session: Session): string {
		const oldest = this.#sessions.keys().next();
		if (this.#sessions.size >= most && !oldest.done) this.#sessions.delete(oldest.value);
		const secret = newSecret();
		this.#sessions.set(hash(secret), session);
		return secret;
	}

	find(secret: string | undefined): Session | undefined {
		const session = secret === undefined ? undefined : this.#sessions.get(hash(secret));
		if (!session) return undefined;
		if (Date.now() - session.lastUsed > idle) {
			this.end(secret);
			return undefined;
		}
		session.lastUsed = Date.now();
		return session;
	}

	end(secret: string | undefined): void {
		if (secret !== undefined) this.#sessions.delete(hash(secret));
	}
}

/** 256 random bits as text. */
export function newSecret(): string {
	return randomBytes(32).toString("base64url");
}

function hash(secret: string): string {
	return createHash("sha256").update(secret).digest("base64url");
}
