import type { Tokens } from "../client/client.ts";
import type { World } from "../client/world.ts";
import type { AccessToken } from "../core/access-token.ts";

/** Which token is wanted, with everything settled. */
export interface Wanted {
	readonly resource: string;
	readonly scope: string | undefined;
	/** Seconds. */
	readonly minTtl: number;
	/** A token that the resource has refused: not that one again. */
	readonly refused: string | undefined;
}

/** Access tokens in memory, for as long as they are good for. */
export interface AccessTokens {
	/** One that is good for as long as it is needed, and not the one that was refused. */
	readonly find: (wanted: Wanted) => AccessToken | undefined;
	readonly add: (wanted: Wanted, tokens: Tokens) => AccessToken;
	readonly clear: () => void;
}

interface Held extends Tokens {
	/** Both clocks when it came. */
	readonly steady: number;
	readonly wall: number;
}

export function createAccessTokens({ steady, wall }: World): AccessTokens {
	const held = new Map<string, Held>();
	const nameOf = ({ resource, scope = "" }: Wanted) => `${resource} ${scope}`;

	/**
	 * The steady clock may stand still while the device sleeps, the other may be set to anything: the one that counts more is believed.
	 * When that is wrong, it costs one refresh.
	 */
	function given({ accessToken, scope, lifetime, ...came }: Held): AccessToken {
		const age = Math.max(steady() - came.steady, wall() - came.wall);
		return { accessToken, scope, expiresIn: Math.floor((lifetime - age) / 1000) };
	}

	return {
		find(wanted) {
			const found = held.get(nameOf(wanted));
			if (!found || found.accessToken === wanted.refused) return undefined;
			const answer = given(found);
			return answer.expiresIn > wanted.minTtl ? answer : undefined;
		},
		add(wanted, tokens) {
			const fresh = { ...tokens, steady: steady(), wall: wall() };
			held.set(nameOf(wanted), fresh);
			return given(fresh);
		},
		clear: () => held.clear(),
	};
}
