import os from "node:os";
import { parentPort } from "node:worker_threads";
import { loadNativeArgon2, nodeArgon2 } from "./argon2.ts";
import type { Argon2Parameters } from "./phc.ts";

/** What a worker thread is asked; it answers with the digest. */
export interface PasswordJob {
	readonly password: string;
	readonly salt: Uint8Array;
	readonly length: number;
	readonly parameters: Argon2Parameters;
}

// On Linux a priority belongs to the thread: whoever waits for a key or a token goes before whoever signs in (F-39).
if (process.platform === "linux") {
	try {
		os.setPriority(0, 5);
	} catch {
		// Not allowed here: sign-ins then share the cores evenly.
	}
}

const argon2 = (await loadNativeArgon2()) ?? nodeArgon2;

parentPort?.on("message", ({ password, salt, length, parameters }: PasswordJob) => {
	parentPort?.postMessage(argon2(password, salt, length, parameters));
});
