import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { CommandContext } from "../src/command/context.ts";
import { run } from "../src/command/program.ts";
import { openStore } from "../src/store/open.ts";
import { createRandom } from "../src/tokens/index.ts";
import { groundOver, limits, start } from "./management-ground.ts";

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
	return {
		folder,
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
				env: {},
				cwd: folder,
				now: () => clock.now,
				supported: {
					grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
					authMethods: ["client_secret_basic", "client_secret_post", "none"],
				},
				...about,
			};
			const code = await run(words.split(" "), context);
			return { code, out: out.text(), err: err.text() };
		},
	};
}
