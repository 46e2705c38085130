import { freePort } from "../../examples/company/src/ports.ts";
import { conformance } from "./conformance.ts";
import { startProvider, versionOfGatehouse } from "./provider.ts";
import { writeResults } from "./results.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

process.exitCode = await conformance(process.argv.slice(2), {
	env: process.env,
	pace: { poll: 300, patience: 25_000, signal: stop.signal },
	show: (text) => process.stdout.write(text),
	say: (line) => process.stderr.write(`${line}\n`),
	async startProvider(plan, suite, { issuer, listen }) {
		const address = { issuer: issuer ?? `https://localhost:${await freePort()}`, listen };
		return startProvider(plan, suite, address, Date.now());
	},
	writeResults(plan, verdict, suite) {
		const date = new Date().toISOString().slice(0, 10);
		writeResults(plan, verdict, { suite: suite.version, gatehouse: versionOfGatehouse(), date });
	},
});
