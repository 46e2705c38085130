const bare = (word: string) => word.toLowerCase().replaceAll(/[_-]/g, "");

/** Words of other libraries and of the wire, lower case without dashes, and what they are called here. */
export type OtherWords = Readonly<Record<string, string>>;

/** The one of `known` that was probably meant by `word`, if any: another name for it, or at most two slips of the pen away. */
export function nearest(word: string, known: readonly string[], otherWords: OtherWords): string | undefined {
	const other = otherWords[bare(word)];
	if (other !== undefined && known.includes(other)) return other;
	let best: string | undefined;
	let fewest = 3;
	for (const candidate of known) {
		const count = slips(bare(word), bare(candidate));
		if (count >= Math.min(fewest, candidate.length)) continue;
		best = candidate;
		fewest = count;
	}
	return best;
}

/** Edits (insert, remove, replace) from `a` to `b`; long words are cut, for a typing error has about the right length. */
function slips(a: string, b: string): number {
	let row = [...b, ""].map((_, index) => index);
	for (const letter of a.slice(0, 40)) {
		const next = [row[0]! + 1];
		for (let index = 1; index <= b.length; index++) {
			const replaced = row[index - 1]! + (letter === b[index - 1] ? 0 : 1);
			next.push(Math.min(replaced, row[index]! + 1, next[index - 1]! + 1));
		}
		row = next;
	}
	return row[b.length]!;
}
