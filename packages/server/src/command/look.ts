import { styleText } from "node:util";
import type { CommandContext } from "./context.ts";

/** How an answer looks: a terminal is told in short and in its width, a file or a pipe exactly and whole. */
export interface Look {
	/** Epoch milliseconds, for "3 days ago". */
	readonly now: number;
	/** Columns of the terminal; undefined where there is none. */
	readonly width?: number;
	readonly colours: boolean;
}

/** Text that depends on where it goes. */
export type Shown = string | ((look: Look) => string);

type Output = CommandContext["stdout"];

/** How what is written to `output` looks. */
export function lookOf(output: Output, context: Pick<CommandContext, "env" | "now">): Look {
	const now = context.now();
	if (!output.isTTY) return { now, colours: false };
	// Colours are not for those who declined them (no-color.org).
	return { now, width: output.columns || 80, colours: !context.env["NO_COLOR"] && context.env["TERM"] !== "dumb" };
}

/** `text` in a style, where there are colours. */
export function paint(look: Pick<Look, "colours">, style: "bold" | "dim" | "red", text: string): string {
	return look.colours ? styleText(style, text, { validateStream: false }) : text;
}
