import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import { expect as atOnce, type Page, test } from "@playwright/test";

// Generous, because whatever else a machine does shares its cores.
test.describe.configure({ timeout: 300_000 });
const expect = atOnce.configure({ timeout: 20_000 });

const site = join("docs", ".vitepress", "dist");
const types: Readonly<Record<string, string>> = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript",
	".css": "text/css",
	".json": "application/json",
	".png": "image/png",
	".svg": "image/svg+xml",
};
const server: Server = createServer(async (request, response) => {
	const path = new URL(request.url ?? "/", "http://site").pathname;
	const file = path.endsWith("/") ? `${path}index.html` : path;
	const content = await readFile(join(site, file)).catch(() => undefined);
	response.writeHead(content ? 200 : 404, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(content);
});
let origin: string;

/** The site as anybody may put it on a server: plain files. A dead link stops the build. */
test.beforeAll(async () => {
	const vitepress = join("node_modules", "vitepress", "bin", "vitepress.js");
	await promisify(execFile)(join("node_modules", ".bin", "node"), [vitepress, "build", "docs"]);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

/** What a page asks the network for, beyond the files of the site; and what it complains about. */
function strayed(page: Page): readonly string[] {
	const stray: string[] = [];
	page.on("request", (request) => {
		if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) stray.push(request.url());
	});
	page.on("response", (response) => {
		if (response.status() >= 400) stray.push(`${response.status()} ${response.url()}`);
	});
	page.on("pageerror", (error) => stray.push(error.message));
	return stray;
}

for (const colorScheme of ["light", "dark"] as const) {
	test(`the manual is for everybody, ${colorScheme}, and asks nobody else for anything`, async ({ browser }) => {
		const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
		const page = await context.newPage();
		const stray = strayed(page);
		for (const name of ["index", "how-sign-in-works"]) {
			await page.goto(`${origin}/${name}.html`);
			await expect(page.locator(".VPSidebar")).toBeVisible();
			await expect(page.locator("html")).toHaveClass(colorScheme === "dark" ? /dark/ : /^(?!.*dark)/);
			expect((await new AxeBuilder({ page }).analyze()).violations, name).toEqual([]);
		}
		expect(stray).toEqual([]);
		await context.close();
	});
}

test("the search finds an error by its code, the drawing is read out, and a phone needs no sideways scrolling", async ({ browser }) => {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
	const page = await context.newPage();
	const stray = strayed(page);
	await page.goto(`${origin}/how-sign-in-works.html`);
	await expect(page.getByRole("img", { name: "The authorization code flow with PKCE, in eleven steps" })).toBeVisible();
	await expect(page.locator(".file", { hasText: "oauth/authorize.ts" })).toHaveAttribute("title", "packages/server/src/oauth/authorize.ts");
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);

	await page.getByRole("button", { name: "Search" }).click();
	await page.getByRole("searchbox").fill("invalid_grant");
	await page
		.getByRole("option", { name: /invalid_grant/ })
		.first()
		.click();
	await expect(page).toHaveURL(/errors\.html#invalid_grant$/);
	expect(stray).toEqual([]);
	await context.close();
});
