import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { perNetwork } from "../../packages/server/src/oauth/registration/budget.ts";
import { mostRegistrations } from "../../packages/server/src/oauth/registration/register.ts";
import { type Block, commandsIn, pageAt } from "./blocks.ts";
import { following } from "./following.ts";

const page = pageAt("docs/registration.md");

/** The block that begins so, or is that file. */
function blockOf(beginning: string): Block {
	const found = page.blocks.find(({ code, file }) => file === beginning || code.startsWith(beginning));
	if (found === undefined) throw new Error(`docs/registration.md has no block ${beginning}`);
	return found;
}

test("whoever follows the page registers an app with a token, reads, changes and deletes it", { timeout: 120_000 }, async () => {
	await using reader = await following();
	await reader.follow(blockOf("try/gatehouse.yaml"));
	const said = await reader.follow(blockOf("npx gatehouse registration-token create"));
	reader.write("try/token", /^token: (\S{64})$/m.exec(said)?.[1] ?? "");
	for (const file of ["try/register.ts", "try/manage.ts"]) reader.write(file, reader.here(blockOf(file).code));

	const [registers, ...others] = commandsIn(blockOf("npx node try/register.ts").code);
	expect([registers, others]).toEqual(["npx node try/register.ts", []]);
	expect(await reader.run("npx node try/register.ts")).toContain("client_name: 'Larkfield Reports'");
	const kept = join(reader.folder, "try/client.json");
	expect(statSync(kept).mode & 0o777).toBe(0o600);
	expect(JSON.parse(readFileSync(kept, "utf8"))).toMatchObject({
		scope: "openid profile email address phone offline_access",
		client_secret_expires_at: 0,
	});

	expect(commandsIn(blockOf("npx node try/manage.ts").code)).toEqual(["npx node try/manage.ts"]);
	const managed = await reader.run("npx node try/manage.ts");
	expect(managed.split("\n").slice(0, 3)).toEqual(["registered: Larkfield Reports", "changed: 200", "deleted: 204"]);
	expect(await reader.run("npx gatehouse registration-token list --json --config try/gatehouse.yaml")).toContain('"uses_left": 2');
});

test("the page tells the limits that there are", () => {
	expect([mostRegistrations, perNetwork]).toEqual([10_000, { limit: 2_500, window: 3_600_000 }]);
	for (const told of ["its /24 or /64) | 2500 an hour", "| clients that registered themselves | 10 000;"])
		expect(page.text).toContain(told);
});
