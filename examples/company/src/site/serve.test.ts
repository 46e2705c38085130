import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSite } from "./files.ts";
import { answer } from "./serve.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-site-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "assets", "index-abc.js"), "start()");
writeFileSync(join(folder, "secret.js"), "not for anybody");
writeFileSync(join(folder, "index.html"), "<head><!-- settings --></head>");

const site = readSite(folder, { issuer: "https://auth.example/</script>" });
const get = (url: string, method = "GET") => {
	const { status, headers, body } = answer(site, method, url, "http://shop.localhost");
	return { status, type: headers["Content-Type"], caching: headers["Cache-Control"], text: body.toString() };
};

test("every address of the app is the page, asked for anew each time; its files are kept for good", () => {
	for (const address of ["/", "/orders", "/callback?code=x&state=y.z", "/no/such/page"]) {
		expect(get(address)).toMatchObject({ status: 200, type: "text/html; charset=utf-8", caching: "no-cache" });
	}
	expect(get("/assets/index-abc.js")).toEqual({
		status: 200,
		type: "text/javascript; charset=utf-8",
		caching: "public, max-age=31536000, immutable",
		text: "start()",
	});
});

test("a file that is not there is 404 and never the page, and no path leads out of the build", () => {
	for (const address of [
		"/assets/index-old.js",
		"/assets/",
		"/favicon.ico",
		"/assets/../secret.js",
		"/assets/%2e%2e/secret.js",
		"/secret.js",
	]) {
		expect(get(address), address).toMatchObject({ status: 404, caching: "no-store", text: "There is no such file.\n" });
	}
	expect(get("http://[").status).toBe(400);
	expect(get("/", "POST").status).toBe(405);
	expect(get("/", "HEAD").status).toBe(200);
});

test("what the page is told cannot end its block early", () => {
	const { text } = get("/");
	expect(text.match(/<\/script>/g)).toHaveLength(1);
	const [, json = ""] = /<script type="application\/json" id="settings">(.*?)<\/script>/.exec(text) ?? [];
	expect(JSON.parse(json)).toEqual({ issuer: "https://auth.example/</script>" });
});
