// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text of others for a terminal: what would move the cursor or turn the line round is shown, not obeyed (AD-13). */
function printable(text: string): string {
	return text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Columns of equal width, two blanks apart; a line that says so where there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): string {
	if (rows.length === 0) return none;
	const lines = [head, ...rows.map((row) => row.map(printable))];
	const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? "")].length)));
	return lines
		.map((line) =>
			line
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}

/** One fact a line; those that are undefined are left out. */
export function facts(entries: Readonly<Record<string, unknown>>): string {
	const shown = Object.entries(entries).filter(([, value]) => value !== undefined);
	const width = Math.max(...shown.map(([name]) => name.length));
	const worded = (value: unknown): string =>
		typeof value === "string" ? value : Array.isArray(value) ? value.map(worded).join(", ") : JSON.stringify(value);
	return shown.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(worded(value)))}`).join("\n");
}

/** An instant as people and scripts read it. */
export function instant(milliseconds: number): string;
export function instant(milliseconds: number | undefined): string | undefined;
export function instant(milliseconds: number | undefined): string | undefined {
	return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

/** An instant for a narrow column. */
export function minute(milliseconds: number): string {
	return `${instant(milliseconds).slice(0, 16)}Z`;
}
