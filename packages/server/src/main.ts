import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { Writable } from "node:stream";
import { run } from "./command/program.ts";
import { sentenceOf } from "./command/sentence.ts";
import type { Configuration } from "./config.ts";
import { openGround } from "./ground.ts";
import { createLog, createReadableLog } from "./log.ts";
import { clientAuthMethods } from "./oauth/client-auth/index.ts";
import { grantTypes } from "./oauth/grants/index.ts";
import { createGatehouse } from "./serve.ts";
import { systemWorld } from "./world.ts";

/** Milliseconds between the fall of readiness and the end of listening. */
const drainFor = 300;

const { stdin, stdout, stderr, env } = process;
const world = systemWorld(createLog(stdout));
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

// Whatever is made here holds secrets: it is readable for its owner alone.
process.umask(0o077);

process.exitCode = await run(process.argv.slice(2), {
	version,
	// The answer of a command has the standard output to itself.
	open: (configuration) => openGround(configuration, { ...world, log: createReadableLog(stderr) }),
	serve,
	stdin,
	stdout,
	stderr,
	env,
	cwd: process.cwd(),
	now: world.now,
	supported: { authMethods: clientAuthMethods.map(({ name }) => name), grantTypes: grantTypes.map(({ name }) => name) },
});

/** Serves until SIGTERM or SIGINT: then readiness falls, requests in flight end, and everything is closed. */
async function serve(configuration: Configuration): Promise<void> {
	for (const notice of configuration.notices) world.log.info({}, notice);
	// Asked before anything is opened: a port that is taken leaves nothing behind.
	await tryToListen(configuration.listen);
	const gatehouse = await createGatehouse(configuration, world);
	const { declared } = gatehouse;
	if (declared?.kind === "older")
		world.log.info(
			{ revision: declared.revision, known: declared.known },
			"the file has a lower revision than the store: nothing declared was changed",
		);
	if (declared?.kind === "applied" && declared.removed.length > 0)
		world.log.info({ removed: declared.removed }, "what left the file is disabled");
	const address = await gatehouse.listen().catch(async (error: unknown) => {
		await gatehouse.close();
		throw error;
	});
	world.log.info({ issuer: configuration.issuer, host: address.address, port: address.port }, "ready");
	await new Promise<void>((resolve) => {
		for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
	});
	world.log.info({}, "ending: requests in flight are answered first");
	// Connections that were made before readiness fell have their requests on the way.
	gatehouse.drain();
	await world.sleep(drainFor);
	await gatehouse.close();
}

/** @throws the system's error when the address cannot be listened on. */
function tryToListen({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
	return new Promise((resolve, reject) => {
		const probe = createServer().once("error", reject);
		probe.listen({ host, port }, () => probe.close(() => resolve()));
	});
}

// Whoever reads an answer may have read enough of it (`| head`); a server that cannot write its log has to end with a word.
stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE" && process.argv[2] !== "serve") process.exit();
	fatal(error, stderr);
});

/** What nobody caught is one line, and the end: a process that does not know its state does not go on. */
process.on("uncaughtException", (error) => fatal(error, stderr));
process.on("unhandledRejection", (error) => fatal(error, stderr));

function fatal(error: unknown, output: Writable): void {
	output.write(`gatehouse: ${sentenceOf(error)}\n`);
	process.exit(1);
}
