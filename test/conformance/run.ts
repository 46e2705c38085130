import { freePort } from "../../examples/company/src/ports.ts";
import { readOptions, UsageError } from "./options.ts";
import type { Plan } from "./plan.ts";
import { plans } from "./plans/index.ts";
import { startProvider, versionOfGatehouse } from "./provider.ts";
import { tableOf } from "./report.ts";
import { writeResults } from "./results.ts";
import { runPlan } from "./run-plan.ts";
import { findSuite, Trouble } from "./suite.ts";
import type { Verdict } from "./verdict.ts";

const pace = { poll: 300, patience: 25_000 };

async function run(args: readonly string[]): Promise<number> {
	const options = readOptions(args, process.env);
	if (options.list) {
		process.stdout.write(plans.map(({ name, title, modules }) => `${name.padEnd(38)}${String(modules).padStart(2)}  ${title}\n`).join(""));
		return 0;
	}
	const say = (line: string) => process.stderr.write(`${line}\n`);
	const suite = await findSuite(options.suite, process.env["CONFORMANCE_TOKEN"]);
	say(`conformance suite ${suite.version} at ${suite.url}`);
	const verdicts: { readonly plan: Plan; readonly verdict: Verdict }[] = [];
	for (const plan of options.plans) {
		const issuer = options.issuer ?? `https://localhost:${await freePort()}`;
		await using provider = await startProvider(plan, suite, { issuer, listen: options.listen }, Date.now());
		verdicts.push({ plan, verdict: await runPlan(plan, suite, provider, { ...options, pace, say }) });
	}
	process.stdout.write(`\n${verdicts.map(({ plan, verdict }) => tableOf(plan.title, verdict)).join("\n")}`);
	if (options.write) {
		const of = { suite: suite.version, gatehouse: versionOfGatehouse(), date: new Date().toISOString().slice(0, 10) };
		for (const { plan, verdict } of verdicts) writeResults(plan, verdict, of);
	}
	return verdicts.every(({ verdict }) => verdict.passed) ? 0 : 1;
}

try {
	process.exitCode = await run(process.argv.slice(2));
} catch (error) {
	const known = error instanceof Trouble || error instanceof UsageError;
	process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : error}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}
