/**
 * Resolves when the person at the terminal, or whoever started this process, wants the end; asking again changes nothing.
 * `npm start` that is ended from outside takes only its shell with it: losing the parent counts as being asked, too.
 */
export function askedToEnd(): Promise<void> {
	const parent = process.ppid;
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
		const watch = setInterval(() => {
			if (process.ppid !== parent) resolve();
		}, 500);
		watch.unref();
	});
}
