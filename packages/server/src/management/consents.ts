import type { AllowedClient, ClientStore, ConsentStore, PersonStore } from "../store/store.ts";
import { findClient } from "./clients.ts";
import type { NewEvent } from "./new-event.ts";
import { findPerson } from "./people.ts";

/** What the rules about consents take of the ground. */
export interface ConsentsGround {
	readonly consents: Pick<ConsentStore, "list" | "withdraw">;
	readonly people: Pick<PersonStore, "findByName" | "find">;
	readonly clients: ClientStore;
	readonly newEvent: NewEvent;
}

/** What clients may do for a person. */
export async function listConsents(ground: ConsentsGround, name: string, now: number): Promise<readonly AllowedClient[]> {
	return ground.consents.list((await findPerson(ground, name)).id, now);
}

/**
 * Takes back what a person allowed a client, standing consent and grants in use alike.
 *
 * @throws Refusal when there is no such person or client.
 */
export async function revokeConsent(ground: ConsentsGround, name: string, clientId: string, now: number): Promise<void> {
	const person = await findPerson(ground, name);
	await findClient(ground, clientId);
	const event = ground.newEvent(now, { type: "consent.withdrawn", personId: person.id, clientId, actor: "operator" });
	await ground.consents.withdraw(person.id, clientId, now, [event]);
}
