import {
	type Client,
	type Event,
	needsTouch,
	type Registry,
	type Session,
	type SessionLimits,
	type SessionStanding,
} from "../model/index.ts";
import type { AllowedClient, ConsentStore, EventStore, GuessStore, PersonStore, RefusedGuess, SessionStore } from "../store/store.ts";
import type { NewEvent } from "./new-event.ts";

/** What the account of a person takes of the ground. */
export interface AccountGround {
	readonly people: Pick<PersonStore, "find">;
	readonly consents: Pick<ConsentStore, "find" | "list" | "withdraw">;
	readonly sessions: Pick<SessionStore, "find" | "list" | "touch" | "end" | "endAll">;
	readonly events: Pick<EventStore, "ofPerson">;
	readonly guesses: Pick<GuessStore, "refused">;
	readonly sessionLimits: SessionLimits;
	readonly registry: () => Registry;
	readonly newEvent: NewEvent;
}

/** An app that may use the account. */
export interface AllowedApp extends AllowedClient {
	/** Undefined when it is known here no more. */
	readonly client: Client | undefined;
}

/** What happened to an account: something that changed, or a wrong password that was refused. */
export interface Happening {
	readonly at: number;
	readonly what: Event | RefusedGuess;
	/** The app it is about, as it is called now. */
	readonly app: string | undefined;
	/** What the browser said of itself that it happened in, or to. */
	readonly userAgent: string | undefined;
	/** Of a session that ended: the names of the apps that were told, that could not be told, and that cannot be told. */
	readonly told: Readonly<Record<"confirmed" | "failed" | "untold", readonly string[]>>;
}

/** Everything that a person is shown of their account. */
export interface Account {
	readonly hasPassword: boolean;
	/** Those of others first: they are what one comes to look through. */
	readonly apps: readonly AllowedApp[];
	/** Milliseconds for which an API that verifies by itself may still take what these apps hold; 0 where they may call none. */
	readonly heldFor: number;
	/** The one that asks first, then newest first. */
	readonly sessions: readonly Session[];
	/** Newest first. */
	readonly happenings: readonly Happening[];
}

const most = { sessions: 50, events: 200, happenings: 20 } as const;

/** What concerns the person themselves; the rest is for those who operate. */
const told: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
	"session.started",
	"session.reauthenticated",
	"session.ended",
	"consent.granted",
	"consent.withdrawn",
	"code.replayed",
	"refresh.replayed",
	"grant.revoked",
	"person.password_changed",
]);

/** What a person is shown of their account, in the session they look at it. Looking is use of that session. */
export async function readAccount({ person, session }: SessionStanding, ground: AccountGround, now: number): Promise<Account> {
	const registry = ground.registry();
	if (needsTouch(session.lastUsedAt, now, ground.sessionLimits)) await ground.sessions.touch(session.id, now);
	const [row, allowed, sessions, happenings] = await Promise.all([
		ground.people.find(person.id),
		ground.consents.list(person.id, now),
		ground.sessions.list({ personId: person.id, limit: most.sessions, now }),
		happeningsOf(person.id, registry, ground),
	]);
	const apps = allowed.map((one): AllowedApp => ({ ...one, client: registry.clients.get(one.clientId) }));
	const rank = ({ client, clientId }: AllowedApp) => `${client?.firstParty ? 1 : 0} ${client?.name ?? clientId}`;
	const lifetimes = apps.flatMap(({ scope }) => scope.map((name) => registry.resourceOfScope.get(name)?.accessTokenLifetime ?? 0));
	return {
		hasPassword: row?.hasPassword === true,
		apps: apps.toSorted((a, b) => rank(a).localeCompare(rank(b))),
		heldFor: Math.max(0, ...lifetimes),
		// Also where so many are newer that the list leaves it out.
		sessions: [sessions.find(({ id }) => id === session.id) ?? session, ...sessions.filter(({ id }) => id !== session.id)],
		happenings,
	};
}

async function happeningsOf(personId: string, registry: Registry, ground: AccountGround): Promise<readonly Happening[]> {
	const [events, refused] = await Promise.all([ground.events.ofPerson(personId, most.events), ground.guesses.refused(personId)]);
	const happened = [...events.filter(({ type }) => told.has(type)), ...refused].toSorted((a, b) => b.at - a.at).slice(0, most.happenings);
	const nameOf = (clientId: string) => registry.clients.get(clientId)?.name ?? clientId;
	const toldOf = (what: Event | RefusedGuess, type: Event["type"]) =>
		"door" in what || what.type !== "session.ended"
			? []
			: events.flatMap((one) => (one.type === type && one.sessionId === what.sessionId && one.clientId ? [nameOf(one.clientId)] : []));
	const sessions = new Map<string, Promise<SessionStanding | undefined>>();
	const userAgentOf = async (what: Event | RefusedGuess): Promise<string | undefined> => {
		if ("door" in what) return what.userAgent;
		if (what.sessionId === undefined) return undefined;
		const found = sessions.get(what.sessionId) ?? ground.sessions.find(what.sessionId);
		sessions.set(what.sessionId, found);
		return (await found)?.session.userAgent;
	};
	return Promise.all(
		happened.map(async (what): Promise<Happening> => {
			const clientId = "door" in what ? undefined : what.clientId;
			const app = clientId === undefined ? undefined : nameOf(clientId);
			const told = {
				confirmed: toldOf(what, "logout.confirmed"),
				failed: toldOf(what, "logout.failed"),
				untold: toldOf(what, "logout.untold"),
			};
			return { at: what.at, what, app, userAgent: await userAgentOf(what), told };
		}),
	);
}

/**
 * Takes back what the person allowed an app, standing consent and grants in use alike. An app of the company's own comes
 * back with the next sign-in: nobody is asked.
 *
 * @returns false when the person never allowed it anything; true also when it was taken back before.
 */
export async function takeBack(
	{ person, session }: SessionStanding,
	clientId: string,
	traceId: string,
	ground: AccountGround,
	now: number,
): Promise<boolean> {
	const allowed = await ground.consents.list(person.id, now);
	if (!allowed.some((one) => one.clientId === clientId)) return (await ground.consents.find(person.id, clientId)) !== undefined;
	const about = { traceId, personId: person.id, sessionId: session.id, clientId };
	await ground.consents.withdraw(person.id, clientId, now, [ground.newEvent(now, { type: "consent.withdrawn", ...about })]);
	return true;
}

/**
 * Ends another session of the same person, and with it its online families.
 *
 * @returns false when there never was such a session of this person; true also when it had ended before.
 */
export async function endOther(
	{ person }: SessionStanding,
	sessionId: string,
	traceId: string,
	ground: AccountGround,
	now: number,
): Promise<boolean> {
	const standing = await ground.sessions.find(sessionId);
	if (standing?.session.personId !== person.id) return false;
	await ground.sessions.end(sessionId, now, [endedBy(person.id, traceId, ground, now)(sessionId)]);
	return true;
}

/** Ends every session of the person but the one they ask in. */
export async function endAllOthers(
	{ person, session }: SessionStanding,
	traceId: string,
	ground: AccountGround,
	now: number,
): Promise<void> {
	await ground.sessions.endAll(person.id, now, endedBy(person.id, traceId, ground, now), session.id);
}

function endedBy(personId: string, traceId: string, ground: AccountGround, now: number) {
	return (sessionId: string) => ground.newEvent(now, { type: "session.ended", traceId, personId, sessionId, data: { by: "account" } });
}
