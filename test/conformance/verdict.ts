import type { Plan } from "./plan.ts";
import type { Ran } from "./run-module.ts";

/** A module with what is thought of it. */
interface Judged extends Ran {
	readonly good: boolean;
	/** It ended as was said beforehand, not with a pass. */
	readonly expected?: true;
}

export interface Verdict {
	readonly modules: readonly Judged[];
	/** What is wrong with the plan as a whole; empty when every module is good and there are as many as there must be. */
	readonly faults: readonly string[];
	readonly passed: boolean;
}

/**
 * Judges the modules of a plan. A pass is PASSED, or REVIEW, where all that is left is for somebody to look at a picture. Anything else
 * must have been said beforehand, and what was said must come true: an expectation that nothing fulfilled is a fault too.
 *
 * @param partial only some modules were run: the number, and what was expected of others, says nothing then
 */
export function judge(plan: Plan, offered: number, ran: readonly Ran[], partial = false): Verdict {
	const modules = ran.map((one) => judgeModule(plan, one));
	const unused = Object.keys(plan.expected ?? {}).filter((module) => !ran.some((one) => one.module === module));
	const faults = [
		...(offered === plan.modules ? [] : [`the suite offers ${offered} modules where the plan has ${plan.modules}`]),
		...(partial ? [] : unused.map((module) => `${module} was expected not to pass, and was not run`)),
	];
	return { modules, faults, passed: faults.length === 0 && ran.length > 0 && modules.every(({ good }) => good) };
}

function judgeModule({ expected = {} }: Plan, ran: Ran): Judged {
	const said = Object.hasOwn(expected, ran.module) ? expected[ran.module] : undefined;
	if (said === undefined) return { ...ran, good: ran.result === "PASSED" || ran.result === "REVIEW" };
	if ("ends" in said)
		return ran.result === said.ends
			? { ...ran, good: true, expected: true }
			: { ...ran, good: false, why: `it was expected to be ${said.ends}${ran.why === undefined ? "" : `; ${ran.why}`}` };
	const missing = said.fails.filter((condition) => !ran.failed.includes(condition));
	const others = ran.failed.filter((condition) => !said.fails.includes(condition));
	if (ran.result === "FAILED" && missing.length === 0 && others.length === 0)
		return { ...ran, good: true, expected: true, why: `expected: ${said.fails.join(", ")}` };
	const why =
		missing.length > 0
			? `${missing.join(", ")} did not fail, which was expected: take the entry away`
			: others.length > 0
				? `beside what was expected, ${others.join(", ")} failed`
				: ran.why;
	return { ...ran, good: false, ...(why !== undefined && { why }) };
}
