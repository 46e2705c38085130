import { AuthError } from "../../src/client/auth-error.ts";
import type { Client, Redeemed, Refreshing, Tokens } from "../../src/client/client.ts";

/**
 * An issuer of one token family, as Gatehouse keeps it for a client that authenticates: the current refresh token rotates, the one before
 * gets the same successor, everything older is refused and ends nothing.
 */
export class Family {
	generation = 0;
	/** What was presented, in order. */
	readonly presented: Refreshing[] = [];
	readonly revoked: string[] = [];
	/** The person signed out, or was disabled. */
	dead = false;
	lifetime = 600_000;
	/** What happens around a refresh: before the issuer learns of it, and to its answer. */
	before: (refreshing: Refreshing) => Promise<void> = async () => undefined;
	after: (tokens: Tokens) => Promise<void> = async () => undefined;
	#accessTokens = 0;

	readonly redeemed: Redeemed = {
		claims: { iss: "https://auth.acme.test", sub: "canary-sub", name: "canary-name", email: "canary@acme.test", sid: "canary-sid" },
		tokens: {
			accessToken: "canary-access-0",
			scope: ["openid"],
			lifetime: 600_000,
			refreshToken: this.#token(0),
			idToken: "canary-id-token",
		},
	};

	readonly client = {
		issuer: "https://auth.acme.test",
		clientId: "portal",
		refresh: async (refreshing: Refreshing) => {
			await this.before(refreshing);
			const tokens = this.#refresh(refreshing);
			await this.after(tokens);
			return tokens;
		},
		revoke: async (refreshToken: string) => {
			this.revoked.push(refreshToken);
			this.dead = true;
		},
	} as unknown as Client;

	#token(generation: number): string {
		return `canary-refresh-${generation}`;
	}

	#refresh(refreshing: Refreshing): Tokens {
		this.presented.push(refreshing);
		const generation = Number(refreshing.refreshToken.split("-").at(-1));
		const fits = generation === this.generation || generation === this.generation - 1;
		if (this.dead || !fits) throw new AuthError("session_expired", "The issuer knows this grant no longer.");
		if (generation === this.generation) this.generation++;
		const accessToken = `canary-access-${++this.#accessTokens}`;
		const scope = refreshing.scope?.split(" ") ?? ["all"];
		return { accessToken, scope, lifetime: this.lifetime, refreshToken: this.#token(this.generation), idToken: undefined };
	}
}
