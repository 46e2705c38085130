import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const declared = join(import.meta.dirname, "versions");
const cache = resolve(import.meta.dirname, "../../../../node_modules/.cache");

/**
 * The Node of that major version for this machine, or nothing where there is none. Installed once, by the exact versions and hashes of
 * the lock file, into a cache of its own: as a dependency its `node` would take the place of the repository's.
 */
export async function nodeOf(major: 22 | 24): Promise<string | undefined> {
	const lock = readFileSync(join(declared, "package-lock.json"), "utf8");
	const versions = [...lock.matchAll(/"version": "(.+)"/g)].map(([, version]) => version);
	const home = join(cache, `nodes-${versions.join("-").replaceAll(".", "")}`);
	if (!existsSync(home)) await install(home);
	const program = process.platform === "win32" ? "node.exe" : "node";
	const path = join(home, "node_modules", `node${major}-${process.platform}-${process.arch}`, "bin", program);
	return existsSync(path) ? path : undefined;
}

async function install(home: string): Promise<void> {
	const part = `${home}.${process.pid}`;
	mkdirSync(part, { recursive: true });
	for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(declared, file), join(part, file));
	const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links"];
	await promisify(execFile)("npm", ["ci", ...options], { cwd: part, shell: process.platform === "win32" });
	try {
		renameSync(part, home);
	} catch {
		rmSync(part, { recursive: true, force: true }); // another process was first
	}
}
