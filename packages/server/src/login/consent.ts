import type { Event, SessionStanding, Settled } from "../model/index.ts";
import type { ConsentStore } from "../store/store.ts";

/** What recording an answer takes of the ground. */
export interface ConsentGround {
	readonly consents: Pick<ConsentStore, "add">;
	readonly newEvent: (now: number, event: Omit<Event, "id" | "at">) => Event;
}

/** The answer of the consent page. */
export interface ConsentAnswer {
	readonly clientId: string;
	/** What the page asked for. */
	readonly asked: readonly string[];
	/** What came back ticked; whatever was not asked for is dropped (PG-01). */
	readonly ticked: readonly string[];
	readonly allowed: boolean;
	readonly traceId: string;
}

/**
 * Records what a person allows a client. The page only adds to the standing consent; its answer narrows the grant at
 * hand alone. A refusal records nothing, and to allow nothing is to refuse.
 */
export async function answerConsent(
	answer: ConsentAnswer,
	session: SessionStanding,
	ground: ConsentGround,
	now: number,
): Promise<NonNullable<Settled["consent"]>> {
	const sessionId = session.session.id;
	const scope = answer.asked.filter((name) => name === "openid" || answer.ticked.includes(name));
	if (!answer.allowed || scope.length === 0) return { sessionId, denied: true };
	const event = ground.newEvent(now, {
		type: "consent.granted",
		traceId: answer.traceId,
		personId: session.person.id,
		clientId: answer.clientId,
		sessionId,
		data: { scope },
	});
	await ground.consents.add(session.person.id, answer.clientId, scope, now, [event]);
	return { sessionId, scope };
}
