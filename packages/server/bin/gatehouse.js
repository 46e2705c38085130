#!/usr/bin/env node
// Old syntax on purpose: this file may be read by whatever Node the machine has. It finds the pinned one and starts Gatehouse with it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

var wanted = [24, 7];
var have = process.versions.node.split(".").map(Number);
var here = fileURLToPath(import.meta.url);

if (have[0] > wanted[0] || (have[0] === wanted[0] && have[1] >= wanted[1])) {
	await import("../dist/main.js");
} else {
	var node = pinnedNode(dirname(here));
	if (!node) {
		console.error("gatehouse needs Node " + wanted.join(".") + " or newer and found " + process.version + ": run `npm ci` in the checkout, it brings the right one.");
		process.exit(1);
	}
	var child = spawn(node, [here].concat(process.argv.slice(2)), { stdio: "inherit" });
	["SIGTERM", "SIGINT", "SIGHUP"].forEach(function (signal) {
		process.on(signal, function () { child.kill(signal); });
	});
	child.on("exit", function (code, signal) {
		process.exitCode = code === null ? 128 + (signal === "SIGINT" ? 2 : 15) : code;
	});
}

function pinnedNode(folder) {
	for (;;) {
		var file = join(folder, "node_modules", ".bin", "node");
		if (existsSync(file)) return file;
		var above = dirname(folder);
		if (above === folder) return undefined;
		folder = above;
	}
}
