/** What one sign-in that was begun must remember until the browser comes back. */
export interface Attempt {
	/** The browser that began it: another one that brings the answer is refused (RFC 9700 §4.7). */
	readonly browser: string;
	readonly nonce: string;
	readonly codeVerifier: string;
	readonly startedAt: number;
}

const longest = 15 * 60 * 1000;
const most = 1000;

/** The sign-ins under way, each under its own `state`, so that two tabs do not take each other's place. */
export class Attempts {
	readonly #attempts = new Map<string, Attempt>();

	keep(state: string, attempt: Attempt): void {
		const oldest = this.#attempts.keys().next();
		if (this.#attempts.size >= most && !oldest.done) this.#attempts.delete(oldest.value);
		this.#attempts.set(state, attempt);
	}

	/** The attempt with this `state`, once, and only for the browser that began it. */
	take(state: string | undefined, browser: string | undefined): Attempt | undefined {
		const attempt = state === undefined ? undefined : this.#attempts.get(state);
		if (state === undefined || !attempt || attempt.browser !== browser) return undefined;
		this.#attempts.delete(state);
		return Date.now() - attempt.startedAt <= longest ? attempt : undefined;
	}
}
