import { didYouMean, nearest } from "../model/index.ts";
import { printable } from "./printable.ts";
import { type Input, UsageError, type Verb } from "./verb.ts";

/** The words before the verb proper, and what they stand for. */
export interface Group {
	readonly name: string;
	readonly alsoCalled?: readonly string[];
	readonly about: string;
}

/** What there is to be typed. */
export interface Vocabulary {
	readonly verbs: readonly Verb[];
	readonly groups: readonly Group[];
}

/** Words that are no verb: told in one sentence, with the verb that was probably meant. */
export function unknownVerb(words: readonly string[], { verbs, groups }: Vocabulary): UsageError {
	const typed = words.slice(0, 2).filter((word) => !word.startsWith("-"));
	const meant = verbMeant(typed, { verbs, groups });
	const none = `there is no \`gatehouse ${printable(typed.slice(0, groups.some(({ name }) => name === typed[0]) ? 2 : 1).join(" "))}\``;
	if (meant !== undefined) return new UsageError(`${none}; did you mean \`gatehouse ${meant}\`?`);
	const group = groups.find(({ name }) => name === typed[0]);
	const known = group ? secondWords(group.name, verbs) : [...firstWords(verbs)];
	return new UsageError(`${none}: ${group ? `\`${group.name}\` goes on with` : "it begins with"} ${orList(known)}`);
}

/** Whether words begin as a verb does, or are all of one. */
export function beginsVerb(words: readonly string[], verbs: readonly Verb[]): boolean {
	return verbs.some(({ name }) => name.split(" ").every((word, at) => words[at] === undefined || words[at] === word));
}

/** Also for those who turned the two words round, and for those who are used to other words. */
function verbMeant([first = "", second = ""]: readonly string[], { verbs, groups }: Vocabulary): string | undefined {
	if (first === "version") return "--version";
	const turned = verbs.find(({ name }) => name === `${groupNamed(second, groups)?.name} ${first}`);
	if (turned) return turned.name;
	const group = groupNamed(first, groups) ?? groupNamed(nearest(first, groups.map(named)), groups);
	if (group) return secondMeant(group, second, verbs) ?? (group.name === first ? undefined : group.name);
	const single = verbs.filter(({ name }) => !name.includes(" "));
	return single.find(({ alsoCalled = [] }) => alsoCalled.includes(first))?.name ?? nearest(first, single.map(named));
}

const named = ({ name }: { readonly name: string }) => name;

function secondMeant({ name }: Group, second: string, verbs: readonly Verb[]): string | undefined {
	const own = verbs.filter((verb) => verb.name.startsWith(`${name} `));
	const called = own.length === 1 ? own[0] : own.find(({ alsoCalled = [] }) => alsoCalled.includes(second));
	const word = nearest(second, secondWords(name, verbs));
	return called?.name ?? (word && `${name} ${word}`);
}

function groupNamed(word: string | undefined, groups: readonly Group[]): Group | undefined {
	return groups.find(({ name, alsoCalled = [] }) => name === word || alsoCalled.includes(word ?? ""));
}

/** What may follow a first word. */
export function secondWords(first: string, verbs: readonly Verb[]): readonly string[] {
	return verbs.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
}

function firstWords(verbs: readonly Verb[]): ReadonlySet<string> {
	return new Set(verbs.map(({ name }) => name.split(" ", 1)[0] ?? ""));
}

/** Also `-p` with the secret right behind it, as database clients take it. */
const secretWords = /^(?:--?(?:p|pass|passwd|password|secret|client[-_]secret|token|key)|-p.+)$/i;
const neverTyped = "a secret is never taken from the command line, where everyone on this machine can read it";

/** An option that a verb does not have. What stands after its `=` is not repeated: it may be a secret. */
export function unknownOption(written: string, verb: string, known: readonly string[]): UsageError {
	const option = printable(written.replace(/=.*$/s, ""));
	if (secretWords.test(option)) return new UsageError(`${neverTyped}: it is asked for, or read from the standard input`);
	const meant = didYouMean(option, known);
	const command = `gatehouse ${verb}`.trim();
	return new UsageError(`\`${command}\` has no option ${option}${meant || `: \`${command} --help\` shows which it has`}`);
}

/** A word or a value of which nothing is left: most likely a variable of a script, and then everything else would be meant. */
export function emptyWord({ verb, words, options }: Input): UsageError | undefined {
	const empty = Object.entries(options).find(([, value]) => value === "" || (Array.isArray(value) && value.includes("")));
	if (empty) return new UsageError(`--${empty[0]} is empty: \`gatehouse ${verb} --help\` shows what belongs there`);
	return words.includes("") ? new UsageError(`a word is empty: \`gatehouse ${verb} --help\` shows what belongs there`) : undefined;
}

/** More words than a verb takes. They are not repeated: they may be a secret. */
export function tooManyWords(words: readonly string[], { name, words: takes, options = [] }: Verb): UsageError {
	if (name === "user add" || name === "user password")
		return new UsageError(`\`gatehouse ${name}\` takes one name; the password is asked for, or read from the standard input`);
	const wanted = options.find(([flags]) => /^--(user|client) /.test(flags))?.[0].split(" ", 1)[0];
	if (takes === undefined && wanted !== undefined && words.length === 1)
		return new UsageError(
			`\`gatehouse ${name}\` takes no word; did you mean \`gatehouse ${name} ${wanted} ${printable(words[0] ?? "")}\`?`,
		);
	return new UsageError(`\`gatehouse ${name}\` takes ${takes === undefined ? "no word" : "one word"}, and got ${words.length}`);
}

function orList(words: readonly string[]): string {
	return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
