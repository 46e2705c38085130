import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createVisitor } from "../../packages/testing/src/visitor/visitor.ts";
import { type Block, commandsIn, pageAt } from "./blocks.ts";
import { following, onceFollowed, password } from "./following.ts";

const page = pageAt("docs/backend-for-frontend.md");

/** The block that begins so, or is that file. */
function blockOf(beginning: string): Block {
	const found = page.blocks.find(({ code, file }) => file === beginning || code.trimStart().startsWith(beginning));
	if (found === undefined) throw new Error(`docs/backend-for-frontend.md has no block ${beginning}`);
	return found;
}

test("whoever follows the page has an app that signs in and calls an API, with no token in the browser", { timeout: 180_000 }, async () => {
	await using reader = await following();
	for (const block of ["try/gatehouse.yaml", "try/api.ts", "npx gatehouse user add"]) await reader.follow(blockOf(block));
	reader.write("try/shop.json", reader.here(blockOf('{\n\t"client_id"').code));
	const added = await reader.follow(blockOf("npx gatehouse client add"));
	const secret = /^client_secret: (\S{43})$/m.exec(added)?.[1];
	expect(secret).toBeDefined();
	for (const file of ["index.html", "src/auth.ts", "src/main.ts", "server.mts"]) reader.write(file, reader.here(blockOf(file).code));

	const [build = "", start] = commandsIn(blockOf("npx vite build").code);
	await reader.run(build);
	// The page, its script, and what a back end's page fetches later; the rest of the package is left out.
	const built = readdirSync(join(reader.folder, "dist/assets"));
	expect(built.length).toBeGreaterThan(1);
	expect(start).toBe("SSO_SECRET=the-secret node server.mts");
	const child = spawn(process.execPath, ["server.mts"], { cwd: reader.folder, env: { ...process.env, SSO_SECRET: secret } });
	const ended = once(child, "exit");
	let said = "";
	child.stderr.on("data", (text) => {
		said += text;
	});
	try {
		const app = reader.origin(5173);
		while (!(await fetch(app).catch(() => undefined))) {
			if (child.exitCode !== null) throw new Error(said);
			await new Promise((done) => setTimeout(done, 20));
		}
		expect(await (await fetch(app)).text()).toContain("assets/");
		const alice = createVisitor(reader.origin(4000), { username: "alice", password }, Date.now);
		expect((await onceFollowed(() => alice.open(`${app}/auth/sign-in`))).url.href).toBe(`${app}/`);
		const name = "__Host-Http-session-shop-bff";
		const headers = { cookie: `${name}=${alice.cookie(app, name)}`, "x-csrf": "1" };
		const session = await (await fetch(`${app}/auth/session`, { headers })).json();
		expect(session).toMatchObject({
			session: { user: { name: "Alice Example" } },
			paths: JSON.parse(reader.here(blockOf('{\n\t"session"').code)).paths,
		});
		expect(await (await fetch(`${app}/api/orders/orders`, { headers })).json()).toMatchObject({
			orders: ["1041: a copper kettle", "1042: two books"],
		});
	} finally {
		child.kill();
		await ended;
	}
});

test("the test of the page passes as it stands, on the packages as they are built", { timeout: 120_000 }, async () => {
	await using reader = await following();
	await reader.follow(blockOf("shop.test.ts"));
	await reader.run("npx vitest run --reporter=json --outputFile=report.json");
	expect(JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8"))).toMatchObject({ success: true, numPassedTests: 1 });
});
