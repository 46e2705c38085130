import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Parties, partiesAt } from "../examples/company/src/parties.ts";
import { freeBase } from "../examples/company/src/ports.ts";
import { redisServer } from "./redis.ts";

/** The reference company as `npm start` opens it, beside whatever runs on its usual ports. */
export interface OpenCompany {
	readonly parties: Parties;
	/** Every line that was printed so far. */
	readonly printed: readonly string[];
	/** What an operator types while the company is open. */
	gatehouse(...verb: readonly string[]): Promise<void>;
	/** Ends it; resolves with its exit code. */
	close(): Promise<number | null>;
}

const node = join("node_modules", ".bin", "node");

export async function openCompany(): Promise<OpenCompany> {
	const base = await freeBase();
	const data = mkdtempSync(join(tmpdir(), "gatehouse-company-"));
	const environment = { ...process.env, COMPANY_PORT: String(base), COMPANY_DATA: data, NO_COLOR: "1", REDIS_SERVER: await redisServer() };
	const company = spawn(node, [join("examples", "company", "src", "start.ts")], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
	const ended = new Promise<number | null>((resolve) => company.once("exit", resolve));
	const printed: string[] = [];
	await new Promise<void>((resolve, reject) => {
		for (const stream of [company.stdout, company.stderr]) {
			createInterface({ input: stream }).on("line", (line) => {
				printed.push(line);
				if (line.includes("Larkfield is open.")) resolve();
			});
		}
		void ended.then((code) => reject(new Error(`The company ended with ${code}:\n${printed.join("\n")}`)));
	});
	return {
		parties: partiesAt(base),
		printed,
		async gatehouse(...verb) {
			const config = ["--config", join("examples", "company", "gatehouse.config.ts")];
			await promisify(execFile)(node, [join("packages", "server", "bin", "gatehouse.js"), ...verb, ...config], { env: environment });
		},
		async close() {
			company.kill("SIGTERM");
			const code = await ended;
			rmSync(data, { recursive: true, force: true });
			return code;
		},
	};
}
