import { readFileSync } from "node:fs";
import type { Fault, Reading, Shape } from "../config/shape.ts";
import { Refusal } from "../management/refusal.ts";
import type { CommandContext } from "./context.ts";

/**
 * Reads what an operator wrote as the configuration would: one language for both.
 *
 * @param folder against which paths resolve; the working directory unless said
 * @throws Refusal with everything that is wrong.
 */
export function readForm<Value, Written>(
	shape: Shape<Value, Written>,
	written: unknown,
	context: CommandContext,
	folder = context.cwd,
): Value {
	const faults: Fault[] = [];
	const reading: Reading = { place: "", ground: { folder, env: context.env, readFile: readFileSync }, faults };
	const value = shape.read(written, reading);
	if (faults.length > 0 || value === undefined) throw new Refusal(faults.map(({ place, text }) => `${place} ${text}`.trim()).join("; "));
	return value;
}
