/**
 * The word of `known` that was probably meant: the same but for case and `_` or `-`, else the one with the fewest slips
 * of the pen, at most a third of its length.
 *
 * @example nearest("isuer", ["issuer", "listen"]); // "issuer"
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
	let best: string | undefined;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const slips = bare(word) === bare(candidate) ? 0 : distance(bare(word), bare(candidate));
		if (slips < fewest && slips <= Math.max(1, Math.floor(candidate.length / 3))) {
			best = candidate;
			fewest = slips;
		}
	}
	return best;
}

/** `; did you mean "issuer"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
	const meant = nearest(word, known);
	return meant === undefined ? "" : `; did you mean \`${meant}\`?`;
}

const bare = (word: string) => word.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, "");

/** Insertions, removals, replacements and swaps of neighbours from `a` to `b` (optimal string alignment). */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : replaced;
			next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
		}
		before = row;
		row = next;
	}
	return row[b.length]!;
}
