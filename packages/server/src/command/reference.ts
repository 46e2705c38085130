import { groups, verbs } from "./program.ts";
import type { Verb } from "./verb.ts";

const introduction = `# The command

Generated from the command's own list of verbs. In the clone it is \`npx gatehouse\`; from another folder,
\`node /path/to/gatehouse/packages/server/bin/gatehouse.js\`.

Every verb takes \`--config FILE\`. All but \`serve\` take \`--json\`, whose answers scripts may rely on. What is in brackets is asked for on a terminal when
it is missing. The exit code is 0 when it was done, 1 when you must act (one sentence on the standard error says how), and 2 when the words
were wrong. A secret is never a word of the command line, where every process of the machine could read it: it is asked for, or read from the
standard input.

`;

/** The manual page of the command, in Markdown: every verb with its words, options and examples. Derived from the list of verbs. */
export function commandReference(): string {
	const titles = new Set(verbs.map(({ name }) => groupOf(name)));
	const chapters = [...titles].flatMap((title) => {
		const own = verbs.filter(({ name }) => groupOf(name) === title);
		const does = groups.find(({ name }) => name === title)?.about;
		return [`## \`gatehouse ${title}\``, "", ...(does === undefined ? [] : [sentence(does), ""]), ...own.flatMap(described)];
	});
	return introduction + chapters.join("\n");
}

function described(verb: Verb): readonly string[] {
	const named = [verb.name, verb.words].filter((part) => part !== undefined).join(" ");
	const options = (verb.options ?? []).map(([flags, does]) => `- \`${flags}\`: ${does}`);
	return [
		...(groupOf(verb.name) === verb.name ? [] : [`### \`${named}\``, ""]),
		sentence(verb.does),
		"",
		...(options.length === 0 ? [] : [...options, ""]),
		...(verb.examples.length === 0 ? [] : ["```sh", ...verb.examples.flatMap(shown), "```", ""]),
	];
}

function shown([typed, what]: Verb["examples"][number]): readonly string[] {
	return [`# ${what}`, `npx gatehouse ${typed}`];
}

function groupOf(name: string): string {
	return name.split(" ", 1)[0] ?? name;
}

function sentence(text: string): string {
	return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
