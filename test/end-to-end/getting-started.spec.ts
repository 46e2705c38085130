import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect as atOnce, type Page, test } from "@playwright/test";
import { type Block, commandsIn, pages, root } from "../manual/blocks.ts";
import { freePort } from "../process.ts";

// Generous, because a browser, three programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 180_000 });
const expect = atOnce.configure({ timeout: 30_000 });

const blocks = pages.find(({ path }) => path === "docs/getting-started.md")?.blocks ?? [];
const password = "teapot under the oak";
const running: ChildProcess[] = [];
let folder: string;
/** The ports of the page, and those that are free here. */
const ports = new Map<string, string>();

test.beforeAll(async () => {
	mkdirSync(join(root, "test-results"), { recursive: true });
	folder = mkdtempSync(join(root, "test-results", "getting-started-"));
	for (const port of ["4000", "3000", "5173"]) ports.set(port, String(await freePort()));
});

test.afterAll(async () => {
	for (const child of running) await end(child);
	rmSync(folder, { recursive: true });
});

const here = (text: string) => text.replaceAll(/\b(?:4000|3000|5173)\b/g, (port) => ports.get(port) ?? port);
const app = () => `http://localhost:${ports.get("5173")}`;

/** What goes on until it is told to end. `npx` leaves its child alive when it alone is ended, so each has a group of its own. */
const goesOn = /^npx (?:gatehouse serve|node|vite) /;

function start(command: string): ChildProcess {
	const env = { ...process.env, GATEHOUSE_LISTEN_PORT: ports.get("4000") };
	const child = spawn("sh", ["-c", command], { cwd: folder, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
	child.stdin?.end(`${password}\n`);
	return child;
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.pid === undefined) return;
	const ended = new Promise((resolve) => child.once("exit", resolve));
	process.kill(-child.pid, "SIGTERM");
	await ended;
}

/** Runs a command to its end and answers what it wrote. */
async function ran(command: string): Promise<string> {
	const child = start(command);
	let said = "";
	for (const stream of [child.stdout, child.stderr])
		stream?.on("data", (text) => {
			said += text;
		});
	const code = await new Promise((resolve) => child.once("close", resolve));
	expect(code, `${command}: ${said}`).toBe(0);
	return said;
}

/** Starts a command that goes on, and waits until it answers. */
async function open(command: string): Promise<void> {
	const child = start(command);
	running.push(child);
	let said = "";
	for (const stream of [child.stdout, child.stderr])
		stream?.on("data", (text) => {
			said += text;
		});
	const port = command.includes("serve") ? "4000" : command.includes("vite") ? "5173" : "3000";
	const answers = () =>
		fetch(`http://localhost:${ports.get(port)}/`).then(
			() => true,
			() => false,
		);
	await expect.poll(async () => child.exitCode !== null || (await answers()), { message: said }).toBe(true);
	expect(child.exitCode, `${command}: ${said}`).toBe(null);
}

async function follow(block: Block): Promise<string> {
	if (block.file !== undefined) {
		mkdirSync(dirname(join(folder, block.file)), { recursive: true });
		writeFileSync(join(folder, block.file), here(block.code));
	}
	let said = "";
	for (const command of block.language === "sh" ? commandsIn(here(block.code)) : []) {
		if (command === "npm ci") continue; // has brought what runs this test
		if (goesOn.test(command)) await open(command);
		else said += await ran(command);
	}
	return said;
}

async function signIn(page: Page): Promise<void> {
	await page.locator("#button").click();
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await page.locator("#username").fill("alice");
	await page.locator("#password").fill(password);
	await page.locator("#login-submit").click();
	await expect(page.locator("#greeting")).toHaveText("Hello Alice Example");
	await expect(page.locator("#orders")).toContainText("a copper kettle");
}

test("whoever follows the page, command by command, has an app signed in and an API protected", async ({ page }) => {
	for (const block of blocks) {
		const said = await follow(block);
		if (block.code.includes("curl")) expect(said).toMatch(/^HTTP\/1\.1 401[\s\S]*WWW-Authenticate: Bearer/im);
		if (block.code.includes("vite")) {
			await page.goto(app());
			await signIn(page);
			await page.reload();
			await expect(page.locator("#greeting")).toHaveText("Hello Alice Example");
		}
		if (block.code.includes("event list")) expect(said).toContain("session.started");
		if (block.code.includes("session end")) {
			await page.reload();
			await expect(page.locator("#button")).toHaveText("Sign in");
			await signIn(page);
			await page.locator("#button").click();
			await expect(page.locator("#button")).toHaveText("Sign in");
			await expect(page).toHaveURL(`${app()}/`);
		}
	}
});
