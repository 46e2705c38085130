import { type Credential, canonicalName, type Event, type IsCommon, namesOf, type Person } from "../model/index.ts";
import type { PersonRow, PersonStore } from "../store/store.ts";
import type { Passwords } from "../tokens/tokens.ts";
import type { NewEvent } from "./new-event.ts";
import { whyNotPassword } from "./password-rules.ts";
import { managedByFile, NotFound, Refusal } from "./refusal.ts";

/** What the rules about people take of the ground. */
export interface PeopleGround {
	readonly people: Pick<PersonStore, "findByName" | "find" | "list" | "add" | "setPassword" | "setEnabled">;
	readonly hashPassword: Passwords["hash"];
	/** Asked for only when there is a password to judge. */
	readonly commonPasswords: () => Promise<IsCommon>;
	readonly newEvent: NewEvent;
	/** A new `sub`. */
	readonly newPersonId: (now: number) => string;
}

/** A person that an operator adds. */
export interface NewPerson extends Pick<Person, "username" | "claims" | "groups" | "admin"> {
	readonly password: string;
}

/**
 * A person by user name, or by an address that no other person has.
 *
 * @throws NotFound when there is none.
 */
export async function findPerson(ground: { readonly people: Pick<PersonStore, "findByName" | "find"> }, name: string): Promise<PersonRow> {
	const found = await ground.people.findByName(canonicalName(name));
	const row = found && (await ground.people.find(found.person.id));
	if (!row) throw new NotFound("person", name, `there is nobody called ${name}`, "`gatehouse user list` shows who there is");
	return row;
}

/**
 * A person whom commands may change.
 *
 * @throws Refusal when there is none, or the file manages them.
 */
export async function findOwnPerson(ground: Parameters<typeof findPerson>[0], name: string): Promise<PersonRow> {
	const row = await findPerson(ground, name);
	if (row.managedBy === "file") throw managedByFile(row.username);
	return row;
}

/**
 * Adds a person that the store manages.
 *
 * @throws Refusal when the password may not be set, or the name is taken.
 */
export async function addPerson(ground: PeopleGround, person: NewPerson, now: number): Promise<PersonRow> {
	const { username, claims, groups, admin } = person;
	const credential = await credentialOf(ground, person.password, person);
	const row: PersonRow = {
		id: ground.newPersonId(now),
		username,
		claims,
		groups,
		admin,
		...{ enabled: true, held: false, declaredDisabled: false, hasPassword: true, managedBy: "store" },
		...{ createdAt: now, updatedAt: now, epoch: 0, passwordVersion: 0 },
	};
	const event = ground.newEvent(now, { type: "person.added", personId: row.id, actor: "operator", data: { username } });
	if ((await ground.people.add(row, credential, [event])) === "taken") throw taken(username);
	return row;
}

/** @throws Refusal when somebody has this name already, so that nothing more need be asked for. */
export async function refuseTaken(ground: { readonly people: Pick<PersonStore, "findByName"> }, username: string): Promise<void> {
	if (await ground.people.findByName(canonicalName(username))) throw taken(username);
}

function taken(name: string): Refusal {
	return new Refusal(`${name} is someone's user name or address already: choose another`);
}

/**
 * Sets a person's password. Whoever knew the old one is out: all sessions end, all grants are void.
 *
 * @throws Refusal when the password may not be set, or the file manages the person.
 */
export async function setPassword(ground: PeopleGround, name: string, password: string, now: number): Promise<PersonRow> {
	const row = await findOwnPerson(ground, name);
	const credential = await credentialOf(ground, password, row);
	const event = ground.newEvent(now, { type: "person.password_changed", personId: row.id, actor: "operator" });
	await ground.people.setPassword(row.id, credential, { endEverything: true }, now, [event], (sessionId) =>
		ground.newEvent(now, { type: "session.ended", personId: row.id, sessionId, actor: "operator", data: { by: "password" } }),
	);
	return row;
}

async function credentialOf(ground: PeopleGround, password: string, person: Pick<Person, "username" | "claims">): Promise<Credential> {
	const why = whyNotPassword(password, namesOf(person), await ground.commonPasswords());
	if (why !== undefined) throw new Refusal(`the password ${why}`);
	return ground.hashPassword(password);
}

/**
 * Switches a person off, which ends all sessions and grants for good, or on. On a person of the file, off holds until on.
 *
 * @returns false when it was so already
 * @throws Refusal when the file itself keeps them off.
 */
export async function setPersonEnabled(
	ground: Pick<PeopleGround, "people" | "newEvent">,
	name: string,
	enabled: boolean,
	now: number,
): Promise<boolean> {
	const row = await findPerson(ground, name);
	if (enabled && row.removedAt !== undefined) throw new Refusal(`${row.username} left the configuration file: declare them there again`);
	if (enabled && row.declaredDisabled)
		throw new Refusal(`the configuration file switches ${row.username} off: take \`enabled: false\` away there`);
	if (row.held === !enabled) return false;
	const type: Event["type"] = enabled ? "person.enabled" : "person.disabled";
	const event = ground.newEvent(now, { type, personId: row.id, actor: "operator" });
	await ground.people.setEnabled(row.id, { held: !enabled }, now, [event], (sessionId) =>
		ground.newEvent(now, { type: "session.ended", personId: row.id, sessionId, actor: "operator", data: { by: "disabled" } }),
	);
	return true;
}
