import { user as userShape } from "../config/user.ts";
import { addPerson, findOwnPerson, findPerson, refuseTaken, setPassword, setPersonEnabled } from "../management/people.ts";
import { browserWords, namesOf, type Session } from "../model/index.ts";
import type { PersonRow } from "../store/store.ts";
import { generatePassword } from "../tokens/index.ts";
import { askNewPassword, askToGoOn, generateOption, yesOption } from "./ask.ts";
import { personOf } from "./choose.ts";
import { everyone } from "./everyone.ts";
import { heldTokens } from "./held-tokens.ts";
import { neverApplied } from "./never-applied.ts";
import { askNewPerson } from "./new-person.ts";
import { hasStore, onStore } from "./on-store.ts";
import { readForm } from "./read-form.ts";
import { standing } from "./standing.ts";
import { facts, table, when, whole } from "./table.ts";
import { instant } from "./time.ts";
import { UsageError, type Verb } from "./verb.ts";

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

const shownOnce = "The password is shown this once: Gatehouse keeps only a hash of it.";

/** Where somebody is signed in, each kind of browser once. */
function browsersIn(sessions: readonly Session[]): string {
	const browsers = new Set(sessions.map(({ userAgent }) => browserWords(userAgent ?? "") || "a browser without a name"));
	return browsers.size === 0 ? "nowhere" : [...browsers].join("; ");
}

/** What was made here, and is told once. */
function madeHere(password: string | undefined, made: string) {
	return password === undefined
		? { json: { password: made }, line: `\npassword: ${made}`, beside: shownOnce }
		: { json: {}, line: "", beside: undefined };
}

function switching(enabled: boolean): Verb {
	const verb = enabled ? "enable" : "disable";
	const none = enabled ? "nobody is disabled by command" : "there is nobody who is enabled";
	return {
		name: `user ${verb}`,
		alsoCalled: enabled ? ["unlock", "activate"] : ["lock", "deactivate", "delete", "remove", "rm", "del"],
		words: "[name]",
		does: enabled ? "let a person sign in again" : "switch a person off: every session and grant ends for good",
		options: enabled ? [] : [yesOption],
		examples: [[`user ${verb} alice`, enabled ? "let alice sign in again" : "end everything of alice, and let her sign in no more"]],
		async run(input, context) {
			const name = await personOf(input, context, { none, is: ({ held, enabled: on }) => (enabled ? held : on) });
			const { username, held } = await onStore(input, context, (ground) => findPerson(ground, name));
			if (!enabled && !held) await askToGoOn(input, context, `Switch ${username} off? Every session and grant ends for good.`);
			return onStore(input, context, async (ground, now) => {
				const changed = await setPersonEnabled(ground, username, enabled, now);
				return {
					json: { username, enabled, changed },
					text: `${username} ${changed ? "is" : "was already"} ${verb}d`,
					...(changed && !enabled && { beside: `Every session and grant of ${username} has ended. ${await heldTokens(ground, "their")}` }),
				};
			});
		},
	};
}

export const userVerbs: readonly Verb[] = [
	{
		name: "user add",
		alsoCalled: ["create", "new", "invite", "register"],
		words: "[name]",
		does: "add a person; the password is asked for, or read from the standard input",
		options: [
			["--name <text>", "full name"],
			["--email <address>", "address for mail"],
			["--group <group...>", "groups the person belongs to"],
			["--admin", "may administer Gatehouse"],
			generateOption,
		],
		examples: [
			["user add", "question by question"],
			['user add alice --name "Alice Example" --group sales', "ask for the password alone"],
			["user add alice --generate", "make a password, and show it this once"],
			["user add alice < password.txt", "from a script"],
		],
		async run(input, context) {
			const written = await askNewPerson(input, context);
			const form = readForm(userShape, written, context, {
				mistake: (text) =>
					new UsageError(
						text
							.replace(/^username\b/, "NAME")
							.replace(/^(name|email)\b/, "--$1")
							.replace(/^groups\b(\[\d+\])?/, "--group"),
					),
			});
			const { username, groups = [], admin = false, password: _, enabled: __, ...claims } = form;
			// Whether there is anything to ask for comes first.
			if (await hasStore(input, context)) await onStore(input, context, (ground) => refuseTaken(ground, username));
			const password = await askNewPassword(input, context, namesOf({ username, claims }));
			return onStore(
				input,
				context,
				async (ground, now) => {
					const made = password ?? generatePassword({ bytes: ground.randomBytes });
					const row = await addPerson(ground, { username, claims, groups, admin, password: made }, now);
					const told = madeHere(password, made);
					const text = `${row.username} was added (sub ${row.id})${told.line}`;
					return { json: { ...personJson(row), ...told.json }, text, ...(told.beside !== undefined && { beside: told.beside }) };
				},
				{ make: true },
			);
		},
	},
	{
		name: "user list",
		alsoCalled: ["ls"],
		does: "show everyone",
		examples: [
			["user list", "everyone, in the order of their names"],
			["user list --json | jq -r '.[] | select(.admin).username'", "who may administer"],
		],
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
				const none = unapplied ?? "there is nobody yet: `gatehouse user add` adds someone";
				return {
					json: rows.map(personJson),
					text: table([whole("USER NAME"), "NAME", "EMAIL", "GROUPS", "STANDING", "ADMIN", "MANAGED BY"], cells, none),
					...(rows.length > 0 && unapplied !== undefined && { beside: unapplied }),
				};
			}),
	},
	{
		name: "user show",
		alsoCalled: ["get", "view", "info", "describe"],
		words: "[name]",
		does: "show a person, by user name or address",
		examples: [["user show alice", "what is known about alice"]],
		async run(input, context) {
			const name = await personOf(input, context);
			return onStore(input, context, async (ground, now) => {
				const row = await findPerson(ground, name);
				const json = personJson(row);
				const sessions = await ground.sessions.list({ personId: row.id, limit: 1000, now });
				const apps = (await ground.consents.list(row.id, now)).map(({ clientId }) => clientId);
				const times = { created_at: when(row.createdAt), changed_at: when(row.updatedAt), removed_at: when(row.removedAt) };
				return { json, text: facts({ ...json, ...times, signed_in: browsersIn(sessions), apps }) };
			});
		},
	},
	{
		name: "user password",
		alsoCalled: ["passwd", "reset-password", "set-password", "reset"],
		words: "[name]",
		does: "set a person's password, asked for or read from the standard input: every session and grant ends",
		options: [generateOption],
		examples: [
			["user password alice", "ask for it, twice"],
			["user password alice --generate", "make one, and show it this once"],
			["user password alice < password.txt", "from a script"],
		],
		async run(input, context) {
			const none = "there is nobody whose password is not in the configuration file";
			const name = await personOf(input, context, { none, is: ({ managedBy }) => managedBy === "store" });
			// Whether there is anything to ask for comes first.
			const names = await onStore(input, context, async (ground) => namesOf(await findOwnPerson(ground, name)));
			const password = await askNewPassword(input, context, names);
			return onStore(input, context, async (ground, now) => {
				const made = password ?? generatePassword({ bytes: ground.randomBytes });
				const { username } = await setPassword(ground, name, made, now);
				const told = madeHere(password, made);
				const held = await heldTokens(ground, "their");
				return {
					json: { username, changed: true, ...told.json },
					text: `${username} has a new password; all sessions and grants ended${told.line}`,
					beside: told.beside === undefined ? held : `${told.beside}\n${held}`,
				};
			});
		},
	},
	switching(false),
	switching(true),
];
