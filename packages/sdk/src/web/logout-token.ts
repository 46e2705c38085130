import { AuthError } from "../client/auth-error.ts";
import { isJsonObject } from "../keys/json.ts";
import type { Ground } from "./ground.ts";

/** What a logout token says. */
export interface LoggedOut {
	/** What it ends: one session of the issuer's, or all of a person's. */
	readonly named: { readonly sid: string } | { readonly sub: string };
	readonly jti: string;
	/** Milliseconds for which it would be taken again: as long as it is one that has just been made. */
	readonly left: number;
}

const event = "http://schemas.openid.net/event/backchannel-logout";

/** Seconds that two clocks may differ (D3). */
const skew = 10;
/** Seconds. A token says that something has just happened; an older one is a stray, or somebody's find. */
const oldest = 300;

const isTime = (value: unknown): value is number => Number.isFinite(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/**
 * Judges a logout token by Back-Channel Logout §2.6, but whether it has come before. Throws `logout_token_refused`; what the issuer's keys throw
 * where they cannot be asked.
 */
export async function readLogoutToken(jwt: string, { client, verify, world }: Ground): Promise<LoggedOut> {
	const { claims, fault } = await verify(jwt, "logout token");
	if (claims === undefined) throw refused(fault);
	const { iss, aud, iat, exp, jti, sub, sid, nonce, events } = claims;
	const now = world.wall() / 1000;
	if (iss !== client.issuer) throw refused("It is of another issuer.");
	if (![aud].flat().includes(client.clientId)) throw refused("It is for another client.");
	if (!isTime(iat) || iat - skew > now || iat + oldest + skew < now) throw refused("It was not made just now.");
	if (!isTime(exp) || exp + skew <= now) throw refused("It has expired.");
	if (nonce !== undefined) throw refused("It has a nonce, as ID tokens have.");
	if (!isJsonObject(events) || !isJsonObject(events[event])) throw refused("It tells of no sign-out.");
	if (!isText(jti)) throw refused("It has no id.");
	if (sid !== undefined ? !isText(sid) : !isText(sub)) throw refused("It names neither a session nor a person.");
	const left = Math.min(exp, iat + oldest) + skew - now;
	// Milliseconds are whole.
	return { named: isText(sid) ? { sid } : { sub: String(sub) }, jti, left: Math.ceil(left * 1000) + 1 };
}

export const refused = (why: string) => new AuthError("logout_token_refused", `The logout token was refused. ${why}`);
