import { type Input, optionOf, UsageError } from "./verb.ts";

/** As many as a list shows unless told otherwise. */
const usualLimit = 100;

/** The option that says how many. */
export const limitOption = ["--limit <number>", `at most so many; ${usualLimit} unless said`] as const;

/** How many are asked for. */
export function limitOf(input: Input): number {
	const written = optionOf(input, "limit") ?? String(usualLimit);
	if (!/^[1-9]\d{0,5}$/.test(written)) throw new UsageError("--limit is a whole number from 1 to 999999");
	return Number(written);
}

/** Said where a list is as long as it may be: there may be more. */
export function cutOff(shown: number, limit: number): { readonly beside?: string } {
	return shown < limit ? {} : { beside: `There may be more: these are the newest ${limit}, \`--limit ${limit * 10}\` shows more.` };
}
