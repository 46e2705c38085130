import type { World } from "@gatehouse/server/embedded";

/** A line of the issuer's log. */
export interface LogLine {
	readonly level: "info" | "error";
	readonly fields: Readonly<Record<string, unknown>>;
	readonly message: string;
}

/** Lines that are kept. */
const longest = 1_000;

/** A log that a test may read. */
export function createLog(): { readonly log: World["log"]; readonly lines: LogLine[] } {
	const lines: LogLine[] = [];
	const keep = (level: LogLine["level"]) => (fields: LogLine["fields"], message: string) => {
		lines.push({ level, fields, message });
		if (lines.length > longest) lines.shift();
	};
	return { log: { info: keep("info"), error: keep("error") }, lines };
}
