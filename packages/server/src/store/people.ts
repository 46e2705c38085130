import { canonicalName } from "../model/index.ts";
import type { Engine } from "./engine.ts";
import { isRecorded, record } from "./events.ts";
import { queries } from "./queries.ts";
import { canonicalAddress, credentialFrom, isEnabled, personFrom, personRowFrom, personValues } from "./rows.ts";
import { endSessions } from "./sessions.ts";
import type { PersonRow, PersonStore } from "./store.ts";

export function personStore(engine: Engine): PersonStore {
	const { sql, tenant } = engine;

	function find(id: string): PersonRow | undefined {
		const row = sql.get(queries.findPerson, tenant, id);
		return row && personRowFrom(row);
	}

	/** A user name that is someone else's address would take their sign-in from them (LG-05). */
	function isTaken(canonical: string, byAnotherThan: string): boolean {
		return sql.get(queries.isNameTaken, tenant, canonical, byAnotherThan) !== undefined;
	}

	return {
		findByName: (canonical) =>
			engine.read(() => {
				const [first, second] = sql.all(queries.findPersonByName, tenant, canonical);
				// An address that two people share names neither of them.
				if (first === undefined || (first.person_canonical_name !== canonical && second !== undefined)) return undefined;
				return { person: personFrom(first), credential: credentialFrom(first) };
			}),
		find: (id) => engine.read(() => find(id)),
		list: (limit, after = "") => engine.read(() => sql.all(queries.listPeople, tenant, canonicalName(after), limit).map(personRowFrom)),
		declared: () => engine.read(() => sql.all(queries.declaredPeople, tenant).map(personRowFrom)),

		add: (row, credential, events) =>
			engine.write<"added" | "taken">((earlier) => {
				if (isTaken(canonicalName(row.username), row.id)) return "taken";
				if (sql.run(queries.addPerson, tenant, ...personValues(row)) === 0)
					return earlier ?? (isRecorded(engine, events) ? "added" : "taken");
				if (credential) sql.run(queries.writeCredential, tenant, row.id, credential.kind, credential.hash);
				record(engine, events);
				return "added";
			}),

		change: (id, change, events) =>
			engine.write(() => {
				const before = find(id);
				if (before === undefined) return "absent";
				if (isRecorded(engine, events)) return "changed";
				const { username = before.username, claims = before.claims, groups = before.groups, admin = before.admin } = change;
				const canonical = canonicalName(username);
				if (canonical !== canonicalName(before.username) && isTaken(canonical, id)) return "taken";
				const mac = change.declaredPasswordMac ?? before.declaredPasswordMac;
				const identity = [username, canonical, canonicalAddress(claims)];
				sql.run(queries.changePerson, tenant, id, ...identity, JSON.stringify(claims), JSON.stringify(groups), admin, mac, change.now);
				record(engine, events);
				return "changed";
			}),

		setPassword: (id, credential, how, now, events, endedEvent, declaredPasswordMac) =>
			engine.write(() => {
				if (isRecorded(engine, events)) return true;
				const before = find(id);
				if (before === undefined || (!how.endEverything && how.passwordVersion !== before.passwordVersion)) return false;
				if (!how.endEverything && sql.run(queries.changeSecret, tenant, how.keep, how.secretHash, now) === 0) return false;
				record(engine, events);
				endSessions(engine, id, now, endedEvent, how.endEverything ? undefined : how.keep);
				sql.run(queries.passwordChanged, tenant, id, how.endEverything ? 1 : 0, declaredPasswordMac, now);
				sql.run(queries.writeCredential, tenant, id, credential.kind, credential.hash);
				return true;
			}),

		setEnabled: (id, change, now, events, endedEvent) =>
			engine.write(() => {
				const before = find(id);
				if (before === undefined) return false;
				if (isRecorded(engine, events)) return true;
				const { held = before.held, removedAt = before.removedAt ?? null, declaredDisabled = before.declaredDisabled } = change;
				const enabled = isEnabled({ held, declaredDisabled, ...(removedAt === null ? {} : { removedAt }) });
				const turnedOff = before.enabled && !enabled;
				record(engine, events);
				if (turnedOff) endSessions(engine, id, now, endedEvent);
				sql.run(queries.switchPerson, tenant, id, held, removedAt, declaredDisabled, enabled, turnedOff ? 1 : 0, now);
				return true;
			}),
	};
}
