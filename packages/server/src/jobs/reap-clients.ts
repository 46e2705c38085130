import type { Event } from "../model/index.ts";
import { mostRegistrations } from "../oauth/registration/register.ts";
import type { RegistrationStore } from "../store/store.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** A client that registered itself goes when it got no token for this long. */
const idleFor = 90 * day;
/** One that came without a token and never got one goes sooner; at once, almost, where there are many of them. */
const neverUsedFor = { usual: 7 * day, crowded: hour };

/** As many in one run: each is a write. */
const atOnce = 500;

/** What the job takes of the ground. */
export interface ReapGround {
	readonly registrations: Pick<RegistrationStore, "count" | "idle" | "remove">;
	/** How long a refresh token may lie unused: its client is not idle before, in milliseconds. */
	readonly refreshIdle: number;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/**
 * Takes clients away that registered themselves and are of no use. Strangers who register and never come back fill no
 * store for long, and keep nobody out who means it.
 *
 * @returns how many went
 * @example await reapClients({ registrations: store.registrations, refreshIdle, newEvent }, now);
 */
export async function reapClients({ registrations, refreshIdle, newEvent }: ReapGround, now: number): Promise<number> {
	const crowded = (await registrations.count()) > mostRegistrations / 2;
	const since = { used: now - Math.max(idleFor, refreshIdle), registered: now - neverUsedFor[crowded ? "crowded" : "usual"] };
	let gone = 0;
	for (const { clientId } of await registrations.idle(since, atOnce)) {
		const told = newEvent(now, { type: "client.removed", clientId, actor: "job", data: { reason: "idle" } });
		if (await registrations.remove(clientId, [told], since)) gone++;
	}
	return gone;
}
