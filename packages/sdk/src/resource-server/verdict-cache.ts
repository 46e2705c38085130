import { hash } from "node:crypto";
import type { Key } from "../keys/key-set.ts";
import type { Auth } from "./auth.ts";

/** A token that was verified, and the key that did it. */
export interface Verified {
	readonly auth: Auth;
	readonly key: Key;
}

/**
 * Remembers the newest verified tokens by SHA-256 of the whole token, so that no token can ever be answered with another's claims.
 * Holds at most `size` of them: two generations, of which the older is dropped when the younger is full.
 */
export class VerdictCache {
	readonly #half: number;
	#young = new Map<string, Verified>();
	#old = new Map<string, Verified>();

	constructor(size: number) {
		this.#half = Math.floor(size / 2);
	}

	static nameOf(token: string): string {
		return hash("sha256", token, "base64url");
	}

	get(name: string): Verified | undefined {
		const young = this.#young.get(name);
		if (young !== undefined) return young;
		const old = this.#old.get(name);
		if (old !== undefined) this.set(name, old);
		return old;
	}

	set(name: string, verified: Verified): void {
		if (this.#young.size >= this.#half) {
			this.#old = this.#young;
			this.#young = new Map();
		}
		this.#young.set(name, verified);
	}
}
