import { plans } from "./plans/index.ts";
import type { PlanResults, Results } from "./results.ts";

/** The manual's page of results, from what the last runs gave. */
export function resultsPage(results: Results): string {
	return [
		"# Conformance results",
		"",
		"<!-- Generated from the results of real runs: npm run conformance -- --write PLAN…, then npm run docs:write -->",
		"",
		"What the conformance suite of the OpenID Foundation said of Gatehouse, plan by plan. [Conformance](./conformance.md) says how to",
		"read these tables, and how to repeat them.",
		"",
		"| Plan | Modules | Result | Date | Suite | Gatehouse |",
		"| --- | ---: | --- | --- | --- | --- |",
		...plans.map(({ name, title, modules }) => summary(name, title, modules, results[name])),
		...plans.flatMap(({ name, title }) => (results[name] ? details(name, title, results[name]) : [])),
		"",
	].join("\n");
}

function summary(name: string, title: string, modules: number, results: PlanResults | undefined): string {
	const cells = results
		? [results.modules.length, counts(results), results.date, results.suite, results.gatehouse]
		: [modules, "not run", "", "", ""];
	return `| ${[results ? `[${title}](#${name})` : title, ...cells].join(" | ")} |`;
}

function details(name: string, title: string, { modules }: PlanResults): readonly string[] {
	return [
		"",
		`## <a id="${name}"></a>${title}`,
		"",
		"| Module | Result |",
		"| --- | --- |",
		...modules.map(({ module, outcome, why }) => `| \`${module}\` | ${outcome}${why === undefined ? "" : `: ${escaped(why)}`} |`),
	];
}

function counts({ modules, passed }: PlanResults): string {
	const numbers = new Map<string, number>();
	for (const { outcome } of modules) numbers.set(outcome, (numbers.get(outcome) ?? 0) + 1);
	return `${passed ? "**passed**" : "not passed"}: ${[...numbers].map(([outcome, number]) => `${number} ${outcome}`).join("; ")}`;
}

/** What the suite says may hold what Markdown would read. */
function escaped(text: string): string {
	return text.replaceAll(/[\\`*_{}[\]<>|]/g, "\\$&");
}
