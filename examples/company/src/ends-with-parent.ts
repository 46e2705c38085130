import { isMainThread } from "node:worker_threads";

/*
 * Loaded into a program before its own code. Its standard input is a pipe that the parent never writes to: it closes when the parent
 * is gone, even by SIGKILL, which nobody can answer. Then the program is asked to end.
 */
if (isMainThread) {
	process.stdin.once("close", () => process.kill(process.pid, "SIGTERM"));
	process.stdin.resume();
	(process.stdin as typeof process.stdin & { unref?(): void }).unref?.();
}
