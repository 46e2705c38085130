import { execFile } from "node:child_process";
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { verbs } from "../../packages/server/src/command/program.ts";
import { routes } from "../../packages/server/src/http/routes.ts";
import { commandLine } from "../../packages/server/test/command-line.ts";
import { type Block, commandsIn, pages, root, statesOf } from "./blocks.ts";

/** How each kind of block is held to the truth; what is of no kind must say why it is not tested. */
const compiled = ["ts", "tsx", "vue"];
const configured = ["yaml", "json"];
/** Files of other languages, which `test/interop` runs as they stand. */
const run = ["apache", "python"];
const kinds = [...compiled, ...configured, ...run, "sh", "http", "html"];

const blocks = pages.flatMap((page) => page.blocks);
const tested = (...languages: readonly string[]) =>
	blocks.filter(({ language, untested }) => untested === undefined && languages.includes(language));

mkdirSync(join(root, "test-results"), { recursive: true });
const folder = mkdtempSync(join(root, "test-results", "snippets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function put(path: string, content: string): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), content);
}

test("every block of the manual is tested, or says why not", () => {
	const silent = blocks.filter(({ language, untested }) => untested === undefined && !kinds.includes(language));
	expect(silent.map(({ place }) => place)).toEqual([]);
	expect(tested(...kinds).length).toBeGreaterThan(20);
	expect(blocks.filter(({ untested }) => untested !== undefined).length).toBeLessThanOrEqual(3);
});

test("every snippet of code compiles with the strictest settings, in TypeScript, React and Vue", { timeout: 120_000 }, async () => {
	const options = {
		noEmit: true,
		composite: false,
		rewriteRelativeImportExtensions: false,
		allowImportingTsExtensions: true,
		module: "esnext",
		moduleResolution: "bundler",
		jsx: "react-jsx",
		lib: ["es2024", "esnext.disposable", "dom", "dom.iterable"],
		types: ["node", "vite/client"],
		noUnusedLocals: false,
	};
	put("tsconfig.json", JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions: options, include: ["**/*"] }));
	for (const page of pages) {
		for (const [index, state] of statesOf(page, compiled).entries())
			for (const [file, code] of state) put(join(page.path, String(index), file), code);
	}
	put(
		"wrong.ts",
		'import { createAuth } from "@gatehouse/sdk/spa";\n\nexport const { sesion } = createAuth({ issuer: "", clientId: "" });\n',
	);
	const compiler = join(
		dirname(createRequire(join(root, "examples/company/package.json")).resolve("vue-tsc/package.json")),
		"bin/vue-tsc.js",
	);
	const said = await promisify(execFile)(process.execPath, [compiler, "-p", folder]).then(
		() => "",
		({ stdout }: { readonly stdout: string }) => stdout,
	);
	const faults = said.split("\n").filter((line) => line !== "");
	expect(faults.filter((line) => !line.includes("sesion"))).toEqual([]);
	expect(faults).toHaveLength(1);
});

test("every configuration has no fault, and every piece of JSON can be read", async () => {
	const line = commandLine();
	try {
		for (const { file, code, place } of tested(...configured)) {
			if (file === undefined) expect(() => JSON.parse(code), place).not.toThrow();
			else {
				const name = file.replaceAll("/", "-");
				line.put(name, code);
				const ran = await line.run(`check --config ${name}`);
				expect(`${ran.err}${ran.code}`, place).toBe("0");
			}
		}
		line.put("wrong.yaml", "issuer: http://auth.company.com\n");
		expect((await line.run("check --config wrong.yaml")).code).toBe(1);
	} finally {
		line.end();
	}
});

/** What may stand in a line beside our own commands; the pages that use it are walked in `test/end-to-end`. */
const others = [
	/^cd /,
	/^mkdir /,
	/^npm ci$/,
	/^npm create vite@/,
	/^npm install(?: |$)/,
	/^npm pack \/path\/to\/gatehouse\//,
	/^npm run dev -- --strictPort$/,
	/^npx vite /,
	/^npx vitest run$/,
	/^npx playwright test$/,
	/^npx node /,
	/^SSO_SECRET=\S+ node \S+\.mts$/,
	/^node /,
	/^flask --app report run /,
	/^apt-get install /,
	/^a2enmod /,
	/^openssl /,
	/^chmod 600 \S+$/,
	/^curl /,
	/^jq /,
];

test("every command of the manual is one that there is, with options that there are", () => {
	const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: Record<string, string> };
	const faults = tested("sh").flatMap(({ place, code }) =>
		commandsIn(code).flatMap((command) => faultOf(command, scripts)?.concat(` (${place})`) ?? []),
	);
	expect(faults).toEqual([]);
	expect(faultOf("npx gatehouse user ad alice", scripts)).toContain("no verb");
	expect(faultOf("npx gatehouse user add alice --nmae Alice", scripts)).toContain("--nmae");
	expect(faultOf("npm run tuor", scripts)).toContain("no script");
});

function faultOf(command: string, scripts: Readonly<Record<string, string>>): string | undefined {
	const script = /^npm (?:run )?(tour|start|test|[\w:-]+)(?: |$)/.exec(command)?.[1];
	if (command.startsWith("npm run ") || command === "npm start" || command === "npm test")
		return script !== undefined && (script in scripts || others.some((other) => other.test(command))) ? undefined : `${command}: no script`;
	if (!command.startsWith("npx gatehouse")) return others.some((other) => other.test(command)) ? undefined : `${command}: unknown here`;
	const words = command.split(/\s+/).slice(2);
	const verb = verbs.find(({ name }) => `${words.join(" ")} `.startsWith(`${name} `));
	if (verb === undefined) return words.every((word) => ["--help", "--version"].includes(word)) ? undefined : `${command}: no verb`;
	const known = ["--config", "--json", "--help", ...(verb.options ?? []).map(([flags]) => flags.split(/[ ,]/)[0])];
	const unknown = words.filter((word) => word.startsWith("--") && !known.includes(word));
	return unknown.length === 0 ? undefined : `${command}: no ${unknown.join(", ")}`;
}

test("every request on the wire goes to an address that there is, and the verifier fits the challenge", () => {
	for (const { code, place } of tested("http").filter(({ code }) => !/^(?:Content-Security-Policy|Set-Cookie):/.test(code))) {
		const [, method = "", path = ""] = /^(GET|POST) ([^\s?]+)/.exec(code) ?? [];
		const route = routes.find((one) => one.path === path);
		expect(route !== undefined && method in route, place).toBe(true);
	}
	const written = tested("http")
		.map(({ code }: Block) => code)
		.join("\n");
	const challenge = /code_challenge=([\w-]+)/.exec(written)?.[1];
	expect(hash("sha256", /code_verifier=([\w-]+)/.exec(written)?.[1] ?? "", "base64url")).toBe(challenge);
});
