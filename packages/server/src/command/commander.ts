import type { Command, CommanderError } from "commander";
import type { CommandContext } from "./context.ts";
import { helpLooks } from "./help.ts";
import { lookOf } from "./look.ts";
import { tooManyWords, unknownOption, unknownVerb, type Vocabulary } from "./mistake.ts";
import { UsageError, type Verb } from "./verb.ts";

/** A command of commander that writes to the streams of `context`, and tells mistakes in our words. */
export function configured(command: Command, context: CommandContext, vocabulary: Vocabulary, verb?: Verb): Command {
	return command
		.exitOverride((error) => {
			throw mistakeIn(error, command, vocabulary, verb);
		})
		.configureHelp(helpLooks)
		.configureOutput({
			writeOut: (text) => context.stdout.write(text),
			writeErr: (text) => context.stderr.write(text),
			// The sentence is ours: see mistakeIn.
			outputError: () => undefined,
			getOutHelpWidth: () => context.stdout.columns ?? 80,
			getErrHelpWidth: () => context.stderr.columns ?? 80,
			getOutHasColors: () => lookOf(context.stdout, context).colours,
			getErrHasColors: () => lookOf(context.stderr, context).colours,
		});
}

/** What commander found wrong, in our words; help and version go through as they are. */
function mistakeIn(error: CommanderError, command: Command, vocabulary: Vocabulary, verb: Verb | undefined): Error {
	const [, quoted = ""] = /'([^']*)'/.exec(error.message) ?? [];
	switch (error.code) {
		case "commander.unknownCommand":
			return unknownVerb([...(command.parent ? [command.name()] : []), ...command.args], vocabulary);
		case "commander.unknownOption": {
			const known = command.createHelp().visibleOptions(command);
			return unknownOption(
				quoted,
				verb?.name ?? (command.parent ? command.name() : ""),
				known.flatMap(({ long }) => long ?? []),
			);
		}
		case "commander.optionMissingArgument":
			return new UsageError(`${quoted} lacks what belongs after it`);
		case "commander.excessArguments":
			return verb ? tooManyWords(command.args, verb) : error;
		default:
			return error;
	}
}
