import { user as userShape } from "../config/user.ts";
import { addPerson, findOwnPerson, findPerson, setPassword, setPersonEnabled } from "../management/people.ts";
import { namesOf } from "../model/index.ts";
import type { PersonRow, PersonStore } from "../store/store.ts";
import { askNewPassword } from "./ask.ts";
import { heldTokens } from "./held-tokens.ts";
import { neverApplied } from "./never-applied.ts";
import { onStore } from "./on-store.ts";
import { readForm } from "./read-form.ts";
import { facts, instant, table } from "./table.ts";
import { optionOf, type Verb, wordOf } from "./verb.ts";

/** A person as scripts read them: the standard claims in their own names. */
function personJson(row: PersonRow) {
	return {
		sub: row.id,
		username: row.username,
		...row.claims,
		groups: row.groups,
		admin: row.admin,
		enabled: row.enabled,
		held: row.held,
		managed_by: row.managedBy,
		has_password: row.hasPassword,
		created_at: instant(row.createdAt),
		changed_at: instant(row.updatedAt),
		...(row.removedAt !== undefined && { removed_at: instant(row.removedAt) }),
	};
}

/** Whether someone may sign in, and if not, who decided so. */
export function standing(row: { readonly enabled: boolean; readonly held: boolean; readonly removedAt?: number }): string {
	if (row.enabled) return "enabled";
	return row.held ? "disabled" : row.removedAt === undefined ? "disabled by the file" : "left the file";
}

async function everyone(people: Pick<PersonStore, "list">): Promise<readonly PersonRow[]> {
	const all: PersonRow[] = [];
	for (let page = await people.list(500); page.length > 0; page = await people.list(500, page.at(-1)?.username)) all.push(...page);
	return all;
}

function switching(enabled: boolean): Verb {
	const verb = enabled ? "enable" : "disable";
	return {
		name: `user ${verb}`,
		words: "<name>",
		does: enabled ? "let a person sign in again" : "switch a person off: every session and grant ends for good",
		run: (input, context) =>
			onStore(input, context, async (ground, now) => {
				const changed = await setPersonEnabled(ground, wordOf(input), enabled, now);
				const { username } = await findPerson(ground, wordOf(input));
				return {
					json: { username, enabled, changed },
					text: `${username} ${changed ? "is" : "was already"} ${verb}d`,
					...(changed && !enabled && { beside: `Every session and grant of ${username} has ended. ${await heldTokens(ground, "their")}` }),
				};
			}),
	};
}

export const userVerbs: readonly Verb[] = [
	{
		name: "user add",
		words: "<name>",
		does: "add a person; the password is asked for, or read from the standard input",
		options: [
			["--name <text>", "full name"],
			["--email <address>", "address for mail"],
			["--group <group...>", "groups the person belongs to"],
			["--admin", "may administer Gatehouse"],
		],
		async run(input, context) {
			const { group, admin } = input.options;
			const written = { username: wordOf(input), name: optionOf(input, "name"), email: optionOf(input, "email"), groups: group, admin };
			const { username, groups = [], admin: isAdmin = false, password: _, enabled: __, ...claims } = readForm(userShape, written, context);
			const password = await askNewPassword(context, namesOf({ username, claims }));
			return onStore(
				input,
				context,
				async (ground, now) => {
					const row = await addPerson(ground, { username, claims, groups, admin: isAdmin, password }, now);
					return { json: personJson(row), text: `${row.username} was added (sub ${row.id})` };
				},
				{ make: true },
			);
		},
	},
	{
		name: "user list",
		does: "show everyone",
		run: (input, context) =>
			onStore(input, context, async (ground, _now, configuration) => {
				const rows = await everyone(ground.people);
				const cells = rows.map((row) => [
					row.username,
					row.claims.name ?? "",
					row.claims.email ?? "",
					row.groups.join(", "),
					standing(row),
					row.admin ? "admin" : "",
					row.managedBy,
				]);
				const unapplied = await neverApplied(ground, configuration, "people");
				return {
					json: rows.map(personJson),
					text: table(["USER NAME", "NAME", "EMAIL", "GROUPS", "STANDING", "ADMIN", "MANAGED BY"], cells, unapplied ?? "there is nobody"),
					...(rows.length > 0 && unapplied !== undefined && { beside: unapplied }),
				};
			}),
	},
	{
		name: "user show",
		words: "<name>",
		does: "show a person",
		run: (input, context) =>
			onStore(input, context, async (ground) => {
				const json = personJson(await findPerson(ground, wordOf(input)));
				return { json, text: facts(json) };
			}),
	},
	{
		name: "user password",
		words: "<name>",
		does: "set a person's password, asked for or read from the standard input: every session and grant ends",
		async run(input, context) {
			// Whether there is anything to ask for comes first.
			const names = await onStore(input, context, async (ground) => namesOf(await findOwnPerson(ground, wordOf(input))));
			const password = await askNewPassword(context, names);
			return onStore(input, context, async (ground, now) => {
				const { username } = await setPassword(ground, wordOf(input), password, now);
				return {
					json: { username, changed: true },
					text: `${username} has a new password; all sessions and grants ended`,
					beside: await heldTokens(ground, "their"),
				};
			});
		},
	},
	switching(false),
	switching(true),
];
