import "../../examples/company/src/localhost.ts";
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { platform } from "../../packages/sdk/src/client/world.ts";
import { createMobileAuth, type Platform, type Store } from "../../packages/sdk/src/mobile/index.ts";
import type { Device } from "./device.ts";

/*
 * A mobile app as a process of its own, on the real core: `node app.ts <folder> [link]`. Its device is a folder, in which what it keeps is a
 * file each; opening the browser is telling the address. It signs in where nobody is, calls `crm`, then `orders`, asks for one more token, and
 * goes on until it is ended. It tells what happens on standard output and in the folder, for whoever started it: a test, or the system, by a link.
 */
const [folder = "", link] = process.argv.slice(2);
const device = JSON.parse(readFileSync(join(folder, "device.json"), "utf8")) as Device;

function tell(event: string, more: Readonly<Record<string, unknown>> = {}): void {
	const line = `${JSON.stringify({ event, ...more })}\n`;
	appendFileSync(join(folder, "told"), line);
	process.stdout.write(line);
}

function files(name: string): Store {
	const path = (key: string) => join(folder, `${name}.${key}`);
	return {
		async get(key) {
			try {
				return readFileSync(path(key), "utf8");
			} catch {
				return undefined;
			}
		},
		async set(key, value) {
			mkdirSync(folder, { recursive: true });
			// All of it or nothing, whenever the process is killed.
			writeFileSync(`${path(key)}.part`, value, { mode: 0o600 });
			renameSync(`${path(key)}.part`, path(key));
		},
		remove: async (key) => rmSync(path(key), { force: true }),
	};
}

const links: ((url: string) => void)[] = [];
const system: Platform = {
	world: platform,
	secure: files("secure"),
	settings: files("settings"),
	browser: { open: async (url) => tell("browser", { url }), close: async () => undefined, onDismissed: () => undefined },
	links: { initial: async () => link, onLink: (listener) => void links.push(listener) },
	onAwake: () => undefined,
	alone: (_name, work) => work(),
};

const auth = createMobileAuth({ issuer: device.issuer, clientId: "larkfield-app", redirect: device.redirect }, system);
auth.on("signed-in", ({ user }) => tell("signed-in", { name: user.name }));
// The system hands a link to the app that runs.
createInterface({ input: process.stdin }).on("line", (url) => {
	for (const listener of links) listener(url);
});

async function lengthOf(url: string, list: string): Promise<number> {
	const response = await auth.fetch(url);
	return response.ok ? (await response.json())[list].length : -response.status;
}

tell("started", { pid: process.pid, link: link !== undefined });
const { status, session } = await auth.ready();
tell("ready", { status });
if (session) tell("shown", { name: session.user.name });
const result = session ? undefined : await auth.signIn();
if (auth.session) {
	tell("customers", { number: await lengthOf(`${device.crm}/customers`, "customers") });
	tell("orders", { number: await lengthOf(`${device.orders}/orders`, "orders") });
	const before = await auth.token({ resource: device.crm });
	const after = await auth.token({ resource: device.crm, minTtl: before.expiresIn + 1 });
	tell("refreshed", { fresh: before.accessToken !== after.accessToken });
}
tell("done", { status: auth.status, result: result?.status });
