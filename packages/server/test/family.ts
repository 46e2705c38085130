import type { ClientRow, Code, Event, GrantStanding } from "../src/model/index.ts";
import { payloadOf } from "./flow.ts";
import type { House } from "./house.ts";

/** What a sealed code stands for. */
export function openCode(house: House, code: string): Code {
	const opened = house.gatehouse.ground.tokens.seals.open("code", code, house.now());
	if (!opened) throw new Error("this is no code of the house");
	return opened.value;
}

/** The grant that an access token belongs to. */
export function grantIdOf(accessToken: string): string {
	return String(payloadOf(accessToken)["jti"]).split(".", 1)[0] ?? "";
}

/** A family as the store has it now, with its conditions. */
export async function standing(house: House, grantId: string): Promise<GrantStanding> {
	const found = await house.gatehouse.ground.store.grants.find(grantId);
	if (!found) throw new Error(`there is no grant ${grantId}`);
	return found;
}

/** The events about a family, oldest first. */
export async function eventsOf(house: House, grantId: string): Promise<readonly Event[]> {
	return (await house.gatehouse.ground.store.events.list({ grantId, limit: 1000 })).toReversed();
}

/** Their kinds alone. */
export async function eventTypesOf(house: House, grantId: string): Promise<readonly string[]> {
	return (await eventsOf(house, grantId)).map(({ type }) => type);
}

/** Everything that a refused request could have changed: the family with its session, and every event there is (NOEFF). */
export async function stateOf(house: House, grantId: string): Promise<unknown> {
	const { grants, events } = house.gatehouse.ground.store;
	return { family: await grants.find(grantId), events: (await events.list({ limit: 10_000 })).map(({ id, type }) => `${type} ${id}`) };
}

/** The refresh token of a generation, as the server would have made it. */
export async function refreshTokenOf(house: House, grantId: string, generation: number): Promise<string> {
	return house.gatehouse.ground.tokens.refreshTokens.format((await standing(house, grantId)).grant, generation);
}

/** Changes the row of a client, as an operator does, and lets the server notice. */
export async function changeClient(house: House, id: string, change: (row: ClientRow) => ClientRow): Promise<void> {
	const { clients } = house.gatehouse.ground.store;
	const row = await clients.find(id);
	if (!row) throw new Error(`there is no client ${id}`);
	await clients.put(change(row), []);
	await house.gatehouse.refresh();
}

/** Switches a client off or on. */
export function holdClient(house: House, id: string, held: boolean): Promise<void> {
	return changeClient(house, id, (row) => ({ ...row, held }));
}
