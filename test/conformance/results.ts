import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "./plan.ts";
import { plans } from "./plans/index.ts";
import { outcomeOf } from "./report.ts";
import type { Verdict } from "./verdict.ts";

/** What was run, and when. */
export interface Run {
	/** The version of the suite. */
	readonly suite: string;
	/** The version of Gatehouse. */
	readonly gatehouse: string;
	/** As 2026-12-31. */
	readonly date: string;
}

/** The results of one plan, as they are kept. */
export interface PlanResults extends Run {
	readonly passed: boolean;
	readonly modules: readonly { readonly module: string; readonly outcome: string; readonly why?: string }[];
}

/** By the name of the plan. */
export type Results = Readonly<Record<string, PlanResults>>;

const file = join(import.meta.dirname, "results.json");

/** What the last runs that were written down gave. */
export function readResults(): Results {
	return JSON.parse(readFileSync(file, "utf8")) as Results;
}

/** Puts the results of a plan that was run in place of its former ones. */
export function writeResults(plan: Plan, verdict: Verdict, run: Run): void {
	const modules = verdict.modules.map((one) => ({
		module: one.module,
		outcome: outcomeOf(one),
		...(one.why !== undefined && { why: one.why }),
	}));
	const all: Results = { ...readResults(), [plan.name]: { ...run, passed: verdict.passed, modules } };
	const sorted = plans.flatMap(({ name }) => (all[name] ? [[name, all[name]] as const] : []));
	writeFileSync(file, `${JSON.stringify(Object.fromEntries(sorted), undefined, "\t")}\n`);
}
