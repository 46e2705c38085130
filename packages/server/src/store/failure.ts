/** Primary result codes of SQLite (sqlite.org/rescode.html) that speak of the world around the file, not of our SQL. */
const codes = {
	busy: 5,
	locked: 6,
	noMemory: 7,
	readOnly: 8,
	inputOutput: 10,
	corrupt: 11,
	full: 13,
	cannotOpen: 14,
	protocol: 15,
	notDatabase: 26,
} as const;

export type Failure = keyof typeof codes;

const failures = new Map<number, Failure>(Object.entries(codes).map(([name, code]) => [code, name as Failure]));

/**
 * What went wrong outside of us, by the result code of an error of node:sqlite.
 *
 * @returns undefined for every other error: those are mistakes of ours and are thrown on as they are.
 * @example failureOf(error) === "full"; // the disk
 */
export function failureOf(error: unknown): Failure | undefined {
	if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
	return failures.get(error.errcode & 0xff);
}

/** True when another process holds a lock: waiting helps. */
export function isBusy(error: unknown): boolean {
	const failure = failureOf(error);
	return failure === "busy" || failure === "locked" || failure === "protocol";
}
