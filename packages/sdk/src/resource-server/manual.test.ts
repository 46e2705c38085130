import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Express } from "express";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuthError, authErrorCodes, statusOf } from "./auth-error.ts";

const packageFolder = join(import.meta.dirname, "../..");
const manual = await readFile(join(packageFolder, "../../docs/protecting-an-api.md"), "utf8");
const snippets = [...manual.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
const configuration = {
	extends: "../../../../tsconfig.base.json",
	compilerOptions: {
		noEmit: true,
		composite: false,
		rewriteRelativeImportExtensions: false,
		allowImportingTsExtensions: true,
		customConditions: ["@gatehouse/source"],
	},
	include: ["*.ts"],
};

let folder = "";

beforeAll(async () => {
	const results = join(packageFolder, "test-results");
	await mkdir(results, { recursive: true });
	folder = await mkdtemp(join(results, "manual-"));
	await writeFile(join(folder, "tsconfig.json"), JSON.stringify(configuration));
	await Promise.all(snippets.map((snippet, index) => writeFile(join(folder, `snippet-${index}.ts`), snippet)));
});

afterAll(async () => {
	await rm(folder, { recursive: true });
});

test("every snippet of the manual compiles with the strictest settings, beside the real types of Express and Fastify", async () => {
	expect(snippets.length).toBeGreaterThanOrEqual(6);
	const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
	const compile = () =>
		promisify(execFile)(process.execPath, [compiler, "-p", folder]).then(
			() => "",
			({ stdout }: { readonly stdout: string }) => stdout,
		);
	expect(await compile()).toBe("");
	await writeFile(join(folder, "wrong.ts"), snippets[0]!.replace("req.auth.subject", "req.auth.subjekt"));
	expect(await compile()).toContain("'subjekt'");
});

test("the Express and Fastify snippets do as the manual says: metadata for all, orders for nobody without a token", async () => {
	const named = (word: string) => join(folder, `snippet-${snippets.findIndex((snippet) => snippet.includes(`from "${word}"`))}.ts`);
	const { app: fastify } = (await import(named("fastify"))) as { readonly app: FastifyInstance };
	expect((await fastify.inject("/.well-known/oauth-protected-resource")).json().scopes_supported).toEqual(["orders.read"]);
	expect((await fastify.inject("/orders")).statusCode).toBe(401);
	const { app: express } = (await import(named("express"))) as { readonly app: Express };
	const server = express.listen(0, "127.0.0.1");
	try {
		await new Promise((resolve) => server.once("listening", resolve));
		const base = `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`;
		const metadata = (await (await fetch(`${base}/.well-known/oauth-protected-resource`)).json()) as { readonly resource: string };
		expect(metadata.resource).toBe("https://orders.acme.test");
		expect((await fetch(`${base}/orders`)).status).toBe(401);
	} finally {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

test("the table of errors in the manual names every code with its status and action, and no other", () => {
	const rows = [...manual.matchAll(/^\| <a id="(\w+)"><\/a>`(\w+)` \| (\d+) \| .* \| `([\w-]+)` \|$/gm)].map(
		([, id, code, status, action]) => ({ id, code, status, action }),
	);
	expect(rows).toEqual(
		authErrorCodes.map((code) => ({ id: code, code, status: String(statusOf(code)), action: new AuthError(code, "").action })),
	);
	expect(new AuthError("invalid_token", "").docs).toBe("docs/protecting-an-api.md#invalid_token");
});
