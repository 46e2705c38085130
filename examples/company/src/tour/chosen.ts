/** How many chapters the tour has. */
const chapters = 17;

/**
 * The chapters that somebody wants to see, as they typed them; none when they want all.
 *
 * @throws when one is not there, with a sentence.
 * @example chosenIn(["4", "6"]) // the set of 4 and 6
 */
export function chosenIn(words: readonly string[]): ReadonlySet<number> {
	const chosen = words.map((word) => (/^\d+$/.test(word) ? Number(word) : 0));
	const wrong = chosen.findIndex((number) => number < 1 || number > chapters);
	if (wrong >= 0)
		throw new Error(`There is no chapter ${JSON.stringify(words[wrong])}: name some from 1 to ${chapters}, as in npm run tour -- 4 6.`);
	return new Set(chosen);
}
