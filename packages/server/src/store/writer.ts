import { failureOf, isBusy } from "./failure.ts";
import { longestWait, type Patience, pauseBefore } from "./patience.ts";
import { StoreUnavailable } from "./store.ts";

/** The transaction of one connection. */
export interface Transactions {
	readonly begin: () => void;
	/** Durable once it returns; when it throws, whether it was is not known. */
	readonly commit: () => void;
	/** Leaves no transaction open, whatever happened before. */
	readonly rollback: () => void;
}

/**
 * Does work inside a transaction, together with whatever else comes in during this turn of the event loop.
 *
 * `work` is synchronous, and may be called again: when another operation of its batch failed, or when the answer to
 * COMMIT was lost. Then `earlier` is what it returned last, and what it wrote may or may not be there: it must know its
 * own trace by an operation id.
 */
export type Write = <T>(work: (earlier: T | undefined) => T) => Promise<T>;

export interface Writer {
	readonly write: Write;
	/** Refuses new work and resolves when all that was begun is answered. */
	close(): Promise<void>;
}

interface Operation {
	readonly work: (earlier: unknown) => unknown;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
	readonly until: number;
	earlier: unknown;
}

/** So that a flood of writes does not hold up the event loop in one piece. */
const largestBatch = 128;

/**
 * Group commit: the writes of one turn of the event loop are one transaction, and each is answered after its commit. A
 * batch that fails is rolled back and done again one by one, each in its own transaction, so that a bad one harms nobody.
 *
 * @example const writer = createWriter(transactions, systemPatience); await writer.write(() => connection.run(queries.touchSession, …));
 */
export function createWriter(transactions: Transactions, patience: Patience): Writer {
	let queue: Operation[] = [];
	let working: Promise<void> | undefined;
	let closed = false;

	/** @returns false when another process holds the lock: nothing was done. */
	function begin(): boolean {
		try {
			transactions.begin();
			return true;
		} catch (error) {
			if (isBusy(error)) return false;
			throw error;
		}
	}

	function commit(): void {
		try {
			transactions.commit();
		} catch (error) {
			throw new StoreUnavailable("the store did not say whether it has written", { cause: error });
		}
	}

	/** @throws what the work threw, or StoreUnavailable for the commit; nothing is left open. */
	function transact(batch: readonly Operation[]): "done" | "locked" {
		try {
			if (!begin()) return "locked";
			for (const operation of batch) operation.earlier = operation.work(operation.earlier);
			commit();
		} catch (error) {
			transactions.rollback();
			throw error;
		}
		for (const operation of batch) operation.resolve(operation.earlier);
		return "done";
	}

	async function drain(): Promise<void> {
		await turn();
		let attempt = 0;
		while (queue.length > 0) {
			const batch = queue.slice(0, largestBatch);
			queue = queue.slice(largestBatch);
			try {
				if (transact(batch) === "done") {
					attempt = 0;
					if (queue.length > 0) await turn();
					continue;
				}
				queue = [...batch, ...queue];
			} catch {
				await oneByOne(batch);
				continue;
			}
			queue = stillWaiting(queue, patience.now());
			if (queue.length > 0) await patience.pause(pauseBefore(++attempt));
		}
		// In the same step as the look at the queue: whoever comes next starts anew.
		working = undefined;
	}

	async function oneByOne(batch: readonly Operation[]): Promise<void> {
		for (const operation of batch) {
			for (let attempt = 1; ; attempt++) {
				try {
					if (transact([operation]) === "done") break;
				} catch (error) {
					const failure = failureOf(error);
					operation.reject(
						failure === undefined ? error : new StoreUnavailable(`the store cannot write now (${failure})`, { cause: error }),
					);
					break;
				}
				if (stillWaiting([operation], patience.now()).length === 0) break;
				await patience.pause(pauseBefore(attempt));
			}
			await turn();
		}
	}

	return {
		write<T>(work: (earlier: T | undefined) => T): Promise<T> {
			if (closed) return Promise.reject(new StoreUnavailable("the store is closed"));
			return new Promise<T>((resolve, reject) => {
				queue.push({
					work: work as Operation["work"],
					resolve: resolve as Operation["resolve"],
					reject,
					until: patience.now() + longestWait,
					earlier: undefined,
				});
				working ??= drain();
			});
		},
		async close() {
			closed = true;
			await working;
		},
	};
}

/** Answers those who have waited too long, and returns the others. */
function stillWaiting(queue: readonly Operation[], now: number): Operation[] {
	const waiting: Operation[] = [];
	for (const operation of queue) {
		if (now < operation.until) waiting.push(operation);
		else operation.reject(new StoreUnavailable("another process keeps the store locked"));
	}
	return waiting;
}

function turn(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}
