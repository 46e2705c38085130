import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import type { CommandContext } from "../src/command/context.ts";
import { rulesGround } from "../src/command/on-store.ts";
import { run } from "../src/command/program.ts";
import { loadConfiguration } from "../src/config.ts";
import { declare } from "../src/management/declare.ts";
import { openStore } from "../src/store/open.ts";
import { createRandom } from "../src/tokens/index.ts";
import { groundOver, limits, type ManagementTestGround, start } from "./management-ground.ts";

/** What a command wrote, and how it ended. */
export interface Ran {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

/** Chance that is the same in every run, so that what is made of it can be frozen. */
function countingChance() {
	let count = 0;
	return createRandom((length) => {
		const blocks = Array.from({ length: Math.ceil(length / 32) }, () => createHash("sha256").update(`${count++}`).digest());
		return Buffer.concat(blocks).subarray(0, length);
	});
}

/** Collects what is written to it. */
function collector(): { readonly stream: Writable; readonly text: () => string } {
	const chunks: string[] = [];
	const stream = new Writable({
		write(chunk, _encoding, done) {
			chunks.push(String(chunk));
			done();
		},
	});
	return { stream, text: () => chunks.join("") };
}

/** A terminal at which each question is answered once, in this order. */
export function answering(...answers: readonly (readonly [question: string, keys: string])[]) {
	const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
	const shown: string[] = [];
	const waiting = [...answers];
	const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 200 });
	stderr.on("data", (chunk) => {
		shown.push(String(chunk));
		const [next] = waiting;
		if (next === undefined || !String(chunk).includes(next[0])) return;
		waiting.shift();
		setImmediate(() => stdin.write(next[1]));
	});
	return {
		terminal: { stdin, stderr },
		/** What was asked and told. */
		shown: () => shown.join(""),
		/** The questions that did not come. */
		waiting,
	};
}

/** The standard output, on a terminal of so many columns. */
export function terminalOutput(columns: number) {
	const { stream, text } = collector();
	return { stdout: Object.assign(stream, { isTTY: true, columns }), text };
}

/** A folder with a configuration, in which commands run one after the other on a real store. */
export function commandLine(configuration: object = {}) {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-command-"));
	const random = countingChance();
	const clock = { now: start };
	const served: string[] = [];
	const put = (name: string, content: unknown) =>
		writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
	put("gatehouse.json", { store: { url: "sqlite:data.db" }, ...configuration });
	const open: CommandContext["open"] = async ({ store }) =>
		groundOver(await openStore(store.url, { tenant: "default", limits }), [1], random);
	/** Opens the store as a server beside the commands would. */
	async function withStore<T>(work: (ground: ManagementTestGround) => Promise<T>): Promise<T> {
		const ground = await open({ store: { url: `sqlite:${folder}/data.db` } } as Parameters<typeof open>[0]);
		try {
			return await work({
				...ground.store,
				...ground,
				...rulesGround(ground, { supported: { grantTypes: [], authMethods: [] } }),
			} as never);
		} finally {
			await ground.close();
		}
	}
	return {
		folder,
		withStore,
		/** The store as a server left it that applied this file. */
		async applied(declared: object): Promise<void> {
			put("gatehouse.json", { store: { url: "sqlite:data.db" }, ...declared });
			const { declaration } = await loadConfiguration({
				...{ file: "gatehouse.json", cwd: folder, env: {} },
				supported: { grantTypes: ["authorization_code", "refresh_token"], authMethods: ["client_secret_basic"] },
			});
			if (declaration) await withStore((ground) => declare(declaration, { ...ground, parallel: 1 } as never, start));
		},
		clock,
		served,
		put,
		open,
		hasStore: () => existsSync(join(folder, "data.db")),
		end: () => rmSync(folder, { recursive: true }),
		/** Runs a command with `--config`, and what it finds on its standard input. */
		async run(words: string, input = "", about: Partial<CommandContext> = {}): Promise<Ran> {
			const [out, err] = [collector(), collector()];
			const context: CommandContext = {
				version: "0.1.0",
				open,
				serve: async ({ issuer }) => {
					served.push(issuer);
				},
				stdin: Readable.from([input]),
				stdout: out.stream,
				stderr: err.stream,
				env: { NO_COLOR: "1" },
				cwd: folder,
				now: () => clock.now,
				supported: {
					grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
					authMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
				},
				...about,
			};
			const code = await run(words.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [], context);
			return { code, out: out.text(), err: err.text() };
		},
	};
}
