import { type ClientRow, type ClientSurroundings, clientFaults, type DeclaredClient, hasSecret } from "../model/index.ts";
import type { ClientStore, ResourceStore } from "../store/store.ts";
import type { Secrets } from "../tokens/tokens.ts";
import type { NewEvent } from "./new-event.ts";
import { managedByFile, NotFound, Refusal } from "./refusal.ts";

/** What the rules about clients take of the ground. */
export interface ClientsGround {
	readonly clients: ClientStore;
	readonly resources: Pick<ResourceStore, "all">;
	readonly secrets: Pick<Secrets, "generate" | "store">;
	readonly supported: Pick<ClientSurroundings, "grantTypes" | "authMethods">;
	readonly whyNotCalled: ClientSurroundings["whyNotCalled"];
	readonly newEvent: NewEvent;
}

/** @throws NotFound when there is no such client. */
export async function findClient(ground: Pick<ClientsGround, "clients">, id: string): Promise<ClientRow> {
	const row = await ground.clients.find(id);
	if (!row) throw new NotFound("client", id, `there is no client ${id}`, "`gatehouse client list` shows which there are");
	return row;
}

/**
 * A client that commands may change.
 *
 * @throws Refusal when there is none, or the file manages it.
 */
export async function findOwnClient(ground: Pick<ClientsGround, "clients">, id: string): Promise<ClientRow> {
	const row = await findClient(ground, id);
	if (row.managedBy === "file") throw managedByFile(`the client ${id}`);
	return row;
}

/**
 * Registers a client that the store manages. A confidential one that brings no secret gets one.
 *
 * @returns the secret that was made, which is shown this once
 * @throws Refusal with everything that is wrong with it.
 */
export async function addClient(
	ground: ClientsGround,
	{ metadata, secrets }: DeclaredClient,
	now: number,
): Promise<{ readonly client: ClientRow; readonly secret?: string }> {
	const id = metadata.client_id;
	if (await ground.clients.find(id)) throw new Refusal(`there is a client ${id} already: choose another client_id`);
	const made = hasSecret(metadata) && secrets.length === 0 ? ground.secrets.generate() : undefined;
	const all = made === undefined ? secrets : [{ value: made }];
	const apiScopes = new Set((await ground.resources.all()).flatMap((resource) => Object.keys(resource.scopes)));
	const { supported, whyNotCalled } = ground;
	const faults = clientFaults(metadata, { ...supported, apiScopes, secrets: all.length, whyNotCalled });
	if (faults.length > 0)
		throw new Refusal(`the client ${id} is refused: ${faults.map(({ field, text }) => `${field} ${text}`).join("; ")}`);
	const client: ClientRow = {
		id,
		metadata,
		secrets: all.map(({ value, expiresAt }) => ground.secrets.store(value, expiresAt)),
		managedBy: "store",
		held: false,
		createdAt: now,
		updatedAt: now,
	};
	await ground.clients.put(client, [ground.newEvent(now, { type: "client.added", clientId: id, actor: "operator" })]);
	return made === undefined ? { client } : { client, secret: made };
}

/**
 * Gives a client a new secret. The secrets it had work for `keep` milliseconds more, so that every replica of the client
 * can be told in time.
 *
 * @returns the new secret, which is shown this once
 * @throws Refusal for a public client, and one of the file.
 */
export async function rotateSecret(
	ground: ClientsGround,
	id: string,
	keep: number,
	now: number,
): Promise<{ readonly client: ClientRow; readonly secret: string }> {
	const row = await findOwnClient(ground, id);
	if (!hasSecret(row.metadata)) throw new Refusal(`the client ${id} has no secret: it is public, or signs with a key of its own`);
	const secret = ground.secrets.generate();
	const kept = row.secrets.flatMap(({ sealed, expiresAt }) => {
		const until = Math.min(expiresAt ?? Number.POSITIVE_INFINITY, now + keep);
		return until > now ? [{ sealed, expiresAt: until }] : [];
	});
	const client: ClientRow = { ...row, secrets: [ground.secrets.store(secret), ...kept], updatedAt: now };
	await ground.clients.put(client, [
		ground.newEvent(now, { type: "client.secret_rotated", clientId: id, actor: "operator", data: { keptFor: keep } }),
	]);
	return { client, secret };
}

/**
 * Switches a client off or on. On a client of the file, off holds until on, whatever the file says meanwhile.
 *
 * @returns false when it was so already
 * @throws Refusal when the file itself keeps it off.
 */
export async function setClientEnabled(
	ground: Pick<ClientsGround, "clients" | "newEvent">,
	id: string,
	enabled: boolean,
	now: number,
): Promise<boolean> {
	const row = await findClient(ground, id);
	const ofFile = row.managedBy === "file";
	if (enabled && ofFile && row.removedAt !== undefined)
		throw new Refusal(`the client ${id} left the configuration file: declare it there again`);
	if (enabled && ofFile && row.metadata.enabled === false)
		throw new Refusal(`the configuration file switches the client ${id} off: take \`enabled: false\` away there`);
	if (row.held === !enabled && (row.metadata.enabled !== false || !enabled)) return false;
	const { enabled: _, ...metadata } = row.metadata;
	const type = enabled ? "client.enabled" : "client.disabled";
	await ground.clients.put({ ...row, metadata: ofFile ? row.metadata : metadata, held: !enabled, updatedAt: now }, [
		ground.newEvent(now, { type, clientId: id, actor: "operator" }),
	]);
	return true;
}

/**
 * Takes a client away, with everything people allowed it.
 *
 * @throws Refusal for one of the file.
 */
export async function removeClient(ground: Pick<ClientsGround, "clients" | "newEvent">, id: string, now: number): Promise<void> {
	await findOwnClient(ground, id);
	await ground.clients.remove(id, [ground.newEvent(now, { type: "client.removed", clientId: id, actor: "operator" })]);
}
