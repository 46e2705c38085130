import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startRedis } from "../../../../test/redis.ts";
import { crm, openReplica, orders, signIn, startPortalsIssuer } from "./replicas.ts";

test("RF-11: a process that is stopped in the middle of a refresh for longer than its lease signs nobody out", async () => {
	await using redis = await startRedis();
	await using issuer = await startPortalsIssuer();
	const replica = openReplica(issuer, redis.url);
	const cookie = await replica.sessions.begin(await signIn(replica, issuer));

	const words = [join(import.meta.dirname, "replica.ts"), issuer.url, String(issuer.client("portal").client_secret), redis.url];
	const stopped = spawn(process.execPath, ["--conditions=@gatehouse/source", ...words], { stdio: ["pipe", "pipe", "inherit"] });
	const answers = createInterface({ input: stopped.stdout });
	try {
		const held = issuer.hold("token", "answer");
		const answer = once(answers, "line");
		stopped.stdin.write(`${cookie} ${orders}\n`);
		await held.arrived;
		stopped.kill("SIGSTOP");
		held.release();

		// This one waits for the lease of the stopped one, which nobody renews, and takes over.
		expect((await replica.sessions.token(cookie, { resource: orders, scope: "orders.write" })).scope).toEqual(["orders.write"]);
		expect((await replica.sessions.token(cookie, { resource: crm })).scope).toEqual(["crm.read"]);
		stopped.kill("SIGCONT");
		expect((await answer)[0]).toContain("orders.read");
		expect(await replica.sessions.read(cookie)).toHaveProperty("session");
		expect((await replica.sessions.token(cookie, { resource: orders, scope: "orders.read" })).scope).toEqual(["orders.read"]);
	} finally {
		stopped.kill("SIGCONT");
		stopped.kill("SIGKILL");
		await replica.store.close();
	}
});
