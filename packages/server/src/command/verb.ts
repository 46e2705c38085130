import type { CommandContext } from "./context.ts";
import type { Shown } from "./look.ts";

/** What a verb concluded: the same for people and for scripts. */
export interface Answer {
	/** For `--json`. */
	readonly json: unknown;
	/** Absent where the failure says it all. */
	readonly text?: Shown;
	/** What the operator must do: goes to the standard error, and the exit code is 1. */
	readonly failure?: string;
	/** What people should read beside the answer, on the standard error, so that the answer alone can be redirected. */
	readonly beside?: string;
}

/** What was typed. */
export interface Input {
	/** The verb itself: `user add`. */
	readonly verb: string;
	readonly words: readonly (string | undefined)[];
	readonly options: Readonly<Record<string, unknown>>;
}

/** One thing that `gatehouse` does. */
export interface Verb {
	/** `user add` */
	readonly name: string;
	/** What the same is called elsewhere, for those who type that. */
	readonly alsoCalled?: readonly string[];
	/** The words that follow, as commander writes them. What is missing is asked for on a terminal, so none is demanded. */
	readonly words?: `[${string}]`;
	/** One line for the help. */
	readonly does: string;
	/** Flags as commander writes them, and a line for the help. */
	readonly options?: readonly (readonly [flags: string, does: string])[];
	/** What to type, without `gatehouse`, and what for. */
	readonly examples: readonly (readonly [typed: string, what: string])[];
	/** @returns undefined when there is nothing to say */
	readonly run: (input: Input, context: CommandContext) => Promise<Answer | undefined>;
}

/** The command was used wrongly: the exit code is 2. */
export class UsageError extends Error {}

/** An option that takes a value; undefined when it was not given. */
export function optionOf(input: Input, option: string): string | undefined {
	const value = input.options[option];
	return typeof value === "string" ? value : undefined;
}
