import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds of one tick in /proc (USER_HZ is 100 on every Linux this runs on; the kernel derives the sums from its exact clock). */
const TICK = 10;

/** The fields of /proc/PID/stat from the third (state) on; the second holds the program's name, which may contain blanks. */
function statFields(pid: number): string[] {
	const text = readFileSync(`/proc/${pid}/stat`, "latin1");
	return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Reads something of a process that may end meanwhile; `gone` when it did. */
function unlessGone<T>(read: () => T, gone: T): T {
	try {
		return read();
	} catch {
		return gone;
	}
}

/** A process and all its living descendants. */
function processTree(root: number): number[] {
	const children = new Map<number, number[]>();
	for (const entry of readdirSync("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		const pid = Number(entry);
		const parent = unlessGone(() => Number(statFields(pid)[1]), undefined);
		if (parent === undefined) continue;
		const known = children.get(parent);
		if (known) known.push(pid);
		else children.set(parent, [pid]);
	}
	const tree = [root];
	for (const pid of tree) tree.push(...(children.get(pid) ?? []));
	return tree;
}

/**
 * CPU milliseconds (user and system, all threads) that a process and its descendants have used so far; children that ended
 * are counted by the parent that waited for them.
 */
export function cpuOfTree(root: number): number {
	let ticks = 0;
	for (const pid of processTree(root)) {
		const [user, system, childrenUser, childrenSystem] = unlessGone(() => statFields(pid).slice(11, 15).map(Number), []);
		ticks += (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0);
	}
	return ticks * TICK;
}

/** Resident memory of a process and its descendants, in MiB. */
export function memoryOfTree(root: number): number {
	let kibibytes = 0;
	for (const pid of processTree(root)) {
		kibibytes += unlessGone(() => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0), 0);
	}
	return kibibytes / 1024;
}

/** CPU milliseconds that the whole machine has been busy so far. */
export function cpuOfMachine(): number {
	const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync("/proc/stat", "latin1")
		.split("\n", 1)[0]!
		.trim()
		.split(/\s+/)
		.slice(1)
		.map(Number);
	return (user + nice + system + irq + softirq) * TICK;
}
