import { hasVariable, variableOf } from "./read-settings.ts";
import type { Fields, Row } from "./row.ts";
import { settings } from "./settings.ts";

/**
 * The manual page of the configuration, in Markdown: every setting with its meaning, what it takes, its default and its
 * variable, and every field of what a file declares. Derived from the table, so that it cannot lie.
 */
export function configurationReference(): string {
	const declared = Object.entries(settings).filter(([, row]) => fieldsOf(row) !== undefined);
	return [
		"# The configuration",
		"",
		"Generated from the table of settings. Durations are `90s`, `10m`, `8h` or `30d`. Relative paths resolve against the folder of the file.",
		'Where a name is marked as (secret), `{ "env": "NAME" }` or `{ "file": "path" }` may stand instead. A variable wins over the file;',
		"for a secret, the same name with `_FILE` names the file that holds it.",
		"",
		"## Settings",
		"",
		...table(
			["Setting", "Meaning", "Takes", "Default", "Variable"],
			Object.entries(settings as Fields).map(([path, row]) => [
				`\`${path}\`${row.secret ? " (secret)" : ""}`,
				row.meaning,
				takes(row),
				row.initial === undefined ? "" : `\`${JSON.stringify(row.initial)}\``,
				hasVariable(row) ? `\`${variableOf(path)}\`` : "",
			]),
		),
		...declared.flatMap(([path, row]) => ["", `## \`${path}\``, "", row.meaning, "", ...fieldTable(fieldsOf(row) ?? {})]),
		"",
	].join("\n");
}

function fieldTable(fields: Fields): readonly string[] {
	return table(
		["Field", "Meaning", "Takes"],
		Object.entries(fields).map(([name, row]) => [
			`\`${name}\`${row.required ? " (required)" : ""}${row.secret ? " (secret)" : ""}`,
			row.meaning,
			takes(row),
		]),
	);
}

function takes(row: Row): string {
	const fields = fieldsOf(row);
	return fields === undefined ? row.shape.words : `${row.shape.words} (\`${Object.keys(fields).slice(0, 2).join("`, `")}\` …)`;
}

function fieldsOf(row: Row): Fields | undefined {
	return row.shape.fields;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
