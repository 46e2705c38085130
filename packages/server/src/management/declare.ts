import { isDeepStrictEqual } from "node:util";
import type { ClientRow, Declaration, DeclaredClient, Event, ResourceRow } from "../model/index.ts";
import type { ClientStore, EventStore, ResourceStore, SettingStore } from "../store/store.ts";
import type { Secrets } from "../tokens/tokens.ts";
import { applyPeople, type DeclarePeopleGround, planPeople } from "./declare-people.ts";
import type { NewEvent } from "./new-event.ts";

/** What applying a declaration takes of the ground. */
export interface DeclareGround extends DeclarePeopleGround {
	readonly settings: Pick<SettingStore, "get" | "set">;
	readonly resources: ResourceStore;
	readonly clients: Pick<ClientStore, "all" | "put">;
	readonly events: Pick<EventStore, "append">;
	readonly secrets: Pick<Secrets, "declared" | "isDeclared" | "store" | "matches" | "generate">;
	readonly newEvent: NewEvent;
}

/** What applying a declaration came to. */
export type Declared =
	/** It is the one that was applied last: nothing was looked at. */
	| { readonly kind: "unchanged" }
	/** A newer revision was applied before: nothing was changed. */
	| { readonly kind: "older"; readonly revision: number; readonly known: number }
	/** How many rows changed; those that left the file, which are disabled now. */
	| {
			readonly kind: "applied";
			readonly resources: number;
			readonly clients: number;
			readonly people: number;
			readonly removed: readonly string[];
	  };

/**
 * Makes the store say what the file declares. An unchanged file changes nothing and costs one HMAC, whatever its size.
 * Nothing is written before everything was found sound.
 *
 * @throws Refusal when passwords may not be set, or names belong to people whom the file does not manage.
 * @example await declare(configuration.declaration, ground, now);
 */
export async function declare(declaration: Declaration, ground: DeclareGround, now: number): Promise<Declared> {
	const text = JSON.stringify(declaration);
	const [digest, known] = await Promise.all([ground.settings.get("declaredDigest"), ground.settings.get("declaredRevision")]);
	const { revision } = declaration;
	if (revision !== undefined && known !== undefined && revision < Number(known)) return { kind: "older", revision, known: Number(known) };
	if (digest !== undefined && ground.secrets.isDeclared(text, digest)) return { kind: "unchanged" };

	const people = await planPeople(declaration.people, ground);
	const event = (type: Event["type"], about: Partial<Event>) => ground.newEvent(now, { type, actor: "file", ...about });
	const resources = await applyResources(declaration.resources, ground, event, now);
	const clients = await applyClients(declaration.clients, ground, event, now);
	const changedPeople = await applyPeople(people, ground, event, now);
	const removed = [...resources.removed, ...clients.removed, ...people.leave.map(({ username }) => username)];
	const counts = { resources: resources.changed, clients: clients.changed, people: changedPeople };

	// Last of all: whatever ends this process before is made good by the next start.
	await ground.events.append([
		event("file.applied", { data: { ...counts, removed: removed.length, ...(revision !== undefined && { revision }) } }),
	]);
	if (revision !== undefined) await ground.settings.set("declaredRevision", String(revision));
	await ground.settings.set("declaredDigest", ground.secrets.declared(text));
	return { kind: "applied", ...counts, removed };
}

type MakeEvent = (type: Event["type"], about: Partial<Event>) => Event;

interface Applied {
	readonly changed: number;
	readonly removed: readonly string[];
}

async function applyResources(declared: readonly ResourceRow[], ground: DeclareGround, event: MakeEvent, now: number): Promise<Applied> {
	const stored = new Map((await ground.resources.all()).map((row) => [row.identifier, row]));
	const names = new Set(declared.map(({ identifier }) => identifier));
	const changed = declared.filter((row) => !isDeepStrictEqual(row, stored.get(row.identifier)));
	const left = [...stored.values()].filter((row) => !names.has(row.identifier) && row.removedAt === undefined);
	const rows = [...changed, ...left.map((row) => ({ ...row, removedAt: now }))];
	await Promise.all(
		rows.map((row) => {
			const data = { identifier: row.identifier, ...("removedAt" in row && { removed: true }) };
			return ground.resources.put(row, [event(stored.has(row.identifier) ? "resource.changed" : "resource.added", { data })]);
		}),
	);
	return { changed: rows.length, removed: left.map(({ identifier }) => identifier) };
}

async function applyClients(declared: readonly DeclaredClient[], ground: DeclareGround, event: MakeEvent, now: number): Promise<Applied> {
	const stored = new Map((await ground.clients.all()).map((row) => [row.id, row]));
	const ids = new Set(declared.map(({ metadata }) => metadata.client_id));
	const changed = declared.flatMap((client) => {
		const before = stored.get(client.metadata.client_id);
		const after = rowOf(client, before, ground, now);
		return after ? [{ row: after, type: before ? ("client.changed" as const) : ("client.added" as const) }] : [];
	});
	const left = [...stored.values()].filter((row) => row.managedBy === "file" && row.removedAt === undefined && !ids.has(row.id));
	const gone = left.map((row) => ({ row: { ...row, removedAt: now, updatedAt: now }, type: "client.disabled" as const }));
	await Promise.all(
		[...changed, ...gone].map(({ row, type }) =>
			ground.clients.put(row, [event(type, { clientId: row.id, ...(row.removedAt !== undefined && { data: { removed: true } }) })]),
		),
	);
	return { changed: changed.length + gone.length, removed: left.map(({ id }) => id) };
}

/** The row that a declared client becomes; undefined when it is so already. An operator's `held` outlives every change. */
function rowOf(client: DeclaredClient, before: ClientRow | undefined, ground: DeclareGround, now: number): ClientRow | undefined {
	const { metadata } = client;
	const live = client.secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
	const kept = before?.secrets.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now) ?? [];
	const sameSecrets =
		live.length === kept.length &&
		live.every(({ value, expiresAt }, index) => {
			const stored = kept[index];
			return stored !== undefined && stored.expiresAt === expiresAt && ground.secrets.matches(value, [stored], now);
		});
	const same = before?.managedBy === "file" && before.removedAt === undefined && isDeepStrictEqual(before.metadata, metadata);
	if (same && sameSecrets) return undefined;
	return {
		id: metadata.client_id,
		metadata,
		secrets: sameSecrets ? kept : live.map(({ value, expiresAt }) => ground.secrets.store(value, expiresAt)),
		managedBy: "file",
		held: before?.held ?? false,
		createdAt: before?.createdAt ?? now,
		updatedAt: now,
	};
}
