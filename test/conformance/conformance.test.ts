import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { scratchFolder } from "../process.ts";
import { conformance } from "./conformance.ts";
import { type Course, type FakeSuite, fakeSuite, passed } from "./fake-suite.ts";
import type { Plan } from "./plan.ts";
import { plans } from "./plans/index.ts";
import { makeSecrets } from "./profile.ts";
import type { Provider } from "./provider.ts";
import { type PlanRun, runPlan } from "./run-plan.ts";
import { findSuite } from "./suite.ts";
import type { Verdict } from "./verdict.ts";

const pace = { poll: 1, patience: 20 };
const issuer = "https://localhost:4443";

function provider(plan: Plan, rotated: string[] = []): Provider {
	return {
		issuer,
		secrets: makeSecrets(plan),
		rotateKeys: async () => void rotated.push("rotated"),
		printed: () => "what it printed",
		[Symbol.asyncDispose]: async () => {},
	};
}

/** Runs the command as `npm run conformance` does, against a fake suite and a provider that does nothing. */
async function run(args: readonly string[], suite?: FakeSuite, out = "/nowhere") {
	const said: string[] = [];
	let shown = "";
	const written: { readonly plan: string; readonly verdict: Verdict }[] = [];
	const code = await conformance([...args, "--out", out], {
		env: suite ? { CONFORMANCE_SUITE_URL: suite.url } : {},
		pace,
		show: (text) => {
			shown += text;
		},
		say: (line) => said.push(line),
		startProvider: async (plan) => provider(plan),
		writeResults: (plan, verdict) => written.push({ plan: plan.name, verdict }),
	});
	return { code, said, shown, written };
}

const third = ["oidcc-3rd_party-init-login", "oidcc-3rd_party-init-login-nohttps"] as const;
const failed: Course = {
	states: [{ status: "INTERRUPTED", result: "FAILED" }],
	log: [
		{ src: "CheckSomething", msg: "All is well", result: "SUCCESS" },
		{ src: "EnsureHttpStatusCodeIs400", msg: "The status\nwas 200", result: "FAILURE" },
	],
};

describe("the command", () => {
	test("a plan whose modules pass says each as it runs, shows the table, and exits with 0", async () => {
		await using suite = await fakeSuite({ [third[0]]: passed, [third[1]]: passed });
		const { code, said, shown } = await run(["third-party-login"], suite);
		expect(said).toEqual([
			`conformance suite 5.2.4 at ${suite.url}`,
			`third-party-login 1/2 ${third[0]}`,
			"  PASSED",
			`third-party-login 2/2 ${third[1]}`,
			"  PASSED",
			"third-party-login: 2 passed",
		]);
		expect(shown).toBe(
			`\nThird-Party-Initiated Login OP: passed (2 passed)\n  ${third[0].padEnd(third[1].length)}  passed\n  ${third[1]}  passed\n`,
		);
		expect(code).toBe(0);
	});

	test("a module that fails makes it 1, with its condition in the table, and an export beside what the provider printed", async () => {
		using folder = scratchFolder();
		await using suite = await fakeSuite({ [third[0]]: passed, [third[1]]: failed });
		const { code, shown } = await run(["third-party-login"], suite, folder.path);
		expect(code).toBe(1);
		expect(shown).toContain("NOT PASSED (1 passed; 1 failed)");
		expect(shown).toContain(`${third[1]}  failed  EnsureHttpStatusCodeIs400: The status was 200`);
		expect(readFileSync(join(folder.path, "third-party-login.zip"), "utf8")).toBe("PK zipped");
		expect(readFileSync(join(folder.path, "third-party-login.provider.log"), "utf8")).toBe("what it printed");
	});

	test("a suite that offers fewer modules than the plan has does not pass, although each of them does", async () => {
		using folder = scratchFolder();
		await using suite = await fakeSuite({ [third[0]]: passed });
		const { code, shown } = await run(["third-party-login"], suite, folder.path);
		expect(shown).toContain("the suite offers 1 modules where the plan has 2");
		expect(code).toBe(1);
	});

	test("a suite that is not there is one sentence, and 1", async () => {
		const nobody = `https://localhost:${await freePort()}`;
		const { code, said } = await run(["config", "--suite", nobody]);
		expect(said).toEqual([`no conformance suite answers at ${nobody} (ECONNREFUSED): start it, or name another with --suite URL`]);
		expect(code).toBe(1);
	});

	test("a plan that is not known is one sentence with those that are, and 2", async () => {
		const { code, said } = await run(["basci"]);
		expect(said).toEqual([`there is no plan basci: there are ${plans.map(({ name }) => name).join(", ")}, and all`]);
		expect(code).toBe(2);
	});

	test.each([
		[["--suite", "localhost:8443", "config"], "--suite must be an address that begins with https:// or http://, and is localhost:8443"],
		[["--issuer", "http://op.test", "config"], "--issuer must be an address that begins with https://, and is http://op.test"],
		[["--write", "--only", "oidcc-server", "basic"], "--write needs whole plans: leave --only out"],
		[["--wirte", "basic"], "--wirte"],
		[[], "say which plans to run"],
	])("%j is told in words, and 2", async (args, words) => {
		const { code, said } = await run(args);
		expect(said.join("\n")).toContain(words);
		expect(code).toBe(2);
	});

	test("whoever stops it ends the module in the suite and the provider, and gets 1", async () => {
		await using suite = await fakeSuite({ [third[0]]: { states: [{ status: "WAITING" }], busy: true } });
		const stop = new AbortController();
		const said: string[] = [];
		const ended: string[] = [];
		const code = await conformance(["third-party-login"], {
			env: { CONFORMANCE_SUITE_URL: suite.url },
			pace: { ...pace, signal: stop.signal },
			show: () => {},
			say(line) {
				said.push(line);
				if (line.includes(third[0])) setImmediate(() => stop.abort());
			},
			startProvider: async (plan) => ({ ...provider(plan), [Symbol.asyncDispose]: async () => void ended.push(plan.name) }),
			writeResults: () => {},
		});
		expect(said.at(-1)).toBe("stopped: the provider and the suite's module are ended, and nothing was written");
		expect([code, ended, suite.calls.at(-1)]).toEqual([1, ["third-party-login"], `DELETE /api/runner/${third[0]}`]);
	});

	test("--list shows every plan with its modules, and asks no suite", async () => {
		const { code, shown } = await run(["--list"]);
		expect(shown.trimEnd().split("\n")).toHaveLength(plans.length);
		expect(shown).toMatch(/^basic +35 modules {2}Basic OP, static clients$/m);
		expect(code).toBe(0);
	});

	test("--write hands the results over, whether the plan passed or not; without it nothing is written", async () => {
		using folder = scratchFolder();
		await using suite = await fakeSuite({ [third[0]]: passed, [third[1]]: failed });
		expect((await run(["third-party-login"], suite, folder.path)).written).toEqual([]);
		const { written } = await run(["--write", "third-party-login"], suite, folder.path);
		expect(written).toMatchObject([{ plan: "third-party-login", verdict: { passed: false, modules: [{ good: true }, { good: false }] } }]);
	});
});

describe("a plan", () => {
	const plan: Plan = { name: "some", title: "Some", suitePlan: "some-plan", variant: { response_type: "code" }, modules: 1 };

	async function results(modules: Readonly<Record<string, Course>>, of: Partial<Plan> = {}, options: Partial<PlanRun> = {}) {
		using folder = scratchFolder();
		await using suite = await fakeSuite(modules);
		const rotated: string[] = [];
		const whole: Plan = { ...plan, modules: Object.keys(modules).length, ...of };
		const verdict = await runPlan(whole, await findSuite(suite.url), provider(whole, rotated), {
			pace,
			out: folder.path,
			only: [],
			say: () => {},
			...options,
		});
		return { verdict, rotated, calls: suite.calls, configuration: suite.configuration() };
	}

	test("a module that waits for something that never comes is ended in the suite, and has failed", async () => {
		const waits: Course = { states: [{ status: "RUNNING" }, { status: "WAITING" }], log: [{ msg: "Waiting for the login page" }] };
		const { verdict, calls } = await results({ waits, passes: passed });
		expect(verdict.passed).toBe(false);
		expect(verdict.modules).toMatchObject([
			{ module: "waits", result: "FAILED", why: "it hung in WAITING for 0 s; the last it said: Waiting for the login page" },
			{ module: "passes", result: "PASSED", good: true },
		]);
		expect(calls).toContain("DELETE /api/runner/waits");
		expect(calls).not.toContain("DELETE /api/runner/passes");
	});

	test("a module that waits while its log goes on is not hung", async () => {
		const waiting = Array<Course["states"][number]>(60).fill({ status: "WAITING" });
		const { verdict } = await results({ slow: { states: [...waiting, { status: "FINISHED", result: "PASSED" }], busy: true } });
		expect(verdict).toMatchObject({ passed: true, modules: [{ result: "PASSED" }] });
	});

	test("a module that says for how long it pauses is left alone for that long", async () => {
		const waiting = Array<Course["states"][number]>(60).fill({ status: "WAITING" });
		const pauses: Course = {
			states: [...waiting, { status: "FINISHED", result: "PASSED" }],
			log: [{ msg: "Pausing for 30 seconds" }, { msg: "A page is done" }],
		};
		const { verdict } = await results({ pauses });
		expect(verdict).toMatchObject({ passed: true, modules: [{ result: "PASSED" }] });
	});

	test("a picture to look at is a pass; a warning and a module that was skipped are not", async () => {
		const ends = (result: "REVIEW" | "WARNING" | "SKIPPED", msg: string): Course => ({
			states: [{ status: "FINISHED", result }],
			log: [{ src: "Condition", msg, result: result === "WARNING" ? "WARNING" : "INFO" }],
		});
		const { verdict } = await results({
			review: ends("REVIEW", "look"),
			warning: ends("WARNING", "no acr"),
			skipped: ends("SKIPPED", "The test was skipped: none is not listed"),
		});
		expect(verdict.modules).toMatchObject([
			{ module: "review", good: true },
			{ module: "warning", good: false, why: "Condition: no acr" },
			{ module: "skipped", good: false, why: "none is not listed" },
		]);
	});

	test("a module that finished with a failure in its log has failed, whatever result it has", async () => {
		const { verdict } = await results({ liar: { ...failed, states: [{ status: "FINISHED", result: "PASSED" }] } });
		expect(verdict).toMatchObject({ passed: false, modules: [{ result: "FAILED", failed: ["EnsureHttpStatusCodeIs400"] }] });
	});

	const conditions = (...names: readonly string[]): Course => ({
		states: [{ status: "FINISHED", result: "FAILED" }],
		log: names.map((src) => ({ src, msg: "not so", result: "FAILURE" })),
	});
	const expected = { discovery: { fails: ["A", "B"] } } as const;

	test("conditions that were expected to fail make a module good when exactly they fail", async () => {
		const { verdict } = await results({ discovery: conditions("A", "B") }, { expected });
		expect(verdict).toMatchObject({ passed: true, modules: [{ good: true, expected: true }] });
	});

	test.each([
		["one of them does not fail", conditions("A"), "B did not fail, which was expected: take the entry away"],
		["another fails besides", conditions("A", "B", "C"), "beside what was expected, C failed"],
		["the module passes", passed, "A, B did not fail, which was expected: take the entry away"],
	])("an expectation does not hold when %s", async (_, course, why) => {
		const { verdict } = await results({ discovery: course }, { expected });
		expect(verdict).toMatchObject({ passed: false, modules: [{ good: false, why }] });
	});

	test("a module that was expected to be skipped and passes, and an expectation of a module that is not there, are faults", async () => {
		const skipped = { ends: "SKIPPED" } as const;
		const { verdict } = await results({ one: passed }, { expected: { one: skipped, two: skipped } });
		expect(verdict).toMatchObject({
			passed: false,
			modules: [{ good: false, why: "it was expected to be SKIPPED" }],
			faults: ["two was expected not to pass, and was not run"],
		});
	});

	test("keys rotate once, while their module waits to be started, and after every other module", async () => {
		const rotates: Course = { states: [{ status: "CONFIGURED" }, { status: "FINISHED", result: "PASSED" }] };
		const { verdict, rotated, calls } = await results({ "oidcc-server-rotate-keys": rotates, other: passed });
		expect(verdict.modules.map(({ module }) => module)).toEqual(["other", "oidcc-server-rotate-keys"]);
		expect(rotated).toEqual(["rotated"]);
		expect(calls.slice(-2)).toEqual(["POST /api/runner oidcc-server-rotate-keys", "POST /api/runner/oidcc-server-rotate-keys"]);
	});

	test("a module alone is run alone, and one that the plan does not have is told", async () => {
		const modules = { one: passed, two: passed };
		const { verdict } = await results(modules, { expected: { one: { ends: "SKIPPED" } } }, { only: ["two"] });
		expect(verdict).toMatchObject({ passed: true, modules: [{ module: "two" }] });
		await expect(results(modules, {}, { only: ["three"] })).rejects.toThrow("the plan some has no module three");
	});

	test("the suite is told the provider, clients with secrets of this run, and scripts with its address", async () => {
		const basic = plans.find(({ name }) => name === "basic")!;
		const { configuration } = await results({ one: passed }, { ...basic, modules: 1, expected: {} });
		expect(configuration).toMatchObject({
			alias: "gatehouse",
			server: { discoveryUrl: `${issuer}/.well-known/openid-configuration` },
			client: { client_id: "suite-1", client_secret: expect.stringMatching(/^[\w-]{43}$/) },
			client2: { client_id: "suite-2" },
			client_secret_post: { client_id: "suite-post" },
			browser: [{ match: `${issuer}/authorize*` }],
			override: { "oidcc-ensure-registered-redirect-uri": { browser: [{ tasks: [{ match: `${issuer}/*` }] }] } },
		});
	});
});
