import { readFileSync } from "node:fs";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { cpuOfMachine } from "./process-tree.ts";

/** What the figures depend on: no name of the machine, no path. */
export interface Machine {
	readonly cpu: string;
	readonly cores: number;
	/** AVX512-IFMA halves the cost of an RSA signature in OpenSSL. */
	readonly avx512ifma: boolean;
	readonly memoryGiB: number;
	readonly platform: string;
	readonly node: string;
	readonly openssl: string;
	readonly sqlite: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
	return {
		cpu: os.cpus()[0]?.model.trim() ?? "unknown",
		cores: os.availableParallelism(),
		avx512ifma: /\bavx512ifma\b/.test(readFileSync("/proc/cpuinfo", "latin1")),
		memoryGiB: Math.round(os.totalmem() / 2 ** 30),
		platform: `${os.platform()} ${os.arch()}`,
		node: process.version,
		openssl: process.versions.openssl ?? "unknown",
		sqlite: process.versions.sqlite ?? "unknown",
	};
}

/** CPU milliseconds this process has used since `from`, or since it began. */
export function ownCpu(from?: NodeJS.CpuUsage): number {
	const used = process.cpuUsage(from);
	return (used.user + used.system) / 1000;
}

/** Waits, at most `patience` milliseconds, for a moment in which others use less than a fifth of one core. */
export async function untilQuiet(patience: number): Promise<void> {
	const deadline = performance.now() + patience;
	while (performance.now() < deadline) {
		const began = performance.now();
		const busy = cpuOfMachine();
		const own = process.cpuUsage();
		await pause(150);
		if ((cpuOfMachine() - busy - ownCpu(own)) / (performance.now() - began) < 0.2) return;
	}
}
