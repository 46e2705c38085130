import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openBareSignatures } from "./bare-signatures.ts";
import { type Contender, enter } from "./contender.ts";
import { describeMachine, untilQuiet } from "./machine.ts";
import type { Operation } from "./operations.ts";
import { type Options, readOptions, UsageError } from "./options.ts";
import { conclude, type Measured, render } from "./report.ts";
import type { ServerProcess } from "./server-process.ts";
import type { Algorithm, Target } from "./target.ts";
import { makeTargets } from "./targets/list.ts";
import { measure, type Window } from "./window.ts";

const here = import.meta.dirname;

/** The servers that keep running, by their target's name. */
type Running = Map<string, ServerProcess>;

/** Says on whose account a run stops, and what that server printed last. */
async function onAccountOf<T>(running: Running, { name }: Target, doing: string, task: Promise<T>): Promise<T> {
	return task.catch((error: unknown) => {
		const printed = running.get(name)?.output().trim().slice(-1500);
		const message = `${name}, ${doing}: ${error instanceof Error ? error.message : error}`;
		throw new Error(printed ? `${message}\nwhat it printed last:\n${printed}` : message, { cause: error });
	});
}

/** Measures one operation: all targets once per round, one after the other, so that a disturbance meets them alike. */
async function measureOperation(
	operation: Operation,
	contenders: readonly Contender[],
	options: Options,
	running: Running,
): Promise<Measured> {
	const { inFlight, rounds, seconds, warmUp, patience } = options;
	const windows = new Map<Contender, Window[]>(contenders.map((contender) => [contender, []]));
	const algorithms = operation.signatures > 0 ? new Set(contenders.map(({ target }) => target.algorithm)) : [];
	const signers = [...algorithms].map((algorithm) => ({ algorithm, cpuOfOne: openBareSignatures(algorithm), cpu: [] as number[] }));
	const once = (contender: Contender, length: number): Promise<Window> =>
		onAccountOf(running, contender.target, operation.name, measure(contender, operation, inFlight, length));

	for (const contender of contenders) await once(contender, warmUp);
	for (const signer of signers) await signer.cpuOfOne(inFlight, warmUp / 4);
	for (let round = 0; round < rounds; round++) {
		for (const [contender, measured] of windows) {
			await untilQuiet(patience);
			measured.push(await once(contender, seconds));
		}
		for (const { cpuOfOne, cpu } of signers) cpu.push(await cpuOfOne(inFlight, seconds / 2));
	}
	const bareSignatures = new Map<Algorithm, readonly number[]>(signers.map(({ algorithm, cpu }) => [algorithm, cpu]));
	return { operation, windows, bareSignatures };
}

/** Brings all targets up, measures, prints and writes; the first wrong answer ends it without a figure. */
async function run(targets: readonly Target[], options: Options, running: Running): Promise<void> {
	const contenders: Contender[] = [];
	for (const target of targets) {
		const entering = enter(target, options.inFlight, options.starts, (server) => running.set(target.name, server));
		const contender = await onAccountOf(running, target, "start and sign-in", entering);
		contenders.push(contender);
		process.stderr.write(`${target.name}: up; refuses ${Object.keys(contender.refused).join(", ")}\n`);
	}
	const all: Measured[] = [];
	for (const operation of options.operations) {
		const able = contenders.filter(({ target }) => target.hasPasswords || !operation.needsPasswords);
		if (able.length === 0) continue;
		all.push(await measureOperation(operation, able, options, running));
		process.stderr.write(`measured: ${operation.name}\n`);
	}
	const results = conclude(describeMachine(), options, contenders, all);
	await Promise.all(contenders.map(({ driver }) => driver.http.close()));

	const file = options.whole ? "results/latest.json" : ".data/partial.json";
	mkdirSync(path.dirname(path.join(here, file)), { recursive: true });
	writeFileSync(path.join(here, file), `${JSON.stringify(results, null, "\t")}\n`);
	process.stdout.write(`\n${render(results)}\n\nwritten to bench/${file}\n`);
}

async function main(): Promise<void> {
	const running: Running = new Map();
	process.once("SIGINT", () => process.exit(130));
	process.once("SIGTERM", () => process.exit(143));
	try {
		const options = readOptions(process.argv.slice(2));
		const targets = (await makeTargets(path.join(here, ".data"))).filter((target) => options.only.test(target.name));
		if (targets.length === 0) throw new UsageError("--only chooses no target");
		await run(targets, options, running);
	} catch (error) {
		process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
		process.exitCode = error instanceof UsageError ? 2 : 1;
	} finally {
		await Promise.all([...running.values()].map((server) => server.stop()));
	}
	// A run that failed may have requests under way to servers that are gone.
	process.exit();
}

await main();
