import { readFileSync } from "node:fs";
import type { Fault, Reading, Shape } from "../config/shape.ts";
import { Refusal } from "../management/refusal.ts";
import type { CommandContext } from "./context.ts";

/**
 * Reads what an operator wrote as the configuration would: one language for both.
 *
 * @param how the folder against which paths resolve, the working directory unless said; and the error to make of what is
 * wrong, a Refusal unless said
 * @throws with everything that is wrong.
 */
export function readForm<Value, Written>(
	shape: Shape<Value, Written>,
	written: unknown,
	context: CommandContext,
	{
		folder = context.cwd,
		mistake = (text) => new Refusal(text),
	}: { readonly folder?: string; readonly mistake?: (text: string) => Error } = {},
): Value {
	const faults: Fault[] = [];
	const reading: Reading = { place: "", ground: { folder, env: context.env, readFile: readFileSync }, faults };
	const value = shape.read(written, reading);
	if (faults.length > 0 || value === undefined) throw mistake(faults.map(({ place, text }) => `${place} ${text}`.trim()).join("; "));
	return value;
}
