/** Does one thing after another, in the order in which they were asked for; a failure is its asker's, and stops nobody. */
export type Line = <T>(work: () => Promise<T>) => Promise<T>;

export function createLine(): Line {
	let last: Promise<unknown> = Promise.resolve();
	return (work) => {
		const mine = last.then(work);
		last = mine.catch(() => undefined);
		return mine;
	};
}
