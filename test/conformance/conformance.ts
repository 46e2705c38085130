import { type Options, readOptions, UsageError } from "./options.ts";
import type { Plan } from "./plan.ts";
import { plans } from "./plans/index.ts";
import type { Provider } from "./provider.ts";
import { tableOf } from "./report.ts";
import type { Pace } from "./run-module.ts";
import { runPlan } from "./run-plan.ts";
import { findSuite, type Suite, Trouble } from "./suite.ts";
import type { Verdict } from "./verdict.ts";

/** What a run takes of the world. */
export interface World {
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly pace: Pace;
	/** The results, for the standard output. */
	readonly show: (text: string) => void;
	/** What happens meanwhile, line by line, for the standard error. */
	readonly say: (line: string) => void;
	readonly startProvider: (plan: Plan, suite: Suite, options: Options) => Promise<Provider>;
	readonly writeResults: (plan: Plan, verdict: Verdict, suite: Suite) => void;
}

/**
 * Runs the plans that were asked for, one after the other, each against a provider of its own.
 *
 * @returns the exit code: 0 when every plan passed, 1 when one did not or could not be run, 2 for a wrong use
 * @example await conformance(["config", "basic"], world); // 0
 */
export async function conformance(args: readonly string[], world: World): Promise<number> {
	try {
		const options = readOptions(args, world.env);
		if (options.list) return list(world);
		const suite = await findSuite(options.suite, world.env["CONFORMANCE_TOKEN"]);
		world.say(`conformance suite ${suite.version} at ${suite.url}`);
		const verdicts: { readonly plan: Plan; readonly verdict: Verdict }[] = [];
		for (const plan of options.plans) {
			await using provider = await world.startProvider(plan, suite, options);
			verdicts.push({ plan, verdict: await runPlan(plan, suite, provider, { ...options, ...world }) });
		}
		world.show(`\n${verdicts.map(({ plan, verdict }) => tableOf(plan.title, verdict)).join("\n")}`);
		if (options.write) for (const { plan, verdict } of verdicts) world.writeResults(plan, verdict, suite);
		return verdicts.every(({ verdict }) => verdict.passed) ? 0 : 1;
	} catch (error) {
		if (world.pace.signal?.aborted) {
			world.say("stopped: the provider and the suite's module are ended, and nothing was written");
			return 1;
		}
		const known = error instanceof Trouble || error instanceof UsageError;
		world.say(known ? error.message : String(error instanceof Error ? error.stack : error));
		return error instanceof UsageError ? 2 : 1;
	}
}

function list({ show }: World): number {
	const width = Math.max(...plans.map(({ name }) => name.length));
	for (const { name, title, modules } of plans) show(`${name.padEnd(width)}  ${String(modules).padStart(2)} modules  ${title}\n`);
	return 0;
}
