import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

/** What is unpacked together, and what of it can be started. */
export interface DebianPackages {
	readonly packages: readonly string[];
	/** Below the folder, such as `usr/bin/redis-server`: each gets a starter of its last name, which knows where its libraries lie. */
	readonly programs: readonly string[];
	/** Which packages are taken along where one of these depends on them; the libraries, unless said. */
	readonly along?: RegExp;
}

const cache = resolve(import.meta.dirname, "../node_modules/.cache");

/**
 * Debian's packages with all that they depend on, unpacked and not installed, which needs no rights: once, into node_modules/.cache, by
 * whichever of several processes is the first to have them whole.
 *
 * @returns the folder that has their `usr`, and the starters
 * @throws Error where there is no apt, or it cannot bring them
 * @example const home = await unpackDebian({ packages: ["redis-server"], programs: ["usr/bin/redis-server"] });
 */
export async function unpackDebian({ packages, programs, along = /^lib/ }: DebianPackages): Promise<string> {
	const home = join(cache, `${packages.join("+")}-${process.arch}`);
	if (existsSync(home)) return home;
	const part = `${home}.${process.pid}`;
	try {
		mkdirSync(join(part, "packages"), { recursive: true });
		await bring(packages, along, part);
		for (const file of readdirSync(join(part, "packages"))) await run("dpkg", ["-x", join(part, "packages", file), part]);
		for (const rest of ["packages", "lists", "archives", "pkgcache.bin", "srcpkgcache.bin"])
			rmSync(join(part, rest), { recursive: true, force: true });
		for (const program of programs) writeFileSync(join(part, basename(program)), starter(part, program), { mode: 0o755 });
		renameSync(part, home);
	} catch (error) {
		if (!existsSync(home)) throw error;
	} finally {
		rmSync(part, { recursive: true, force: true });
	}
	return home;
}

const run = async (program: string, words: readonly string[], cwd?: string) =>
	(await promisify(execFile)(program, words, { cwd, maxBuffer: 64 * 2 ** 20 })).stdout;

/** Puts the packages' files into `part/packages`. */
async function bring(packages: readonly string[], along: RegExp, part: string): Promise<void> {
	const wanted = async (options: readonly string[]) => {
		const told = await run("apt-cache", [...options, "depends", "--recurse", "--important", ...packages]);
		await run("apt-get", [...options, "download", ...withDependencies(packages, along, told)], join(part, "packages"));
	};
	// As root, apt would lend its rights to a user who cannot write here.
	const rights = ["-o", "APT::Sandbox::User=root"];
	try {
		await wanted(rights);
	} catch (error) {
		const sentence = `Debian's packages ${packages.join(", ")} cannot be had here`;
		if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error(`${sentence}: there is no apt`, { cause: error });
		// A bare machine has no lists of packages, and only root may make the system's: these are our own.
		const lists = join(part, "lists");
		mkdirSync(join(lists, "partial"), { recursive: true });
		mkdirSync(join(part, "archives", "partial"), { recursive: true });
		const own = [...rights, "-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${part}`];
		try {
			await run("apt-get", [...own, "update"]);
			await wanted(own);
		} catch (cause) {
			throw new Error(sentence, { cause });
		}
	}
}

/** Reads what `apt-cache depends --recurse` tells. The C library stays the machine's own: the loader belongs to it. */
function withDependencies(packages: readonly string[], along: RegExp, told: string): readonly string[] {
	const needed = new Map([...told.matchAll(/^(\w\S*)\n((?: .+\n)*)/gm)].map(([, name = "", lines = ""]) => [name, dependencies(lines)]));
	const found = new Set(packages);
	for (const name of found) for (const next of needed.get(name) ?? []) if (along.test(next) && next !== "libc6") found.add(next);
	return [...found];
}

/** Of several that would do, which a bar joins, the first; for what no package is called, the first that provides it. */
function dependencies(lines: string): readonly string[] {
	const all = [...lines.matchAll(/^ ([ |])(?:Pre)?Depends: (?:<.+>\n {4})?(.+)$/gm)];
	return all.filter((_, index) => all[index - 1]?.[1] !== "|").map(([, , name = ""]) => name);
}

/** A script that starts the program with the libraries that were unpacked beside it. */
function starter(part: string, program: string): string {
	const libraries = ["usr/lib", "lib"].flatMap((folder) =>
		existsSync(join(part, folder))
			? readdirSync(join(part, folder), { recursive: true, withFileTypes: true }).filter(({ name }) => /^lib.+\.so/.test(name))
			: [],
	);
	const folders = new Set(libraries.map(({ parentPath }) => `"$home/${relative(part, parentPath)}"`));
	return `#!/bin/sh\nhome=$(dirname "$0")\nLD_LIBRARY_PATH=${[...folders].join(":")} exec "$home/${program}" "$@"\n`;
}
