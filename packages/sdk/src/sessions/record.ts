import type { Tokens } from "../client/client.ts";
import type { World } from "../client/world.ts";
import type { AccessToken } from "../core/access-token.ts";
import type { Session } from "../core/session.ts";
import type { WantedToken } from "./sessions.ts";

/** What is encrypted of a session: one token family, and the access tokens that came of it. */
export interface Secrets {
	readonly session: Session;
	readonly sub: string;
	readonly sid: string | undefined;
	readonly refreshToken: string | undefined;
	/** The last that came: the hint for the issuer's sign-out. */
	readonly idToken: string | undefined;
	/** The youngest last. */
	readonly tokens: readonly KeptToken[];
}

interface KeptToken {
	/** What was asked for. */
	readonly resource: string;
	readonly asked: string | undefined;
	readonly accessToken: string;
	readonly scope: readonly string[];
	/** Milliseconds; when it came, since 1970, by the clock of the replica that it came to. */
	readonly lifetime: number;
	readonly at: number;
}

/** Access tokens kept for one session. An app that asks for more pairs of resource and scope fetches the oldest again. */
const mostTokens = 20;
/** Milliseconds that the clocks of two replicas may differ. A token of the further future was dated by a clock that nobody can count with. */
const skew = 60_000;
/** Seconds that a token must still be good for, when nobody says. */
const usualTtl = 30;

type Wanted = Pick<WantedToken, "resource" | "scope">;

/** `secrets` after a refresh. */
export function withTokens(secrets: Secrets, { resource, scope }: Wanted, tokens: Tokens, { wall }: Pick<World, "wall">): Secrets {
	const { accessToken, lifetime } = tokens;
	const fresh: KeptToken = { resource, asked: scope, accessToken, scope: tokens.scope, lifetime, at: wall() };
	const others = secrets.tokens.filter((one) => secondsLeft(one, wall()) > 0 && !(one.resource === resource && one.asked === scope));
	return {
		...secrets,
		refreshToken: tokens.refreshToken ?? secrets.refreshToken,
		idToken: tokens.idToken ?? secrets.idToken,
		tokens: [...others, fresh].slice(-mostTokens),
	};
}

/** The token at hand that is good for as long as it is needed, and not the one that was refused. */
export function tokenIn({ tokens }: Secrets, wanted: WantedToken, { wall }: Pick<World, "wall">): AccessToken | undefined {
	const found = tokens.find(({ resource, asked }) => resource === wanted.resource && asked === wanted.scope);
	if (!found || found.accessToken === wanted.refused) return undefined;
	const expiresIn = secondsLeft(found, wall());
	return expiresIn > (wanted.minTtl ?? usualTtl) ? { accessToken: found.accessToken, expiresIn, scope: found.scope } : undefined;
}

function secondsLeft({ at, lifetime }: KeptToken, now: number): number {
	if (at > now + skew) return 0;
	return Math.floor((lifetime - Math.max(0, now - at)) / 1000);
}
