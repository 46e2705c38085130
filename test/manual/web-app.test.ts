import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createVisitor } from "../../packages/testing/src/visitor/visitor.ts";
import { type Block, commandsIn, pageAt } from "./blocks.ts";
import { following, onceFollowed, password } from "./following.ts";

const page = pageAt("docs/web-app.md");

/** The block that begins so. */
function blockOf(beginning: string): Block {
	const found = page.blocks.find(({ code, file }) => file === beginning || code.trimStart().startsWith(beginning));
	if (found === undefined) throw new Error(`docs/web-app.md has no block ${beginning}`);
	return found;
}

/** Settles when it answers; fails with what it said when it ends before. */
async function answers(child: ChildProcess, url: string): Promise<void> {
	let said = "";
	child.stderr?.on("data", (text) => {
		said += text;
	});
	while (!(await fetch(url).catch(() => undefined))) {
		if (child.exitCode !== null) throw new Error(said);
		await new Promise((done) => setTimeout(done, 20));
	}
}

test("whoever follows the page of the web app has an app that signs in, calls an API and signs out", { timeout: 120_000 }, async () => {
	await using reader = await following();
	for (const block of ["try/gatehouse.yaml", "try/api.ts", "npx gatehouse user add"]) await reader.follow(blockOf(block));
	reader.write("try/crm.json", reader.here(blockOf('{\n\t"client_id"').code));
	const added = await reader.follow(blockOf("npx gatehouse client add"));
	const secret = /^client_secret: (\S{43})$/m.exec(added)?.[1];
	expect(secret).toBeDefined();
	reader.write("crm.mts", reader.here(blockOf("crm.mts").code));

	const [command = ""] = commandsIn(blockOf("SSO_SECRET=").code);
	expect(command).toBe("SSO_SECRET=the-secret node crm.mts");
	const child = spawn(process.execPath, ["crm.mts"], { cwd: reader.folder, env: { ...process.env, SSO_SECRET: secret } });
	const ended = once(child, "exit");
	try {
		const app = reader.origin(5173);
		await answers(child, app);
		const alice = createVisitor(reader.origin(4000), { username: "alice", password }, Date.now);
		const orders = await onceFollowed(() => alice.open(`${app}/orders`));
		expect([orders.url.href, orders.text]).toEqual([`${app}/orders`, expect.stringContaining("1041: a copper kettle")]);
		expect((await alice.open(app)).text).toContain("Go on");
		await alice.open(`${app}/orders`);
		expect((await alice.press()).text).toContain("See your orders");
		const call = await fetch(`${app}/orders`, { headers: { accept: "application/json" } });
		expect([call.status, await call.json()]).toEqual([401, JSON.parse(blockOf('{ "error": "not_signed_in"').code)]);
	} finally {
		child.kill();
		await ended;
	}
});

test("the test of the page passes as it stands, on the packages as they are built", { timeout: 120_000 }, async () => {
	await using reader = await following();
	await reader.follow(blockOf("crm.test.ts"));
	await reader.run("npx vitest run --reporter=json --outputFile=report.json");
	expect(JSON.parse(readFileSync(join(reader.folder, "report.json"), "utf8"))).toMatchObject({ success: true, numPassedTests: 1 });
});
