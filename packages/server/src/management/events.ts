import type { Event } from "../model/index.ts";
import type { EventStore, PersonStore } from "../store/store.ts";
import { findPerson } from "./people.ts";

/** What the rules about events take of the ground. */
export interface EventsGround {
	readonly events: Pick<EventStore, "list">;
	readonly people: Pick<PersonStore, "findByName" | "find">;
}

/** An event, and the name of the person it is about. */
export interface ToldEvent extends Event {
	readonly username?: string;
}

/** Which events are asked for. */
export interface EventFilter {
	readonly limit: number;
	/** The name of a person. */
	readonly user?: string | undefined;
	/** Of a client, which may be gone already. */
	readonly clientId?: string | undefined;
	readonly type?: Event["type"] | undefined;
}

/**
 * What happened, newest first.
 *
 * @throws Refusal when there is no such person.
 * @example await listEvents(ground, { limit: 20, user: "alice" });
 */
export async function listEvents(ground: EventsGround, filter: EventFilter): Promise<readonly ToldEvent[]> {
	const { limit, user, clientId, type } = filter;
	const person = user === undefined ? undefined : await findPerson(ground, user);
	const events = await ground.events.list({
		limit,
		...(person && { personId: person.id }),
		...(clientId !== undefined && { clientId }),
		...(type !== undefined && { type }),
	});
	const names = new Map<string, string | undefined>(person && [[person.id, person.username]]);
	for (const { personId } of events)
		if (personId !== undefined && !names.has(personId)) names.set(personId, (await ground.people.find(personId))?.username);
	return events.map((event) => {
		const username = event.personId === undefined ? undefined : names.get(event.personId);
		return username === undefined ? event : { ...event, username };
	});
}
