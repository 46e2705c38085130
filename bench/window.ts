import type { Contender } from "./contender.ts";
import type { Answer } from "./driver.ts";
import { ownCpu } from "./machine.ts";
import type { Operation } from "./operations.ts";
import { cpuOfMachine, cpuOfTree } from "./process-tree.ts";
import { quantile } from "./statistics.ts";

/** What one stretch of time with one operation on one target showed. Milliseconds. */
export interface Window {
	readonly count: number;
	readonly perSecond: number;
	readonly p50: number;
	readonly p99: number;
	/** CPU of the server's whole process tree, per operation. */
	readonly serverCpu: number;
	/** CPU of this process, per operation. */
	readonly driverCpu: number;
	/** Cores that neither the server nor this process used, and that were busy nevertheless. */
	readonly otherCores: number;
	readonly verified: number;
}

/** Every so many answers of a worker, one is kept and verified once the time is over. */
const SAMPLE_EVERY = 50;

/** Keeps an operation in flight for `seconds`, then verifies the sampled answers; throws when one is wrong. */
export async function measure(contender: Contender, operation: Operation, inFlight: number, seconds: number): Promise<Window> {
	const { driver, people, server, verify } = contender;
	const workers = Math.min(inFlight, operation.inFlight ?? inFlight);
	const call = await operation.begin(driver, people, workers);
	const latencies: number[] = [];
	const samples: Answer[] = [];

	const own = process.cpuUsage();
	const machine = cpuOfMachine();
	const tree = cpuOfTree(server.pid);
	const began = performance.now();
	const deadline = began + seconds * 1000;
	let failed = false;
	const work = async (worker: number): Promise<void> => {
		for (let turn = 0; !failed; turn++) {
			const asked = performance.now();
			if (asked >= deadline) return;
			const answer = await call(worker);
			latencies.push(performance.now() - asked);
			if (turn % SAMPLE_EVERY === 0) samples.push(answer);
		}
	};
	await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker))).catch((error: unknown) => {
		failed = true;
		throw error;
	});
	const elapsed = performance.now() - began;
	const serverCpu = cpuOfTree(server.pid) - tree;
	const driverCpu = ownCpu(own);
	const otherCpu = cpuOfMachine() - machine - serverCpu - driverCpu;

	for (const answer of samples) {
		const signatures = await verify(answer);
		if (signatures !== operation.signatures) throw new Error(`an answer holds ${signatures} signatures instead of ${operation.signatures}`);
	}
	const count = latencies.length;
	return {
		count,
		perSecond: (count / elapsed) * 1000,
		p50: quantile(latencies, 0.5),
		p99: quantile(latencies, 0.99),
		serverCpu: serverCpu / count,
		driverCpu: driverCpu / count,
		otherCores: Math.max(0, otherCpu / elapsed),
		verified: samples.length,
	};
}
