import { didYouMean } from "@gatehouse/server/embedded";
import { TestingError } from "./testing-error.ts";

/** What is wrong with the names of options: one sentence for each that is unknown. @param otherWords what else people call them */
export function nameFaults<T extends object>(
	place: string,
	options: T,
	known: readonly (keyof T & string)[],
	otherWords: Readonly<Record<string, string>> = {},
): readonly string[] {
	if (typeof options !== "object" || options === null) return [`${place} takes an object of options`];
	return Object.keys(options)
		.filter((name) => !(known as readonly string[]).includes(name))
		.map((name) => {
			const other = Object.hasOwn(otherWords, name) ? `; did you mean \`${otherWords[name]}\`?` : didYouMean(name, known);
			return `${place} has no option \`${name}\`: it takes ${known.join(", ")}${other}`;
		});
}

/** @throws TestingError with every name that is unknown */
export function checkNames<T extends object>(...parts: Parameters<typeof nameFaults<T>>): void {
	const faults = nameFaults(...parts);
	if (faults.length > 0) throw new TestingError(faults.join("\n"));
}
