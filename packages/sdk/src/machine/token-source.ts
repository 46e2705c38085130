import type { Tokens } from "../client/client.ts";
import type { World } from "../client/world.ts";
import type { AccessToken } from "../core/access-token.ts";

interface Kept {
	readonly tokens: Tokens;
	/** Both clocks when it was asked for. */
	readonly steady: number;
	readonly wall: number;
}

interface Wanted {
	/** Seconds. */
	readonly minTtl: number;
	/** A token that the API did not take. */
	readonly refused?: string | undefined;
}

/** Gives out one token and its successors. */
export type TokenSource = (wanted: Wanted) => Promise<AccessToken>;

/** Milliseconds after a failure in which nobody asks again: doubled each time, up to the longest. */
const shortestPause = 1_000;
const longestPause = 8_000;
/** Milliseconds in which a refusal by the API brings one other token, not one for each call: an API may refuse them all. */
const refusalPause = 5_000;
/** A token is replaced when this part of its life is left, and never wanted for more than that one. */
const lastPart = 1 / 3;
const mostWanted = 0.9;

/**
 * The tokens for one resource and one scope. `ask` is under way at most once, whoever waits; a failure is told to all who ask within a short
 * pause, and no longer. The token at hand serves on as long as it is good, whatever becomes of its successor.
 */
export function createTokenSource(ask: () => Promise<Tokens>, { steady, wall }: Pick<World, "steady" | "wall">): TokenSource {
	let kept: Kept | undefined;
	let asking: Promise<Kept> | undefined;
	let failures = 0;
	let failure: unknown;
	let pausedUntil = Number.NEGATIVE_INFINITY;
	let refusalsPausedUntil = Number.NEGATIVE_INFINITY;

	/** Joins the request under way, or begins one unless the last failed just now. */
	function renew(): Promise<Kept> {
		if (asking === undefined && steady() < pausedUntil) return Promise.reject(failure);
		asking ??= load().finally(() => {
			asking = undefined;
		});
		return asking;
	}

	async function load(): Promise<Kept> {
		// Its life began no earlier than this, so that a slow answer makes it look older, never younger.
		const clocks = { steady: steady(), wall: wall() };
		try {
			kept = { tokens: await ask(), ...clocks };
			failures = 0;
			return kept;
		} catch (error) {
			failure = error;
			pausedUntil = steady() + Math.min(longestPause, shortestPause * 2 ** failures++);
			throw error;
		}
	}

	/**
	 * Milliseconds. The steady clock may stand still while the machine sleeps, the other may be set to anything: the one that counts more is
	 * believed. When that is wrong, it costs one request.
	 */
	function leftOf({ tokens, steady: begun, wall: begunAt }: Kept): number {
		return tokens.lifetime - Math.max(steady() - begun, wall() - begunAt);
	}

	function given(found: Kept): AccessToken {
		const { accessToken, scope } = found.tokens;
		return { accessToken, scope, expiresIn: Math.max(0, Math.floor(leftOf(found) / 1000)) };
	}

	function mayExchange(): boolean {
		if (steady() < refusalsPausedUntil) return false;
		refusalsPausedUntil = steady() + refusalPause;
		return true;
	}

	return async ({ minTtl, refused }) => {
		const left = kept === undefined ? 0 : leftOf(kept);
		if (kept === undefined || left <= 0 || left < Math.min(minTtl * 1000, mostWanted * kept.tokens.lifetime)) return given(await renew());
		if (kept.tokens.accessToken === refused && (asking !== undefined || mayExchange())) return given(await renew());
		if (left < lastPart * kept.tokens.lifetime) renew().catch(() => undefined);
		return given(kept);
	};
}
