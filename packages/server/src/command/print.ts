import type { CommandContext } from "./context.ts";
import { lookOf, paint } from "./look.ts";
import { printable, wrapped } from "./printable.ts";
import type { Answer, Input } from "./verb.ts";

/** Writes what a verb concluded: the answer alone to the standard output, everything else beside it. */
export function print(answer: Answer, input: Input, context: CommandContext): void {
	const { json, text, beside, failure } = answer;
	const { width } = lookOf(context.stderr, context);
	if (input.options["json"] === true) context.stdout.write(`${jsonLines(json)}\n`);
	else {
		if (text !== undefined) context.stdout.write(`${typeof text === "string" ? text : text(lookOf(context.stdout, context))}\n`);
		if (beside !== undefined) context.stderr.write(`${wrapped(beside, width)}\n`);
	}
	if (failure !== undefined) tellFailure(failure, context);
}

/** JSON spells the controls of ASCII alone; those of terminals stand within its strings and are spelt as it does, so that it reads the same (AD-13). */
function jsonLines(json: unknown): string {
	return harmless(JSON.stringify(json, undefined, 2));
}

function harmless(lines: string): string {
	return lines.split("\n").map(printable).join("\n");
}

/** One sentence on what the operator must do, or did wrong. */
export function tellFailure(sentence: string, context: CommandContext): void {
	const look = lookOf(context.stderr, context);
	context.stderr.write(
		`${wrapped(`gatehouse: ${harmless(sentence)}`, look.width).replace("gatehouse:", (name) => paint(look, "red", name))}\n`,
	);
}
