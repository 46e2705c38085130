import type { Verdict } from "./verdict.ts";

/** How a module ended, as a line of the table says it. */
export function outcomeOf({ result, good, expected }: Verdict["modules"][number]): string {
	const word = result.toLowerCase();
	return expected ? `${word}, expected` : good || result === "FAILED" ? word : `${word}, not expected`;
}

/** The results of one plan, for a terminal. */
export function tableOf(title: string, verdict: Verdict): string {
	const { modules, faults, passed } = verdict;
	const width = Math.max(0, ...modules.map(({ module }) => module.length));
	const column = Math.max(0, ...modules.map((one) => outcomeOf(one).length));
	return [
		`${title}: ${passed ? "passed" : "NOT PASSED"} (${counts(verdict)})`,
		...modules.map((one) => `  ${one.module.padEnd(width)}  ${outcomeOf(one).padEnd(column)}  ${one.why ?? ""}`.trimEnd()),
		...faults.map((fault) => `  ${fault}`),
		"",
	].join("\n");
}

/** Such as `30 passed, 3 review, 2 skipped, expected`. */
export function counts({ modules }: Verdict): string {
	const numbers = new Map<string, number>();
	for (const one of modules) numbers.set(outcomeOf(one), (numbers.get(outcomeOf(one)) ?? 0) + 1);
	return [...numbers].map(([outcome, number]) => `${number} ${outcome}`).join("; ");
}
