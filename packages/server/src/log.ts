import { pino } from "pino";
import type { DoorLog } from "./http/door.ts";

/**
 * The log: JSON lines where the output is no terminal, readable ones where it is. Writes are asynchronous, so that a
 * reader that stands still holds up no request.
 *
 * @example const log = createLog(process.stdout); log.info({ trace_id }, "refused");
 */
export function createLog(output: { readonly isTTY?: boolean; write(text: string): unknown }): DoorLog {
	if (output.isTTY) return createReadableLog(output);
	const log = pino(
		{
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			messageKey: "message",
			formatters: { level: (level) => ({ level }) },
			// JSON has escaped the rest; the line break at the end is ours.
			hooks: { streamWrite: (line) => line.replaceAll(obeyed, spelt) },
		},
		pino.destination({ sync: false, minLength: 0 }),
	);
	return { info: (fields, message) => log.info(fields, message), error: (fields, message) => log.error(fields, message) };
}

/** The log in lines for people, wherever it goes. */
export function createReadableLog(output: { write(text: string): unknown }): DoorLog {
	return {
		info: (fields, message) => output.write(readable("·", fields, message)),
		error: (fields, message) => output.write(readable("✘", fields, message)),
	};
}

/** What a terminal obeys, or a reader takes for the end of a line, beside the controls of ASCII; marks that hide or turn text round. */
const obeyed = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u001f]/g;

/** As JSON spells it. */
function spelt(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One line for each record, whatever a request put into it: control characters are shown, never obeyed (AD-13). */
function readable(mark: string, fields: Readonly<Record<string, unknown>>, message: string): string {
	const shown = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
	return `${[mark, message, ...shown].join(" ").replaceAll(controls, spelt).replaceAll(obeyed, spelt)}\n`;
}
