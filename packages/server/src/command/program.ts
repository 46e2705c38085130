import { Command, CommanderError } from "commander";
import { check } from "./check.ts";
import { clientVerbs } from "./client.ts";
import { consentVerbs } from "./consent.ts";
import type { CommandContext } from "./context.ts";
import { epochRaise } from "./epoch.ts";
import { eventList } from "./event.ts";
import { fileHere } from "./file-here.ts";
import { keysVerbs } from "./keys.ts";
import { sentenceOf } from "./sentence.ts";
import { serve } from "./serve.ts";
import { sessionVerbs } from "./session.ts";
import { userVerbs } from "./user.ts";
import { type Answer, type Input, optionOf, UsageError, type Verb } from "./verb.ts";

/** Everything that `gatehouse` does. */
export const verbs: readonly Verb[] = [
	serve,
	check,
	...userVerbs,
	...clientVerbs,
	...sessionVerbs,
	...consentVerbs,
	eventList,
	...keysVerbs,
	epochRaise,
];

/** What a word stands for that has further words after it. */
export const groups: Readonly<Record<string, string>> = {
	user: "people",
	client: "applications",
	session: "who is signed in",
	consent: "what people allow apps",
	event: "what happened",
	keys: "signing keys and the master key",
	epoch: "sign everyone out after a recovery that lost writes",
};

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
		await program.parseAsync(words, { from: "user" });
		return code;
	} catch (error) {
		// Commander has written its own sentence already.
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		context.stderr.write(`gatehouse: ${sentenceOf(error)}\n`);
		return error instanceof UsageError ? 2 : 1;
	}
}

function programOf(context: CommandContext, failed: (code: number) => void): Command {
	const program = configured(new Command("gatehouse"), context);
	program.description("an OpenID Provider").version(context.version).helpCommand(false);
	const made = new Map<string, Command>();
	for (const verb of verbs) {
		const [first = "", second] = verb.name.split(" ");
		let parent = program;
		if (second !== undefined) {
			parent =
				made.get(first) ??
				configured(program.command(first), context)
					.description(groups[first] ?? "")
					.helpCommand(false);
			made.set(first, parent);
		}
		const command = configured(parent.command(second ?? first), context).description(verb.does);
		if (verb.words !== undefined) command.argument(verb.words);
		command.option("--config <file>", "the configuration; defaults and variables alone without it");
		if (verb !== serve) command.option("--json", "answer in JSON");
		for (const [flags, does] of verb.options ?? []) command.option(flags, does);
		command.action(async () => {
			const input: Input = { words: command.processedArgs, options: command.opts() };
			if (verb !== check) tellFileHere(input, context);
			const answer = await verb.run(input, context);
			if (answer) print(answer, input, context);
			if (answer?.failure !== undefined) failed(1);
		});
	}
	return program;
}

function configured(command: Command, context: CommandContext): Command {
	return command
		.exitOverride()
		.showHelpAfterError("(`--help` shows what there is)")
		.configureOutput({
			writeOut: (text) => context.stdout.write(text),
			writeErr: (text) => context.stderr.write(text),
			outputError: (text, write) => write(`gatehouse: ${text.replace(/^error: /, "")}`),
		});
}

/** Whoever forgot `--config` would look at another store than they mean; `check` says so in its answer. */
function tellFileHere(input: Input, context: CommandContext): void {
	const here = optionOf(input, "config") === undefined ? fileHere(context.cwd) : undefined;
	if (here !== undefined) context.stderr.write(`note: ${here} lies here and is not read: \`--config ${here}\` names it\n`);
}

function print(answer: Answer, input: Input, context: CommandContext): void {
	const json = input.options["json"] === true;
	if (json) context.stdout.write(`${JSON.stringify(answer.json, undefined, 2)}\n`);
	else if (answer.text !== undefined) context.stdout.write(`${answer.text}\n`);
	if (answer.beside !== undefined && !json) context.stderr.write(`${answer.beside}\n`);
	if (answer.failure !== undefined) context.stderr.write(`gatehouse: ${answer.failure}\n`);
}
