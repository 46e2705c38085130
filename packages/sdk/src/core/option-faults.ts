import { nearest, type OtherWords } from "./nearest.ts";

/** For each option, what is wrong with a value, or nothing. */
export type Rules<T> = { readonly [name in keyof T]-?: (value: unknown) => string | undefined };

/** One sentence for each fault in the options of `place`: unknown ones with the name that was probably meant, wrong ones, missing ones. */
export function optionFaults<T extends object>(
	place: string,
	options: T,
	rules: Rules<T>,
	required: readonly (keyof T & string)[],
	otherWords: OtherWords,
): readonly string[] {
	if (!isRecord(options)) return [`${place}() takes an object of options.`];
	const known = Object.keys(rules);
	const faults = Object.entries(options).map(([name, value]) => {
		if (!known.includes(name)) return `${place}() has no option \`${name}\`. ${hint(name, known, otherWords)}`;
		const fault = rules[name as keyof T](value);
		return fault && `${place}() option \`${name}\`: ${fault}${shown(value)}.`;
	});
	for (const name of required) if (!Object.hasOwn(options, name)) faults.push(`${place}() needs the option \`${name}\`.`);
	return faults.filter((fault) => fault !== undefined);
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

function hint(word: string, known: readonly string[], otherWords: OtherWords): string {
	const meant = nearest(word, known, otherWords);
	return meant ? `Did you mean \`${meant}\`?` : `It takes ${known.join(", ")}.`;
}

/** The value as it was written, cut short; of a function or a long text only what it is. A symbol stands for what must not be told. */
function shown(value: unknown): string {
	if (typeof value === "symbol") return "";
	if (typeof value === "function" || typeof value === "bigint") return `, not a ${typeof value}`;
	const text = JSON.stringify(value) ?? "undefined";
	return `, not ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`;
}
