import type { Client, Event, Registry } from "../model/index.ts";
import { type Outbound, type OutboundAnswer, OutboundFailure } from "../outbound/outbound.ts";
import type { Logout, LogoutStore } from "../store/store.ts";
import type { TokenIssuer } from "../tokens/tokens.ts";

/** What telling an app takes of the ground. */
export interface TellAppGround {
	readonly registry: () => Registry;
	readonly subjectOf: (personId: string, client: Pick<Client, "sector">) => string;
	readonly logoutToken: TokenIssuer["logoutToken"];
	readonly post: Outbound["post"];
	readonly logouts: Pick<LogoutStore, "settle">;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/** What came of one attempt. */
export type Attempt =
	| { readonly kind: "confirmed" }
	/** Not heard, or not confirmed: it is told again, as long as there is a pause left. */
	| { readonly kind: "unconfirmed"; readonly reason: string }
	/** It will not be heard at another time either. */
	| { readonly kind: "hopeless"; readonly reason: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long is waited after each attempt that was not confirmed: close together while an app starts anew, then for a day. */
const pauses = [2 * second, 10 * second, minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 15 * hour];

/** What an application answers to a program; a page for people is what a proxy answers, or a sign-in that caught the request. */
const pageTypes = ["text/html", "application/xhtml+xml"];

/** Tells one app that a session ended (Back-Channel Logout §2.5), at the address that it has now. */
export async function tellApp(logout: Logout, ground: Omit<TellAppGround, "logouts" | "newEvent">, now: number): Promise<Attempt> {
	const client = ground.registry().clients.get(logout.clientId);
	if (!client) return { kind: "hopeless", reason: "the app is no longer registered" };
	if (!client.enabled) return { kind: "hopeless", reason: "the app is switched off" };
	const { backchannelLogoutUri: uri } = client;
	if (uri === undefined) return { kind: "hopeless", reason: "the app has no backchannel_logout_uri any more" };
	const token = await ground.logoutToken(client, ground.subjectOf(logout.personId, client), logout.sessionId, now);
	try {
		return judge(await ground.post(uri, { logout_token: token }, { stranger: client.registeredItself }));
	} catch (error) {
		if (!(error instanceof OutboundFailure)) throw error;
		return { kind: "unconfirmed", reason: `its address ${error.message}` };
	}
}

/** Back-Channel Logout §2.8: 200, or the 204 that some frameworks make of an empty answer. A redirect is not followed: the token is for this address alone. */
function judge({ status, mediaType }: OutboundAnswer): Attempt {
	if (status !== 200 && status !== 204) return { kind: "unconfirmed", reason: `the app answered ${status}` };
	if (pageTypes.includes(mediaType)) return { kind: "unconfirmed", reason: "the app answered a page for people" };
	return { kind: "confirmed" };
}

/**
 * Writes what came of an attempt: what is over, with its event; else when the next one is.
 *
 * @returns false when another attempt had settled it meanwhile
 */
export async function noteAttempt(
	{ sessionId, clientId, personId, attempts }: Logout,
	attempt: Attempt,
	ground: Pick<TellAppGround, "logouts" | "newEvent">,
	now: number,
): Promise<boolean> {
	const about = { personId, clientId, sessionId, actor: "job" } as const;
	if (attempt.kind === "confirmed") {
		const event = ground.newEvent(now, { type: "logout.confirmed", ...about, data: { attempts } });
		return ground.logouts.settle(sessionId, clientId, { state: "confirmed", at: now }, [event]);
	}
	const { reason } = attempt;
	const pause = attempt.kind === "hopeless" ? undefined : pauses[attempts - 1];
	if (pause !== undefined) return ground.logouts.settle(sessionId, clientId, { state: "waiting", dueAt: now + pause, reason }, []);
	const event = ground.newEvent(now, { type: "logout.failed", ...about, data: { attempts, reason } });
	return ground.logouts.settle(sessionId, clientId, { state: "failed", at: now, reason }, [event]);
}
