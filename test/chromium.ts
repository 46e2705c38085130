import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface TestChromium {
	readonly executablePath: string;
	readonly env: Record<string, string>;
}

/**
 * The headless Chromium that comes inside @sparticuz/chromium, unpacked once per version into node_modules/.cache.
 * Its own executablePath() unpacks to the system's temporary folder and takes any file of that name it finds there.
 */
export async function chromium(): Promise<TestChromium> {
	if (process.env["CHROMIUM"]) return { executablePath: process.env["CHROMIUM"], env: {} };
	const require = createRequire(import.meta.url);
	const root = join(dirname(require.resolve("@sparticuz/chromium")), "..");
	const { version } = require(join(root, "package.json")) as { version: string };
	const home = join(root, "..", "..", ".cache", `chromium-${version}`);
	if (!existsSync(home)) {
		const part = `${home}.${process.pid}`;
		mkdirSync(part, { recursive: true });
		process.env["TMPDIR"] = part;
		const { default: packed, inflate } = await import("@sparticuz/chromium");
		await packed.executablePath();
		await inflate(join(root, "bin", "al2023.tar.br"));
		delete process.env["TMPDIR"];
		// The packed fonts.conf names folders that do not exist on a bare machine, and without any font Chromium ends.
		const dirs = `<dir>${join(home, "fonts")}</dir><dir>/usr/share/fonts</dir><cachedir>${join(home, "fonts-cache")}</cachedir>`;
		writeFileSync(
			join(part, "fonts.conf"),
			`<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${dirs}</fontconfig>\n`,
		);
		try {
			renameSync(part, home);
		} catch {
			rmSync(part, { recursive: true, force: true }); // another process was first
		}
	}
	const executablePath = join(home, "chromium");
	const lib = join(home, "al2023", "lib");
	return { executablePath, env: { ...(runs(executablePath) ? {} : { LD_LIBRARY_PATH: lib }), FONTCONFIG_FILE: join(home, "fonts.conf") } };
}

function runs(file: string): boolean {
	try {
		execFileSync(file, ["--version", "--no-sandbox"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
