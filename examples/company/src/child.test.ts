import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";

/** Connects to `port` and stays; at SIGTERM it says so and ends. */
const child = (port: number) => `
	const socket = require("node:net").connect(${port}, "127.0.0.1");
	process.on("SIGTERM", () => socket.end("asked to end", () => process.exit(0)));
`;

const parent = (port: number) => `
	import { startChild } from ${JSON.stringify(new URL("child.ts", import.meta.url).href)};
	startChild(["--eval", ${JSON.stringify(child(port))}], {}, console.error);
`;

test("a parent that is killed leaves no child behind; while it lives the child does", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const company = spawn(process.execPath, ["--input-type=module", "--eval", parent(port)], { stdio: ["ignore", "ignore", "inherit"] });
	const [socket] = (await once(server, "connection")) as [Socket];
	let said = "";
	socket.on("data", (bytes) => {
		said += bytes;
	});
	await new Promise((resolve) => setTimeout(resolve, 300));
	expect(said).toBe("");
	company.kill("SIGKILL");
	await once(socket, "close");
	expect(said).toBe("asked to end");
	server.close();
});
