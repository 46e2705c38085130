import { Command, CommanderError } from "commander";
import { check } from "./check.ts";
import { clientVerbs } from "./client.ts";
import { configured } from "./commander.ts";
import { consentVerbs } from "./consent.ts";
import type { CommandContext } from "./context.ts";
import { epochRaise } from "./epoch.ts";
import { eventList } from "./event.ts";
import { absent, fileHere } from "./file-here.ts";
import { exampleLines } from "./help.ts";
import { keysVerbs } from "./keys.ts";
import { lookOf } from "./look.ts";
import { beginsVerb, emptyWord, type Group, secondWords, unknownVerb } from "./mistake.ts";
import { print, tellFailure } from "./print.ts";
import { wrapped } from "./printable.ts";
import { registrationTokenVerbs } from "./registration-token.ts";
import { sentenceOf } from "./sentence.ts";
import { serve } from "./serve.ts";
import { sessionVerbs } from "./session.ts";
import { userVerbs } from "./user.ts";
import { type Input, optionOf, UsageError, type Verb } from "./verb.ts";

/** Everything that `gatehouse` does. */
export const verbs: readonly Verb[] = [
	serve,
	check,
	...userVerbs,
	...clientVerbs,
	...sessionVerbs,
	...consentVerbs,
	...registrationTokenVerbs,
	eventList,
	...keysVerbs,
	epochRaise,
];

/** First words that have others after them. */
export const groups: readonly Group[] = [
	{ name: "user", alsoCalled: ["people", "person", "account", "accounts"], about: "people" },
	{ name: "client", alsoCalled: ["app", "apps", "application", "applications"], about: "applications" },
	{ name: "session", alsoCalled: ["login", "logins"], about: "who is signed in" },
	{ name: "consent", alsoCalled: ["grant", "grants"], about: "what people allow apps" },
	{
		name: "registration-token",
		alsoCalled: ["registration", "initial-access-token"],
		about: "tokens with which apps may register themselves",
	},
	{ name: "event", alsoCalled: ["audit", "log", "logs"], about: "what happened" },
	{ name: "keys", about: "signing keys and the master key" },
	{ name: "epoch", about: "sign everyone out after a recovery that lost writes" },
];

const vocabulary = { verbs, groups };

/**
 * Runs `gatehouse` with these words.
 *
 * @returns the exit code: 0 done, 1 the operator must act, 2 wrong usage
 * @example process.exitCode = await run(process.argv.slice(2), context);
 */
export async function run(words: readonly string[], context: CommandContext): Promise<number> {
	let code = 0;
	const program = programOf(context, (failed) => {
		code = failed;
	});
	try {
		await program.parseAsync(asked(words), { from: "user" });
		return code;
	} catch (error) {
		// The help or the version was shown.
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		tellFailure(sentenceOf(error), context);
		return error instanceof UsageError ? 2 : 1;
	}
}

/** `help user add` is `user add --help`; help on what there is not is a mistake as any other. */
function asked(words: readonly string[]): readonly string[] {
	const given = words[0] === "help" ? [...words.slice(1), "--help"] : words;
	const help = given.findIndex((word) => word.startsWith("-"));
	const isHelp = help >= 0 && ["--help", "-h"].includes(given[help] ?? "");
	if (isHelp && !beginsVerb(given.slice(0, help), verbs)) throw unknownVerb(given.slice(0, help), vocabulary);
	return given;
}

function programOf(context: CommandContext, failed: (code: number) => void): Command {
	const program = configured(new Command("gatehouse"), context, vocabulary);
	program.description("an OpenID Provider").version(context.version).helpCommand("help [verb]", "show what a verb does, and examples");
	program.option(...configOption).addHelpText("after", () => exampleLines(beginnings, context));
	const made = new Map<string, Command>();
	for (const verb of verbs) {
		const [first = "", second] = verb.name.split(" ");
		let parent = program;
		if (second !== undefined) {
			parent = made.get(first) ?? groupCommand(program, first, context);
			made.set(first, parent);
		}
		const command = configured(parent.command(second ?? first), context, vocabulary, verb).description(verb.does);
		if (verb.words !== undefined) command.argument(verb.words);
		for (const [flags, does] of verb.options ?? []) command.option(flags, does);
		if (verb !== serve) command.option("--json", "answer in JSON");
		command.option(...configOption).addHelpText("after", () => exampleLines(verb.examples, context));
		command.action(async () => {
			const input: Input = { verb: verb.name, words: command.processedArgs, options: command.optsWithGlobals() };
			const empty = emptyWord(input);
			if (empty) throw empty;
			tellFile(verb, input, context);
			const answer = await verb.run(input, context);
			if (answer) print(answer, input, context);
			if (answer?.failure !== undefined) failed(1);
		});
	}
	return program;
}

const configOption = ["--config <file>", "the configuration; defaults and variables alone without it"] as const;

/** What a newcomer types first. */
const beginnings = [
	["serve --config gatehouse.yaml", "start the server"],
	["user add alice --config gatehouse.yaml", "add somebody who may sign in"],
	["client add --config gatehouse.yaml", "add an app, question by question"],
	["help user", "what can be done with people"],
] as const;

function groupCommand(program: Command, name: string, context: CommandContext): Command {
	const about = groups.find((group) => group.name === name)?.about ?? "";
	return configured(program.command(name), context, vocabulary)
		.description(about)
		.summary(`${about}: ${secondWords(name, verbs).join(", ")}`)
		.helpCommand(false);
}

/**
 * Whoever forgot `--config` would look at another store than they mean; `check` says so in its answer. A file that is
 * named and not there is a slip of the pen, where nobody's deployment depends on it.
 */
function tellFile(verb: Verb, input: Input, context: CommandContext): void {
	const named = optionOf(input, "config");
	if (named !== undefined && verb !== check && verb !== serve) {
		const missing = absent(named, context.cwd);
		if (missing !== undefined) throw new UsageError(missing);
	}
	const here = named === undefined && verb !== check ? fileHere(context.cwd) : undefined;
	if (here === undefined) return;
	const note = `note: ${here} lies here and is not read: \`--config ${here}\` names it`;
	context.stderr.write(`${wrapped(note, lookOf(context.stderr, context).width)}\n`);
}
