import { type Driver, openDriver, type Person } from "./driver.ts";
import { untilQuiet } from "./machine.ts";
import { MISUSERS, refuseMisuse } from "./misuse.ts";
import { signInPeople } from "./people.ts";
import { memoryOfTree } from "./process-tree.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { PEOPLE, type Target } from "./target.ts";
import { openVerifier, type Verifier } from "./verify.ts";

/** A target that runs, with people signed in, proven to refuse what it must. */
export interface Contender {
	readonly target: Target;
	readonly server: ServerProcess;
	readonly driver: Driver;
	readonly people: readonly Person[];
	readonly verify: Verifier;
	/** Milliseconds to the first 200 of discovery, one per start. */
	readonly boots: { readonly fresh: readonly number[]; readonly existing: readonly number[] };
	/** MiB before the first request but those of the start. */
	readonly memoryIdle: number;
	readonly refused: Readonly<Record<string, string>>;
}

/** Starts and stops a target `times` times; `fresh` without any data each time. */
async function boot(target: Target, data: "people" | "empty", times: number): Promise<number[]> {
	const taken: number[] = [];
	for (let i = 0; i < times; i++) {
		if (data === "empty") target.prepare(data);
		await untilQuiet(500);
		const server = await startServer(target.launch(data));
		taken.push(server.bootTime);
		await server.stop();
	}
	return taken;
}

/**
 * Brings a target into the ring: its starts are timed, its people signed in, its refusals checked. `onStart` is told the server that
 * keeps running as soon as it does, so that it can be stopped whatever follows.
 */
export async function enter(
	target: Target,
	inFlight: number,
	starts: number,
	onStart: (server: ServerProcess) => void,
): Promise<Contender> {
	const fresh = await boot(target, "empty", starts);
	target.prepare("people");
	await boot(target, "people", 1); // the first start hashes the passwords of the declared people
	const existing = await boot(target, "people", starts);

	const server = await startServer(target.launch("people"));
	onStart(server);
	const memoryIdle = memoryOfTree(server.pid);
	const driver = await openDriver(target, inFlight);
	const verify = await openVerifier(driver);
	const people = await signInPeople(driver, verify, 0, PEOPLE - 1);
	const misusers = await signInPeople(driver, verify, PEOPLE, PEOPLE + MISUSERS - 1);
	const refused = await refuseMisuse(driver, misusers);
	return { target, server, driver, people, verify, boots: { fresh, existing }, memoryIdle, refused };
}
