import { parseArgs } from "node:util";
import { type Operation, operations } from "./operations.ts";

/** What is measured, and for how long. */
export interface Options {
	readonly operations: readonly Operation[];
	/** Chooses targets by their names. */
	readonly only: RegExp;
	readonly rounds: number;
	/** Of one operation on one target in one round. */
	readonly seconds: number;
	/** Seconds before the first round of an operation. */
	readonly warmUp: number;
	/** How long to wait for a quiet machine before each window, in milliseconds. */
	readonly patience: number;
	/** Timed starts of each kind. */
	readonly starts: number;
	readonly inFlight: number;
	/** Everything was measured, at full length: only then the figures may stand as the project's. */
	readonly whole: boolean;
}

const USAGE = `usage: npm run bench -- [--ops NAME,NAME] [--only PATTERN] [--rounds N] [--seconds N] [--smoke]
  --ops      ${operations.map((operation) => operation.name).join(", ")} (a blank may be written as a hyphen)
  --only     a regular expression over the names of the targets, e.g. floor or "RS256$"
  --rounds   windows per operation and target, 5
  --seconds  length of a window, 1.2
  --smoke    one short round of everything: does it work? Its figures mean little`;

/** A usage error: what is wrong and how the command is used. */
export class UsageError extends Error {}

function number(name: string, text: string, least: number): number {
	const value = Number(text);
	if (!(value >= least)) throw new UsageError(`--${name} must be a number, at least ${least}\n${USAGE}`);
	return value;
}

function chosenOperations(names: string | undefined): readonly Operation[] {
	if (names === undefined) return operations;
	const plain = (name: string): string => name.trim().replaceAll("-", " ");
	return names.split(",").map((name) => {
		const found = operations.find((operation) => plain(operation.name) === plain(name));
		if (!found) throw new UsageError(`there is no operation ${name.trim()}\n${USAGE}`);
		return found;
	});
}

/** Reads the command line; throws a UsageError. */
export function readOptions(args: readonly string[]): Options {
	const options = {
		ops: { type: "string" },
		only: { type: "string" },
		rounds: { type: "string" },
		seconds: { type: "string" },
		smoke: { type: "boolean" },
	} as const;
	let given: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
	try {
		given = parseArgs({ args: [...args], options }).values;
	} catch (error) {
		throw new UsageError(`${(error as Error).message}\n${USAGE}`);
	}
	const smoke = given.smoke === true;
	return {
		operations: chosenOperations(given.ops),
		only: new RegExp(given.only ?? ""),
		rounds: Math.floor(number("rounds", given.rounds ?? (smoke ? "1" : "5"), 1)),
		seconds: number("seconds", given.seconds ?? (smoke ? "0.25" : "1.2"), 0.05),
		warmUp: smoke ? 0.15 : 1,
		patience: smoke ? 0 : 1000,
		starts: smoke ? 1 : 3,
		inFlight: 32,
		whole: Object.keys(given).length === 0,
	};
}
