import type { Contender } from "./contender.ts";
import type { Machine } from "./machine.ts";
import type { Operation } from "./operations.ts";
import type { Options } from "./options.ts";
import { memoryOfTree } from "./process-tree.ts";
import { median, spread } from "./statistics.ts";
import type { Algorithm, Target } from "./target.ts";
import type { Window } from "./window.ts";

/** The windows of one operation: by target, and the CPU of bare signatures in the same rounds. */
export interface Measured {
	readonly operation: Operation;
	readonly windows: ReadonlyMap<Contender, readonly Window[]>;
	readonly bareSignatures: ReadonlyMap<Algorithm, readonly number[]>;
}

/** Medians of the rounds; milliseconds, and ratios that compare within this run alone. */
interface Figures {
	readonly target: string;
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
	readonly serverCpu: number;
	readonly serverCpuSpread: number;
	/** Server CPU ÷ that of the floor server with the same algorithm. */
	readonly timesFloor?: number;
	/** Server CPU ÷ that of the operation's bare signatures. */
	readonly timesSignatures?: number;
	readonly driverCpu: number;
	readonly otherCores: number;
	readonly verified: number;
	readonly rounds: readonly Window[];
}

interface Results {
	readonly when: string;
	readonly machine: Machine;
	readonly settings: { readonly rounds: number; readonly seconds: number; readonly inFlight: number };
	readonly operations: readonly {
		readonly name: string;
		readonly signatures: number;
		readonly bareSignatureCpu: Readonly<Partial<Record<Algorithm, number>>>;
		readonly targets: readonly Figures[];
	}[];
	readonly targets: readonly {
		readonly name: string;
		readonly bootFresh: number;
		readonly bootExisting: number;
		readonly memoryIdle: number;
		readonly memoryAfterLoad: number;
		readonly refused: Readonly<Record<string, string>>;
	}[];
}

/** The issue's bar: server CPU of an RS256 code flow on an existing session ÷ its two signatures. */
const CODE_FLOW_BAR = 1.6;

function of(windows: readonly Window[], figure: keyof Window): number {
	return median(windows.map((window) => window[figure]));
}

function floorOf(measured: Measured, target: Target): number | undefined {
	for (const [{ target: other }, windows] of measured.windows) {
		if (other.kind === "floor" && other.algorithm === target.algorithm) return of(windows, "serverCpu");
	}
	return undefined;
}

function figures(measured: Measured): Figures[] {
	return [...measured.windows].map(([{ target }, rounds]) => {
		const serverCpu = of(rounds, "serverCpu");
		const floor = floorOf(measured, target);
		const bare = measured.bareSignatures.get(target.algorithm);
		return {
			target: target.name,
			perSecond: of(rounds, "perSecond"),
			p50: of(rounds, "p50"),
			p99: of(rounds, "p99"),
			serverCpu,
			serverCpuSpread: spread(rounds.map((window) => window.serverCpu)),
			...(floor !== undefined && { timesFloor: serverCpu / floor }),
			...(bare !== undefined && { timesSignatures: serverCpu / (measured.operation.signatures * median(bare)) }),
			driverCpu: of(rounds, "driverCpu"),
			otherCores: of(rounds, "otherCores"),
			verified: rounds.reduce((sum, window) => sum + window.verified, 0),
			rounds,
		};
	});
}

/** Everything a run found, as it is written to the file. Call it while the servers still run: their memory is read now. */
export function conclude(machine: Machine, options: Options, contenders: readonly Contender[], all: readonly Measured[]): Results {
	return {
		when: new Date().toISOString(),
		machine,
		settings: { rounds: options.rounds, seconds: options.seconds, inFlight: options.inFlight },
		operations: all.map((measured) => ({
			name: measured.operation.name,
			signatures: measured.operation.signatures,
			bareSignatureCpu: Object.fromEntries([...measured.bareSignatures].map(([algorithm, rounds]) => [algorithm, median(rounds)])),
			targets: figures(measured),
		})),
		targets: contenders.map(({ target, server, boots, memoryIdle, refused }) => ({
			name: target.name,
			bootFresh: median(boots.fresh),
			bootExisting: median(boots.existing),
			memoryIdle,
			memoryAfterLoad: memoryOfTree(server.pid),
			refused,
		})),
	};
}

/** A Markdown table whose columns stand in line in a terminal. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
	const rule = `|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
	return [line(heads), rule, ...rows.map(line)].join("\n");
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
const digits = (value: number | undefined, count: number): string => (value === undefined ? "" : value.toFixed(count));
const percent = (share: number): string => `±${Math.round(share * 100)} %`;

function operationTable({ name, signatures, bareSignatureCpu, targets }: Results["operations"][number]): string {
	const heads = [
		"target",
		"op/s",
		"p50 ms",
		"p99 ms",
		"server CPU ms/op",
		"spread",
		"× floor",
		"× signatures",
		"driver ms/op",
		"other cores",
		"verified",
	];
	const rows = targets.map((each) => [
		each.target,
		whole(each.perSecond),
		digits(each.p50, 2),
		digits(each.p99, 2),
		digits(each.serverCpu, 3),
		percent(each.serverCpuSpread),
		digits(each.timesFloor, 2),
		digits(each.timesSignatures, 2),
		digits(each.driverCpu, 3),
		digits(each.otherCores, 2),
		whole(each.verified),
	]);
	const bare = Object.entries(bareSignatureCpu).map(([algorithm, cpu]) => `${algorithm} ${cpu.toFixed(3)} ms`);
	const note =
		bare.length === 0 ? "" : ` (${signatures} ${signatures === 1 ? "signature" : "signatures"}; CPU of a bare one: ${bare.join(", ")})`;
	return `${name}${note}\n${table(heads, rows)}`;
}

function targetTable(targets: Results["targets"]): string {
	const heads = ["target", "boot, no data, ms", "boot, existing data, ms", "memory idle, MiB", "memory after load, MiB"];
	const figure = (each: Results["targets"][number]): string[] => [
		each.name,
		whole(each.bootFresh),
		whole(each.bootExisting),
		whole(each.memoryIdle),
		whole(each.memoryAfterLoad),
	];
	return `boot and memory\n${table(heads, targets.map(figure))}`;
}

function codeFlowLines(results: Results): string[] {
	const codeFlow = results.operations.find((operation) => operation.name === "code flow");
	return (codeFlow?.targets ?? [])
		.filter(({ target, timesSignatures }) => target.endsWith("RS256") && timesSignatures !== undefined)
		.map(
			({ target, timesSignatures }) =>
				`RS256 code flow ÷ its two signatures, server CPU: ${target} ${timesSignatures!.toFixed(2)} (bar: ≤ ${CODE_FLOW_BAR})`,
		);
}

/** The results for people. */
export function render(results: Results): string {
	const { machine, settings } = results;
	const head = `${machine.cpu}, ${machine.cores} cores${machine.avx512ifma ? " with AVX512-IFMA" : ""}, ${machine.platform}, Node ${machine.node}, OpenSSL ${machine.openssl}, SQLite ${machine.sqlite}
${settings.inFlight} in flight, ${settings.rounds} interleaved rounds of ${settings.seconds} s, medians; driver and servers share the cores`;
	return [head, ...results.operations.map(operationTable), targetTable(results.targets), codeFlowLines(results).join("\n")]
		.join("\n\n")
		.trimEnd();
}
