import { onTestFinished } from "vitest";
import type { ClientRow, Event, EventType, Grant, ResourceRow } from "../../model/index.ts";
import type { KeyRow, Limits, NewSession, PersonRow, Redemption, Store } from "../store.ts";

/** Two ways to one store, as two replicas have them; where a store has only one, both are it. */
export interface Replicas {
	readonly one: Store;
	readonly other: Store;
	/** Does the next COMMIT of `one`, and loses its answer. */
	readonly loseNextCommit: () => void;
	readonly close: () => Promise<void>;
}

export type Open = (limits: Limits) => Promise<Replicas>;

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const t0 = Date.UTC(2026, 0, 1);

const usual: Limits = { sessions: { idle: 8 * hour, absolute: 30 * day, max: 0 }, refreshTokens: { idle: 14 * day, absolute: 90 * day } };

let made = 0;

/** Ids that rise, as UUIDv7 do. */
export function id(): string {
	made++;
	return `018d0000-0000-7000-8000-${made.toString(16).padStart(12, "0")}`;
}

export function event(type: EventType, about: Partial<Event> = {}): Event {
	return { id: id(), at: t0, type, ...about };
}

/** The event of a session that ended together with others. */
export function sessionEnded(sessionId: string): Event {
	return event("session.ended", { sessionId });
}

export function secret(): Uint8Array {
	return new TextEncoder().encode(`hash ${id()}`);
}

export function aPerson(about: Partial<PersonRow> = {}): PersonRow {
	const person = id();
	return {
		id: person,
		username: `person-${person}`,
		claims: { name: "Alice Example", email_verified: true },
		groups: ["sales"],
		admin: false,
		enabled: true,
		managedBy: "store",
		createdAt: t0,
		updatedAt: t0,
		epoch: 0,
		passwordVersion: 0,
		held: false,
		declaredDisabled: false,
		hasPassword: false,
		...about,
	};
}

export function aClient(about: Partial<ClientRow> = {}): ClientRow {
	const client = `client-${id()}`;
	return {
		id: client,
		metadata: { client_id: client },
		secrets: [],
		managedBy: "store",
		held: false,
		createdAt: t0,
		updatedAt: t0,
		...about,
	};
}

export function aResource(about: Partial<ResourceRow> = {}): ResourceRow {
	return { identifier: `https://api-${id()}.example`, scopes: { "crm.read": "See your customers" }, ...about };
}

export function aKey(about: Partial<KeyRow> = {}): KeyRow {
	return { kid: `key-${id()}`, alg: "RS256", publicJwk: '{"kty":"RSA"}', sealedPrivate: "sealed", createdAt: t0, ...about };
}

export function aSession(personId: string, about: Partial<NewSession> = {}): NewSession {
	return { id: id(), secretHash: secret(), personId, amr: ["pwd"], ...about };
}

type NewGrant = Omit<Grant, "revokedAt">;

/** A store with one person signed in and one client, as most tests need it. It closes when the test ends. */
export async function world(open: Open, limits: Partial<Limits["sessions"]> = {}) {
	const replicas = await open({ ...usual, sessions: { ...usual.sessions, ...limits } });
	onTestFinished(replicas.close);
	const { one, other } = replicas;
	const person = aPerson();
	const client = aClient();
	await one.people.add(person, { kind: "password", hash: "$argon2id$1" }, []);
	await one.clients.put(client, []);
	const begun = await one.sessions.begin(aSession(person.id), t0, () => []);
	if (!begun) throw new Error("nobody is signed in");
	const { session } = begun;
	const epoch = await one.settings.epoch();

	function grant(about: Partial<NewGrant> = {}): NewGrant {
		return {
			id: id(),
			clientId: client.id,
			personId: person.id,
			sessionId: session.id,
			scope: ["openid", "crm.read"],
			requestedScope: ["openid", "crm.read", "crm.write"],
			resourceNamed: false,
			authTime: t0,
			amr: ["pwd"],
			offline: false,
			needsConsent: false,
			generation: 1,
			rotatedAt: t0,
			previousRotatedAt: t0,
			macKeyVersion: 7,
			salt: new Uint8Array([1, 2, 3, 4]),
			createdAt: t0,
			expiresAt: t0 + 90 * day,
			redeemedBy: id(),
			epoch,
			personEpoch: 0,
			consentEpoch: 0,
			...about,
		};
	}

	function redemption(about: NewGrant = grant(), now = t0): Redemption {
		return {
			grant: about,
			now,
			redeemed: event("code.redeemed", { grantId: about.id }),
			replayed: event("code.replayed", { grantId: about.id }),
		};
	}

	/** A grant that was redeemed. */
	async function redeemed(about: Partial<NewGrant> = {}): Promise<NewGrant> {
		const made = grant(about);
		const result = await one.grants.redeem(redemption(made));
		if (result.kind !== "redeemed") throw new Error(`not redeemed: ${result.kind}`);
		return made;
	}

	/** The types of all events about something, oldest first. */
	async function told(filter: {
		readonly grantId?: string;
		readonly personId?: string;
		readonly clientId?: string;
	}): Promise<readonly EventType[]> {
		const events = await one.events.list({ limit: 1_000, ...filter });
		return events.map(({ type }) => type).toReversed();
	}

	return { ...replicas, one, other, person, client, session, grant, redemption, redeemed, told };
}

/** Fifty callers at once, half of them at each replica. */
export function fifty<T>(
	replicas: Pick<Replicas, "one" | "other">,
	call: (store: Store, index: number) => Promise<T>,
): Promise<readonly T[]> {
	return Promise.all(Array.from({ length: 50 }, (_, index) => call(index % 2 === 0 ? replicas.one : replicas.other, index)));
}

/** How often each value occurs. */
export function tally(values: readonly string[]): Readonly<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
	return counts;
}
