import { Worker } from "node:worker_threads";
import { OAuthError } from "@gatehouse/protocol";
import type { PasswordJob } from "./password-worker.ts";

/** Beside this file, as source or as built. */
const workerFile = new URL(import.meta.url.endsWith(".ts") ? "./password-worker.ts" : "./password-worker.js", import.meta.url);

interface Waiting {
	readonly job: PasswordJob;
	resolve(digest: Uint8Array): void;
	reject(error: unknown): void;
}

/** Worker threads that compute argon2, and a bounded queue before them. */
export class PasswordPool {
	readonly #threads: number;
	readonly #limit: number;
	readonly #queue: Waiting[] = [];
	readonly #idle: Worker[] = [];
	readonly #busy = new Map<Worker, Waiting>();
	#closed = false;
	#drained: (() => void) | undefined;

	/** @param limit how many may wait beside those that are computed */
	constructor(threads: number, limit: number) {
		this.#threads = threads;
		this.#limit = limit;
	}

	/** @throws OAuthError `temporarily_unavailable` when the queue is full. */
	run(job: PasswordJob): Promise<Uint8Array> {
		if (this.#closed || (this.#busy.size >= this.#threads && this.#queue.length >= this.#limit))
			return Promise.reject(new OAuthError("temporarily_unavailable", "too many people are signing in at once", { retryAfter: 2 }));
		return new Promise((resolve, reject) => {
			this.#queue.push({ job, resolve, reject });
			this.#next();
		});
	}

	/** Refuses what comes from now on, finishes what waits, and ends the threads. */
	async close(): Promise<void> {
		this.#closed = true;
		if (this.#busy.size > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
		await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
	}

	#next(): void {
		if (this.#busy.size >= this.#threads) return;
		const waiting = this.#queue.shift();
		if (!waiting) {
			if (this.#busy.size === 0) this.#drained?.();
			return;
		}
		const worker = this.#idle.pop() ?? this.#start();
		this.#busy.set(worker, waiting);
		// An idle thread keeps no process alive, one at work does.
		worker.ref();
		worker.postMessage(waiting.job);
	}

	#start(): Worker {
		const worker = new Worker(workerFile, { execArgv: [] });
		worker.on("message", (digest: Uint8Array) => {
			const waiting = this.#busy.get(worker);
			this.#busy.delete(worker);
			worker.unref();
			this.#idle.push(worker);
			waiting?.resolve(digest);
			this.#next();
		});
		// A thread that dies fails its one job; the next job starts another.
		worker.on("error", (error) => this.#lose(worker, error));
		worker.on("exit", () => this.#lose(worker, new Error("a password thread ended")));
		return worker;
	}

	#lose(worker: Worker, error: unknown): void {
		const waiting = this.#busy.get(worker);
		this.#busy.delete(worker);
		const place = this.#idle.indexOf(worker);
		if (place >= 0) this.#idle.splice(place, 1);
		if (!waiting) return;
		waiting.reject(error);
		this.#next();
	}
}
