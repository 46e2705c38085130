import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { selfSigned } from "./certificate.ts";
import type { Plan } from "./plan.ts";
import { makeSecrets, providerConfiguration, type Secrets } from "./profile.ts";
import { type Suite, Trouble } from "./suite.ts";

const command = resolve(import.meta.dirname, "../../packages/server/bin/gatehouse.js");

/** Gatehouse in its test profile, in a process of its own. */
export interface Provider extends AsyncDisposable {
	readonly issuer: string;
	readonly secrets: Secrets;
	/** Publishes new signing keys and signs with them at once; done when they are published. */
	readonly rotateKeys: () => Promise<void>;
	/** All that it printed so far. */
	readonly printed: () => string;
}

export interface Address {
	readonly issuer: string;
	/** The address of this machine that it listens on. */
	readonly listen: string;
}

/**
 * Starts `gatehouse serve` with a certificate, keys and secrets made for this plan, and waits until it answers. Disposing of it ends the
 * process and leaves nothing behind.
 *
 * @throws Trouble when it does not start
 */
export async function startProvider(plan: Plan, suite: Suite, { issuer, listen }: Address, now: number): Promise<Provider> {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-conformance-"));
	const write = (name: string, content: string) => {
		writeFileSync(join(folder, name), content, { mode: 0o600 });
		return join(folder, name);
	};
	const { cert, key } = selfSigned(new URL(issuer).hostname, now);
	const secrets = makeSecrets(plan);
	const files = {
		cert: write("auth.pem", cert),
		key: write("auth.key", key),
		...(suite.certificates && { ca: write("suite.pem", suite.certificates) }),
	};
	const configuration = providerConfiguration(plan, { issuer, suite: suite.url }, listen, files, secrets);
	const file = write("gatehouse.json", JSON.stringify(configuration, undefined, "\t"));

	const child = run(["serve", "--config", file], folder);
	const dispatcher = new Agent({ connect: { ca: cert, servername: new URL(issuer).hostname } });
	const end = async () => {
		child.process.kill("SIGTERM");
		const slow = setTimeout(() => child.process.kill("SIGKILL"), 10_000);
		await child.ended;
		clearTimeout(slow);
		await dispatcher.destroy();
		rmSync(folder, { recursive: true, force: true });
	};
	const origin = `https://${listen === "0.0.0.0" ? "127.0.0.1" : listen}:${new URL(issuer).port || 443}`;
	const ask = (path: string) => request(`${origin}${path}`, { dispatcher });
	try {
		await untilReady(ask, child);
	} catch (error) {
		await end();
		throw error;
	}
	return {
		issuer,
		secrets,
		printed: child.printed,
		async rotateKeys() {
			const published = async () => (await ask("/.well-known/jwks.json")).body.text();
			const former = await published();
			const rotation = run(["keys", "rotate", "--now", "--config", file], folder);
			if ((await rotation.ended) !== 0) throw new Trouble(`\`gatehouse keys rotate\` did not work: ${rotation.printed()}`);
			for (let looked = 0; (await published()) === former; looked++) {
				if (looked === 100) throw new Trouble("the keys were rotated, and after five seconds the provider has published no new one");
				await delay(50);
			}
		},
		[Symbol.asyncDispose]: end,
	};
}

/** Keeps what the provider printed, for somebody who looks for a failure's cause. */
export function keepLog(folder: string, name: string, printed: string): string {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `${name}.provider.log`);
	writeFileSync(file, printed);
	return file;
}

interface Running {
	readonly process: ReturnType<typeof spawn>;
	readonly ended: Promise<number | null>;
	readonly printed: () => string;
}

function run(words: readonly string[], cwd: string): Running {
	const child = spawn(process.execPath, [command, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
	const printed: string[] = [];
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => printed.push(text.toString("utf8")));
	const ended = new Promise<number | null>((done) => child.once("close", done));
	return { process: child, ended, printed: () => printed.join("") };
}

async function untilReady(ask: (path: string) => ReturnType<typeof request>, child: Running): Promise<void> {
	for (;;) {
		if (child.process.exitCode !== null) throw new Trouble(`the provider did not start: ${child.printed().trim()}`);
		const ready = await ask("/health/ready").then(
			async ({ statusCode, body }) => {
				await body.dump();
				return statusCode === 200;
			},
			() => false,
		);
		if (ready) return;
		await delay(50);
	}
}

/** The version that is tested. */
export function versionOfGatehouse(): string {
	const file = resolve(import.meta.dirname, "../../packages/server/package.json");
	return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}
