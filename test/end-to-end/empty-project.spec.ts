import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { expect as atOnce, type Page, test } from "@playwright/test";
import { type Block, commandsIn, pageAt, root } from "../manual/blocks.ts";
import { type Following, following, password } from "../manual/following.ts";

// Generous, because a browser, three programs and whatever else a machine does share its cores.
test.describe.configure({ timeout: 180_000 });
const expect = atOnce.configure({ timeout: 30_000 });

const { blocks } = pageAt("docs/single-page-app.md");
const policy = blocks
	.find(({ code }) => code.startsWith("Content-Security-Policy: "))
	?.code.slice("Content-Security-Policy: ".length)
	.trim();

let reader: Following;
let server: Server;
/** The folder that is served as the app. */
let built = "";

/** What the page says before it comes to the app: Gatehouse with Alice, and the API. Then a server for what is built, under the page's policy. */
test.beforeAll(async () => {
	reader = await following();
	for (const block of blocks.filter(({ file, code }) => file?.startsWith("try/") || code.startsWith("npx gatehouse")))
		await reader.follow(block);
	const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };
	server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://app");
		const file = extname(pathname) === "" ? "index.html" : pathname;
		const content = await readFile(join(built, file)).catch(() => undefined);
		const headers = {
			"content-type": types[extname(file)] ?? "application/octet-stream",
			"content-security-policy": reader.here(policy ?? ""),
		};
		response.writeHead(content ? 200 : 404, headers).end(content);
	});
	await new Promise<void>((resolve) => server.listen(Number(new URL(reader.origin(5173)).port), "localhost", resolve));
});

test.afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	await reader[Symbol.asyncDispose]();
});

/** A project as `npm create vite` makes it, less its decoration, with the SDK as the page installs it, built. */
async function project(name: string, mount: string, main: string, own: (block: Block) => boolean, config: string): Promise<void> {
	reader.write(`${name}/package.json`, JSON.stringify({ name, private: true, type: "module" }));
	reader.write(`${name}/vite.config.js`, config);
	reader.write(
		`${name}/index.html`,
		`<!doctype html><html lang="en"><head><title>Shop</title></head><body><div id="${mount}"></div><script type="module" src="/src/${main}"></script></body></html>`,
	);
	for (const { file = "", code } of blocks.filter(({ file, ...others }) => file?.startsWith("src/") && own({ file, ...others })))
		reader.write(join(name, file), reader.here(code));
	const install = commandsIn(blocks.find(({ code }) => code.includes("npm pack "))?.code ?? "")
		.filter((line) => /^npm (?:pack|install) /.test(line))
		.map((line) => `${line.replace("/path/to/gatehouse", root)} --offline --no-audit --no-fund --loglevel=error`);
	atOnce(install).toHaveLength(2);
	await reader.run([`cd ${name}`, ...install, "npx vite build"].join(" && "));
	built = join(reader.folder, name, "dist");
}

/** What a beginner meets: Gatehouse is not running yet, and a scope that it does not know. */
async function mistakes(page: Page): Promise<void> {
	const signIn = page.getByRole("button", { name: "Sign in" });
	await page.goto(reader.origin(5173));
	await page.route(`${reader.origin(4000)}/.well-known/**`, (route) => route.abort());
	await signIn.click();
	await expect(page.getByText("AuthError: The issuer cannot be reached")).toBeVisible();
	await page.unrouteAll();

	const written: string[] = [];
	page.on("console", (message) => message.type() === "error" && written.push(message.text()));
	await page.route(`${reader.origin(4000)}/authorize?**`, (route) => {
		const url = new URL(route.request().url());
		url.searchParams.set("scope", "openid nonsense");
		return route.continue({ url: url.href });
	});
	await signIn.click();
	await expect(page.getByText("AuthError: The issuer answered invalid_scope")).toBeVisible();
	expect(written.filter((text) => text.includes("invalid_scope"))).toHaveLength(1);
	await page.unrouteAll();
	page.removeAllListeners("console");
}

async function journey(page: Page): Promise<void> {
	await mistakes(page);
	const complaints: string[] = [];
	page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
	page.on("pageerror", ({ message }) => complaints.push(message));
	await page.goto(`${reader.origin(5173)}/?from=anywhere`);
	await page.getByRole("button", { name: "Sign in" }).click();
	await expect(page.locator("html")).toHaveAttribute("data-page", "login");
	await page.locator("#username").fill("alice");
	await page.locator("#password").fill(password);
	await page.locator("#login-submit").click();
	await expect(page.getByText("Hello Alice Example")).toBeVisible();
	await expect(page).toHaveURL(`${reader.origin(5173)}/?from=anywhere`);
	// The tokens are behind the wall that the policy allows.
	expect(page.workers()).toHaveLength(1);
	await page.getByRole("button", { name: "Show my orders" }).click();
	await expect(page.getByText("a copper kettle")).toBeVisible();

	await page.reload();
	await expect(page.getByText("Hello Alice Example")).toBeVisible();
	await page.getByRole("button", { name: "Sign out" }).click();
	await expect(page).toHaveURL(`${reader.origin(5173)}/`);
	await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
	expect(complaints).toEqual([]);
}

test("an empty Vite project with Vue signs in and calls an API, by the page alone and under its policy", async ({ page }) => {
	const plugin = createRequire(join(root, "examples/company/package.json")).resolve("@vitejs/plugin-vue");
	const config = `import vue from ${JSON.stringify(plugin)};\nexport default { plugins: [vue()] };\n`;
	await project("vue-shop", "app", "main.ts", ({ language }) => language !== "tsx", config);
	await journey(page);
});

test("the same with React, in StrictMode", async ({ page }) => {
	await project(
		"react-shop",
		"root",
		"main.tsx",
		({ language, file }) => language === "tsx" || file === "src/auth.ts",
		"export default {};\n",
	);
	await journey(page);
});
