const bare = (word: string) => word.toLowerCase().replaceAll(/[_-]/g, "");

/** Words of other libraries and of the wire, lower case without dashes, and what they are called here. */
export type OtherWords = Readonly<Record<string, string>>;

/** The one of `known` that was probably meant by `word`, if any: another name for it, or at most two slips of the pen away. */
export function nearest(word: string, known: readonly string[], otherWords: OtherWords): string | undefined {
	const other = otherWords[bare(word)];
	if (other && known.includes(other)) return other;
	return [0, 1, 2].flatMap((slips) => known.filter((one) => one.length > slips && isNear(bare(word), bare(one), slips)))[0];
}

/** Whether at most so many edits (insert, remove, replace) lead from `a` to `b`. */
function isNear(a: string, b: string, slips: number): boolean {
	if (a === b) return true;
	const restOfA = a.slice(1);
	const restOfB = b.slice(1);
	if (a[0] === b[0]) return isNear(restOfA, restOfB, slips);
	return slips > 0 && (isNear(restOfA, restOfB, slips - 1) || isNear(restOfA, b, slips - 1) || isNear(a, restOfB, slips - 1));
}
