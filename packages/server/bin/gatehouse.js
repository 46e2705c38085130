#!/usr/bin/env node
// May be read by whatever Node the machine has: it finds the pinned one and starts Gatehouse with it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
const here = fileURLToPath(import.meta.url);

if (major > 24 || (major === 24 && minor >= 7)) {
	// Compiled code is kept beside what it was compiled from, never in a folder that others can write.
	module.enableCompileCache?.(join(dirname(here), "..", "dist", ".compiled"));
	await import("../dist/main.js");
} else {
	const node = pinnedNode(dirname(here));
	if (node) hand(node);
	else {
		console.error(
			`gatehouse needs Node 24.7 or newer and found ${process.version}: run \`npm ci\` in the checkout, it brings the right one.`,
		);
		process.exitCode = 1;
	}
}

function pinnedNode(folder) {
	const file = join(folder, "node_modules", ".bin", "node");
	if (existsSync(file)) return file;
	const above = dirname(folder);
	return above === folder ? undefined : pinnedNode(above);
}

/** Whoever ends this process ends Gatehouse, and hears its exit code. */
function hand(node) {
	const child = spawn(node, [here, ...process.argv.slice(2)], { stdio: "inherit" });
	for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
	child.on("exit", (code, signal) => {
		process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
	});
}
