import { isDeepStrictEqual } from "node:util";
import {
	type Credential,
	canonicalName,
	canonicalPassword,
	type DeclaredPerson,
	type Event,
	type IsCommon,
	namesOf,
} from "../model/index.ts";
import type { PersonRow, PersonStore } from "../store/store.ts";
import type { Passwords, Secrets } from "../tokens/tokens.ts";
import { inParallel } from "./in-parallel.ts";
import { whyNotPassword } from "./password-rules.ts";
import { Refusal } from "./refusal.ts";

/** What applying declared people takes of the ground. */
export interface DeclarePeopleGround {
	readonly people: PersonStore;
	readonly hashPassword: Passwords["hash"];
	readonly verifyPassword: Passwords["verify"];
	/** Asked for only when there is a password to judge. */
	readonly commonPasswords: () => Promise<IsCommon>;
	readonly secrets: Pick<Secrets, "declared" | "isDeclared" | "generate">;
	readonly newPersonId: (now: number) => string;
	/** How many passwords are hashed at once. */
	readonly parallel: number;
	/** Told after each person, of all that are to be changed. */
	readonly progress?: (done: number, total: number) => void;
}

/** What is to be done about the people of a file. */
export interface PeoplePlan {
	readonly join: readonly DeclaredPerson[];
	readonly stay: readonly { readonly person: DeclaredPerson; readonly row: PersonRow; readonly passwordChanged: boolean }[];
	readonly leave: readonly PersonRow[];
}

/** One thing that is wrong with a declared person. */
export interface PersonFault {
	readonly place: string;
	readonly text: string;
}

/** The declared passwords that may not be set. */
export function passwordFaults(
	people: readonly DeclaredPerson[],
	isCommon: IsCommon,
	which: (person: DeclaredPerson) => boolean = () => true,
): readonly PersonFault[] {
	return people.flatMap((person, index) => {
		const judged = person.password !== undefined && which(person);
		const why = judged ? whyNotPassword(person.password, namesOf(person), isCommon) : undefined;
		return why === undefined ? [] : [{ place: `users[${index}].password`, text: `${why} (user ${person.username})` }];
	});
}

/** The HMAC is over the name too, so that it tells nobody who shares a password. */
function macText({ username }: Pick<DeclaredPerson, "username">, password: string): string {
	return JSON.stringify([canonicalName(username), canonicalPassword(password)]);
}

/**
 * Compares declared people with those of the store, and judges what is new, before anything is written.
 *
 * @throws Refusal when passwords may not be set, or names belong to people whom the file does not manage.
 */
export async function planPeople(declared: readonly DeclaredPerson[], ground: DeclarePeopleGround): Promise<PeoplePlan> {
	const rows = new Map((await ground.people.declared()).map((row) => [canonicalName(row.username), row]));
	const names = new Set(declared.map(({ username }) => canonicalName(username)));
	const stay = declared.flatMap((person) => {
		const row = rows.get(canonicalName(person.username));
		return row ? [{ person, row, passwordChanged: isChanged(person, row, ground) }] : [];
	});
	const join = declared.filter(({ username }) => !rows.has(canonicalName(username)));
	const fresh = new Set([...join, ...stay.filter(({ passwordChanged }) => passwordChanged).map(({ person }) => person)]);
	const judged = [...fresh].some(({ password }) => password !== undefined);
	const isCommon = judged ? await ground.commonPasswords() : () => false;
	const faults = [...passwordFaults(declared, isCommon, (person) => fresh.has(person)), ...(await foreignNames(declared, join, ground))];
	if (faults.length > 0)
		throw new Refusal(`the configuration file is refused: ${faults.map(({ place, text }) => `${place} ${text}`).join("; ")}`);
	return { join, stay, leave: [...rows.values()].filter((row) => row.removedAt === undefined && !names.has(canonicalName(row.username))) };
}

function isChanged({ password, username }: DeclaredPerson, row: PersonRow, ground: DeclarePeopleGround): boolean {
	if (password === undefined) return row.declaredPasswordMac !== undefined && row.declaredPasswordMac !== "";
	return row.declaredPasswordMac === undefined || !ground.secrets.isDeclared(macText({ username }, password), row.declaredPasswordMac);
}

/**
 * A name that belongs to a person of the store stays theirs: the file takes nobody over.
 *
 * @param join those of `declared` that are looked at
 */
export async function foreignNames(
	declared: readonly DeclaredPerson[],
	join: readonly DeclaredPerson[],
	ground: { readonly people: Pick<PersonStore, "findByName"> },
): Promise<readonly PersonFault[]> {
	const places = new Map(declared.map((person, index) => [person, index]));
	const faults = await Promise.all(
		join.map(async (person) => {
			const found = await ground.people.findByName(canonicalName(person.username));
			const place = `users[${places.get(person)}].username`;
			return found?.person.managedBy === "store"
				? { place, text: "belongs to someone who was added by command: choose another name" }
				: undefined;
		}),
	);
	return faults.flatMap((fault) => fault ?? []);
}

/**
 * Carries the plan out. Those who leave go first, so that their addresses are free.
 *
 * @returns how many people were changed
 */
export async function applyPeople(
	plan: PeoplePlan,
	ground: DeclarePeopleGround,
	event: (type: Event["type"], about: Partial<Event>) => Event,
	now: number,
): Promise<number> {
	const total = plan.leave.length + plan.stay.length + plan.join.length;
	let done = 0;
	const each = async <T>(items: readonly T[], work: (item: T) => Promise<boolean>) => {
		const results = await inParallel(items, ground.parallel, async (item) => {
			const changed = await work(item);
			ground.progress?.(++done, total);
			return changed;
		});
		return results.filter((changed) => changed).length;
	};
	const left = await each(plan.leave, async ({ id }) =>
		ground.people.setEnabled(
			id,
			{ removedAt: now },
			now,
			[event("person.disabled", { personId: id, data: { removed: true } })],
			sessionEnded(id, "disabled"),
		),
	);
	const changed = await each(plan.stay, ({ person, row, passwordChanged }) => change(person, row, passwordChanged));
	const joined = await each(plan.join, add);
	return left + changed + joined;

	async function add(person: DeclaredPerson): Promise<boolean> {
		const { username, claims, groups, admin, password } = person;
		const credential = password === undefined ? undefined : await ground.hashPassword(password);
		const row: PersonRow = {
			id: ground.newPersonId(now),
			...{ username, claims, groups, admin, enabled: person.enabled, declaredDisabled: !person.enabled },
			...{ held: false, managedBy: "file", hasPassword: credential !== undefined },
			...{ createdAt: now, updatedAt: now, epoch: 0, passwordVersion: 0 },
			...(password !== undefined && { declaredPasswordMac: ground.secrets.declared(macText(person, password)) }),
		};
		const added = await ground.people.add(row, credential, [event("person.added", { personId: row.id, data: { username } })]);
		if (added === "taken" && !(await isThere(person)))
			throw new Refusal(`the user name ${username} is someone's address: choose another in the configuration file`);
		return added === "added";
	}

	function sessionEnded(personId: string, by: "password" | "disabled") {
		return (sessionId: string) => event("session.ended", { personId, sessionId, data: { by } });
	}

	/** Another replica that applies the same file was first. */
	async function isThere({ username }: DeclaredPerson): Promise<boolean> {
		const found = (await ground.people.findByName(canonicalName(username)))?.person;
		return found?.managedBy === "file" && canonicalName(found.username) === canonicalName(username);
	}

	async function change(person: DeclaredPerson, row: PersonRow, passwordChanged: boolean): Promise<boolean> {
		const { username, claims, groups, admin, enabled } = person;
		const mac = person.password === undefined ? undefined : ground.secrets.declared(macText(person, person.password));
		let changed = false;
		const facts = { username, claims, groups, admin };
		const before = { username: row.username, claims: row.claims, groups: row.groups, admin: row.admin };
		if (!isDeepStrictEqual(facts, before)) {
			const fields = (["username", "claims", "groups", "admin"] as const).filter((name) => !isDeepStrictEqual(facts[name], before[name]));
			await ground.people.change(row.id, { ...facts, now }, [event("person.changed", { personId: row.id, data: { fields } })]);
			changed = true;
		}
		if (row.removedAt !== undefined || row.declaredDisabled === enabled) {
			const type = enabled ? "person.enabled" : "person.disabled";
			await ground.people.setEnabled(
				row.id,
				{ removedAt: null, declaredDisabled: !enabled },
				now,
				[event(type, { personId: row.id })],
				sessionEnded(row.id, "disabled"),
			);
			changed = true;
		}
		if (passwordChanged) return (await renewPassword(person, row, mac)) || changed;
		// The same password under a new master key: from now on known by that one.
		if (mac !== undefined && mac !== row.declaredPasswordMac)
			await ground.people.change(row.id, { now: row.updatedAt, declaredPasswordMac: mac }, []);
		return changed;
	}

	/**
	 * Whoever knew the old password is out. Its HMAC may differ where the password does not, under a master key that is no
	 * longer listed: then nobody is signed out.
	 */
	async function renewPassword(person: DeclaredPerson, row: PersonRow, mac = ""): Promise<boolean> {
		const found = await ground.people.findByName(canonicalName(row.username));
		const stored = found?.person.id === row.id ? found.credential : undefined;
		if (stored && person.password !== undefined && (await ground.verifyPassword(person.password, stored)).ok) {
			await ground.people.change(row.id, { now: row.updatedAt, declaredPasswordMac: mac }, []);
			return false;
		}
		// A password taken out of the file becomes one that nobody knows.
		const credential: Credential = await ground.hashPassword(person.password ?? ground.secrets.generate());
		const changed = event("person.password_changed", { personId: row.id });
		return ground.people.setPassword(row.id, credential, { endEverything: true }, now, [changed], sessionEnded(row.id, "password"), mac);
	}
}
