import { listConsents } from "../management/consents.ts";
import { Refusal } from "../management/refusal.ts";
import { listRegistrationTokens } from "../management/registration-tokens.ts";
import { listSessions } from "../management/sessions.ts";
import { browserWords, type ClientRow, resolveClient } from "../model/index.ts";
import type { PersonRow } from "../store/store.ts";
import { askWhich, type Choice, canAsk } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { everyone } from "./everyone.ts";
import { onStore } from "./on-store.ts";
import { standing } from "./standing.ts";
import { ago } from "./time.ts";
import { type Input, optionOf, UsageError } from "./verb.ts";

/** What is asked when a word or an option is missing, and what to tell where nobody can be asked. */
interface Question {
	readonly message: string;
	/** What is missing, as the help writes it: `NAME`, `--user NAME`. */
	readonly missing: string;
	/** When there is nothing to choose from. */
	readonly none: string;
}

type Ground = Parameters<Parameters<typeof onStore>[2]>[0];

async function choose(
	input: Input,
	context: CommandContext,
	{ message, missing, none }: Question,
	choices: (ground: Ground, now: number) => Promise<readonly Choice[]>,
): Promise<string> {
	if (!canAsk(context)) throw new UsageError(`${missing} is missing: \`gatehouse ${input.verb} ${missing}\``);
	const found = await onStore(input, context, choices);
	if (found.length === 0) throw new Refusal(none);
	return askWhich(context, message, found);
}

/** Whom a verb is about: the word that was typed or, on a terminal, the person who is chosen. */
export async function personOf(
	input: Input,
	context: CommandContext,
	which: { readonly none: string; readonly is?: (row: PersonRow) => boolean } = {
		none: "there is nobody yet: `gatehouse user add` adds someone",
	},
): Promise<string> {
	return (
		input.words[0] ??
		choose(input, context, { message: "Who?", missing: "NAME", none: which.none }, async ({ people }) =>
			(await everyone(people)).filter(which.is ?? (() => true)).map(personChoice),
		)
	);
}

/** The person that `--user` names or, on a terminal, who is chosen. */
export async function userOf(input: Input, context: CommandContext): Promise<string> {
	const none = "there is nobody yet: `gatehouse user add` adds someone";
	return (
		optionOf(input, "user") ??
		choose(input, context, { message: "Who?", missing: "--user NAME", none }, async ({ people }) =>
			(await everyone(people)).map(personChoice),
		)
	);
}

function personChoice(row: PersonRow): Choice {
	const about = [row.claims.name, row.enabled ? undefined : standing(row)].filter((word) => word !== undefined);
	return { value: row.username, label: row.username, hint: about.join(", ") };
}

/** Which client a verb is about: the word that was typed or, on a terminal, the client that is chosen. */
export async function clientOf(
	input: Input,
	context: CommandContext,
	which: { readonly none: string; readonly is?: (row: ClientRow) => boolean } = {
		none: "there are no clients yet: `gatehouse client add` adds one",
	},
): Promise<string> {
	return (
		input.words[0] ??
		choose(input, context, { message: "Which client?", missing: "ID", none: which.none }, async ({ clients }) =>
			(await clients.all())
				.filter(which.is ?? (() => true))
				.sort((a, b) => a.id.localeCompare(b.id))
				.map((row) => ({ value: row.id, label: row.id, hint: resolveClient(row).name })),
		)
	);
}

/** The app that `--client` names or, on a terminal, the one that is chosen of those that `name` lets in. */
export async function allowedClientOf(input: Input, context: CommandContext, name: string): Promise<string> {
	return (
		optionOf(input, "client") ??
		choose(
			input,
			context,
			{ message: "Which app?", missing: `--user ${name} --client ID`, none: `${name} lets no app in` },
			async (ground, now) =>
				(await listConsents(ground, name, now)).map(({ clientId, scope }) => ({ value: clientId, label: clientId, hint: scope.join(" ") })),
		)
	);
}

/** Which initial access token a verb is about: the word that was typed or, on a terminal, one that still allows something. */
export async function registrationTokenOf(input: Input, context: CommandContext): Promise<string> {
	const question = { message: "Which token?", missing: "ID", none: "no registration token allows anything" };
	return (
		input.words[0] ??
		choose(input, context, question, async (ground, now) =>
			(await listRegistrationTokens(ground, now))
				.filter(({ state }) => state === "alive")
				.map(({ id, note, usesLeft, expiresAt }) => ({
					value: id,
					label: note ?? id,
					hint: `${usesLeft} left, expires ${ago(expiresAt, now)}`,
				})),
		)
	);
}

/** The session that is chosen on a terminal, of those that are alive. */
export function sessionOf(input: Input, context: CommandContext): Promise<string> {
	const question = { message: "Which session?", missing: "SID", none: "nobody is signed in" };
	return choose(input, context, question, async (ground, now) =>
		(await listSessions(ground, undefined, 1000, now)).map(({ id, username, userAgent, network, lastUsedAt }) => ({
			value: id,
			label: [username, userAgent && browserWords(userAgent), network].filter(Boolean).join(" · "),
			hint: `last used ${ago(lastUsedAt, now)}`,
		})),
	);
}
