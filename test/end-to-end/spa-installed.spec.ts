import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect as atOnce, test } from "@playwright/test";
import { type Folder, scratchFolder } from "../process.ts";
import { alice, openSpaHouse } from "../spa-house.ts";

test.describe.configure({ timeout: 90_000 });
const expect = atOnce.configure({ timeout: 20_000 });

const modules = resolve("node_modules");
const tsc = join(modules, "typescript", "bin", "tsc");
const vite = join(modules, "vite", "bin", "vite.js");

/** What somebody writes who has read the page of the manual, in a project that has nothing but Vite and Vue. */
const main = (issuer: string, orders: string) => `
import { createApp, h, ref } from "vue";
import { createAuth } from "@gatehouse/sdk/spa";
import { authPlugin, useAuth } from "@gatehouse/sdk/spa/vue";

const auth = createAuth({ issuer: ${JSON.stringify(issuer)}, clientId: "shop" });

const App = {
	setup() {
		const { status, session, signIn, fetch } = useAuth();
		const answer = ref("");
		const call = async () => { answer.value = await (await fetch(${JSON.stringify(`${orders}/orders`)})).text(); };
		return () => [
			h("p", { id: "who" }, status.value + " " + (session.value?.user.name ?? "")),
			h("button", { id: "sign-in", onClick: () => signIn() }, "Sign in"),
			h("button", { id: "call", onClick: call }, "Call"),
			h("p", { id: "answer" }, answer.value),
		];
	},
};

await auth.ready();
createApp(App).use(authPlugin(auth)).mount("#app");
`;

/** Puts the package where \`npm install\` would, with what it publishes and nothing else. */
function install(folder: Folder): void {
	const packed = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder.path], {
		cwd: resolve("packages/sdk"),
		encoding: "utf8",
	}).trim();
	const home = join(folder.path, "node_modules", "@gatehouse", "sdk");
	mkdirSync(home, { recursive: true });
	execFileSync("tar", ["-xzf", join(folder.path, packed), "--strip-components=1", "-C", home]);
	symlinkSync(join(modules, "vue"), join(folder.path, "node_modules", "vue"));
}

/** Where a file that uses the types as they are published does not compile: in its last line alone, which is wrong. */
function typeFaults(folder: Folder): readonly string[] {
	folder.write(
		"typed.ts",
		`import { type AuthState, createAuth } from "@gatehouse/sdk/spa";
import { useAuth } from "@gatehouse/sdk/spa/vue";
export const auth = createAuth({ issuer: "https://auth.acme.test", clientId: "shop" });
export const name: string | undefined = useAuth().session.value?.user.name;
export const who = (state: AuthState): string => (state.status === "signed-in" ? state.session.user.sub : state.status);
export const sub: number = auth.session?.user.sub;
`,
	);
	const options = "--noEmit --pretty false --strict --target es2022 --module esnext --moduleResolution bundler --lib es2022,dom".split(" ");
	const { stdout } = spawnSync(process.execPath, [tsc, ...options, "typed.ts"], { cwd: folder.path, encoding: "utf8" });
	return [...stdout.matchAll(/^(\S+): error/gm)].map(([, place]) => place!);
}

/** Runs Vite until the block ends; it listens when this answers. */
async function runVite(folder: Folder, port: string, ...words: readonly string[]): Promise<AsyncDisposable> {
	const child = spawn(process.execPath, [vite, ...words, "--host", "127.0.0.1", "--port", port, "--strictPort"], {
		cwd: folder.path,
		stdio: ["ignore", "pipe", "inherit"],
	});
	const ended = once(child, "close");
	const listens = new Promise<void>((done) =>
		createInterface({ input: child.stdout }).on("line", (line) => line.includes("Local") && done()),
	);
	await Promise.race([listens, ended.then(([code]) => Promise.reject(new Error(`Vite ended with ${code}`)))]);
	return {
		async [Symbol.asyncDispose]() {
			child.kill("SIGTERM");
			await ended;
		},
	};
}

test("an empty Vite project with nothing but the package: it works while developing, and as it is built", async ({ context }) => {
	await using house = await openSpaHouse();
	using folder = scratchFolder();
	install(folder);
	folder.write("package.json", '{ "type": "module" }');
	folder.write("index.html", '<!doctype html><title>App</title><div id="app"></div><script type="module" src="/main.js"></script>');
	folder.write("main.js", main(house.issuer, house.orders));
	expect(typeFaults(folder)).toEqual(["typed.ts(6,14)"]);
	const { port } = new URL(house.free);
	const page = await context.newPage();
	{
		await using _ = await runVite(folder, port);
		await page.goto(`${house.free}/welcome`);
		await expect(page.locator("#who")).toHaveText("signed-out ");
		await page.locator("#sign-in").click();
		await page.locator("#username").fill(alice.username);
		await page.locator("#password").fill(alice.password);
		await page.locator("#login-submit").click();
		await expect(page.locator("#who")).toHaveText(`signed-in ${alice.name}`);
		expect(page.url()).toBe(`${house.free}/welcome`);
		expect(page.workers()).toHaveLength(1);
		await page.locator("#call").click();
		await expect(page.locator("#answer")).toContainText("orders.read");
	}
	execFileSync(process.execPath, [vite, "build", "--logLevel", "error"], { cwd: folder.path, stdio: "inherit" });
	{
		await using _ = await runVite(folder, port, "preview");
		await page.goto(`${house.free}/welcome`);
		await expect(page.locator("#who")).toHaveText(`signed-in ${alice.name}`);
		expect(page.workers()).toHaveLength(1);
		await page.locator("#call").click();
		await expect(page.locator("#answer")).toContainText("orders.read");
	}
});
