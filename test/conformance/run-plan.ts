import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "./plan.ts";
import { suiteConfiguration } from "./profile.ts";
import { keepLog, type Provider } from "./provider.ts";
import { counts } from "./report.ts";
import { type Pace, type Ran, rotation, runModule } from "./run-module.ts";
import { type PlannedModule, type Suite, Trouble } from "./suite.ts";
import { judge, type Verdict } from "./verdict.ts";

export interface PlanRun {
	readonly pace: Pace;
	/** Where the export goes when something did not pass. */
	readonly out: string;
	/** Only these modules; all when there are none. */
	readonly only: readonly string[];
	/** Told what happens, line by line. */
	readonly say: (line: string) => void;
}

/** Creates a plan in the suite and runs its modules one after the other against a provider. */
export async function runPlan(plan: Plan, suite: Suite, provider: Provider, { pace, out, only, say }: PlanRun): Promise<Verdict> {
	const places = { issuer: provider.issuer, suite: suite.url };
	const created = await suite.createPlan(plan.suitePlan, plan.variant, suiteConfiguration(plan, places, provider.secrets));
	const chosen = choose(created.modules, only, plan);
	const ran: Ran[] = [];
	for (const [index, planned] of chosen.entries()) {
		say(`${plan.name} ${index + 1}/${chosen.length} ${planned.testModule}`);
		const one = await runModule(suite, created.id, planned, provider.rotateKeys, pace);
		ran.push(one);
		say(`  ${one.result}${one.why === undefined ? "" : `  ${one.why}`}`);
	}
	const verdict = judge(plan, created.modules.length, ran, only.length > 0);
	say(`${plan.name}: ${counts(verdict)}`);
	if (!verdict.passed) {
		const files = [await exported(plan, created.id, suite, out), keepLog(out, plan.name, provider.printed())];
		say(`what the suite saw and what the provider said: ${files.join(", ")}`);
	}
	return verdict;
}

/** In the plan's order, but for the rotation of keys: it would break whatever runs after it with what it had fetched before. */
function choose(modules: readonly PlannedModule[], only: readonly string[], plan: Plan): readonly PlannedModule[] {
	const unknown = only.find((name) => !modules.some(({ testModule }) => testModule === name));
	if (unknown !== undefined) throw new Trouble(`the plan ${plan.name} has no module ${unknown}`);
	const chosen = modules.filter(({ testModule }) => only.length === 0 || only.includes(testModule));
	return [...chosen.filter(({ testModule }) => testModule !== rotation), ...chosen.filter(({ testModule }) => testModule === rotation)];
}

async function exported(plan: Plan, id: string, suite: Suite, out: string): Promise<string> {
	const content = await suite.exportPlan(id);
	mkdirSync(out, { recursive: true });
	const file = join(out, `${plan.name}.zip`);
	writeFileSync(file, content);
	return file;
}
