import { pino } from "pino";
import type { DoorLog } from "./http/door.ts";

/**
 * The log: JSON lines where the output is no terminal, readable ones where it is. Writes are asynchronous, so that a
 * reader that stands still holds up no request.
 *
 * @example const log = createLog(process.stdout); log.info({ trace_id }, "refused");
 */
export function createLog(output: { readonly isTTY?: boolean; write(text: string): unknown }): DoorLog {
	if (output.isTTY)
		return {
			info: (fields, message) => output.write(readable("·", fields, message)),
			error: (fields, message) => output.write(readable("✘", fields, message)),
		};
	const log = pino(
		{ base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "message", formatters: { level: (level) => ({ level }) } },
		pino.destination({ sync: false, minLength: 0 }),
	);
	return { info: (fields, message) => log.info(fields, message), error: (fields, message) => log.error(fields, message) };
}

/** One line for each record, whatever a request put into it: control characters are shown, never obeyed (AD-13). */
function readable(mark: string, fields: Readonly<Record<string, unknown>>, message: string): string {
	const shown = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
	return `${[mark, message, ...shown].join(" ").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => JSON.stringify(character).slice(1, -1))}\n`;
}
