import type { Auth } from "./auth.ts";
import { skew } from "./claims.ts";
import { refuse, type Verdict } from "./refusal.ts";

/** What a guard asks of a token besides being valid. Read and checked once, when the guard is made. */
export interface Requirement {
	readonly scopes: readonly string[];
	/** Accepted values of `acr`; none means any. */
	readonly acr: readonly string[];
	/** Seconds since the person signed in. */
	readonly maxAge: number | undefined;
}

/**
 * Whether a verified token allows what is asked: each scope as a whole word (RFC 6750 §3.1), and a sign-in as strong and as
 * recent as wanted (RFC 9470 §4). `now` in milliseconds.
 */
export function meet(verdict: Verdict, { scopes, acr, maxAge }: Requirement, now: () => number): Verdict {
	const { auth } = verdict;
	if (auth === undefined) return verdict;
	if (!scopes.every((scope) => auth.scopes.includes(scope)))
		return refuse("insufficient_scope", "The token lacks a scope that is needed here.");
	if (acr.length > 0 && !acr.some((value) => value === auth.claims.acr))
		return refuse("insufficient_user_authentication", "A stronger sign-in is needed here.");
	if (maxAge !== undefined && !isRecent(auth, maxAge, now))
		return refuse("insufficient_user_authentication", "A more recent sign-in is needed here.");
	return verdict;
}

function isRecent({ claims }: Auth, maxAge: number, now: () => number): boolean {
	const signedInAt = claims.auth_time;
	return typeof signedInAt === "number" && Math.floor(now() / 1000) - signedInAt <= maxAge + skew;
}
