import { groups, verbs } from "./program.ts";
import type { Verb } from "./verb.ts";

/** The manual page of the command, in Markdown: every verb with its words and options. Derived from the list of verbs. */
export function commandReference(): string {
	const titles = new Set(verbs.map(({ name }) => groupOf(name)));
	return [...titles]
		.flatMap((title) => {
			const own = verbs.filter(({ name }) => groupOf(name) === title);
			const does = groups[title];
			return [`## \`gatehouse ${title}\``, "", ...(does === undefined ? [] : [sentence(does), ""]), ...own.flatMap(described)];
		})
		.join("\n");
}

function described(verb: Verb): readonly string[] {
	const options = (verb.options ?? []).map(([flags, does]) => `- \`${flags}\`: ${does}`);
	return [
		...(groupOf(verb.name) === verb.name ? [] : [`### \`${[verb.name, verb.words].filter((part) => part !== undefined).join(" ")}\``, ""]),
		sentence(verb.does),
		"",
		...(options.length === 0 ? [] : [...options, ""]),
	];
}

function groupOf(name: string): string {
	return name.split(" ", 1)[0] ?? name;
}

function sentence(text: string): string {
	return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
