import { describe, expect, test } from "vitest";
import { plans } from "./plans/index.ts";
import { readResults } from "./results.ts";
import { resultsPage } from "./results-page.ts";

describe("what the manual shows of real runs", () => {
	const results = readResults();

	test.each(plans.map((plan) => [plan.name, plan] as const))("%s was run whole, and passed", (name, plan) => {
		const { modules, passed, date, suite } = results[name]!;
		expect(modules).toHaveLength(plan.modules);
		expect(passed).toBe(true);
		expect([date, suite]).toEqual([expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
		const notPassed = modules.filter(({ outcome }) => outcome !== "passed" && outcome !== "review");
		expect(notPassed.map(({ module }) => module).sort()).toEqual(Object.keys(plan.expected ?? {}).sort());
		expect(notPassed.filter(({ outcome }) => !outcome.endsWith(", expected"))).toEqual([]);
	});

	test("nothing is shown of a plan that is no more", () => {
		expect(Object.keys(results)).toEqual(plans.map(({ name }) => name));
	});
});

test("a plan that was never run is shown as such, and what the suite says is shown as text", () => {
	const page = resultsPage({
		config: {
			suite: "5.2.4",
			gatehouse: "1.0.0",
			date: "2027-01-31",
			passed: false,
			modules: [{ module: "some", outcome: "failed", why: "Some: <b>a|b</b> is `not` so" }],
		},
	});
	expect(page).toContain("| [Config OP](#config) | 1 | not passed: 1 failed | 2027-01-31 | 5.2.4 | 1.0.0 |");
	expect(page).toContain("| `some` | failed: Some: \\<b\\>a\\|b\\</b\\> is \\`not\\` so |");
	expect(page).toContain("| Basic OP, static clients | 35 | not run |  |  |  |");
});
