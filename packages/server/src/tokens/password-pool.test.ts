import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { nodeArgon2 } from "./argon2.ts";
import { PasswordPool } from "./password-pool.ts";

const job = { password: "x", salt: Buffer.alloc(16, 1), length: 32, parameters: { memory: 64, passes: 1, lanes: 1 } };
const impossible = { ...job, parameters: { memory: 1, passes: 0, lanes: 0 } };

test("a job that kills its thread fails alone, and the next thread takes its place", async () => {
	const pool = new PasswordPool(1, 10);
	const [lost, done] = await Promise.allSettled([pool.run(impossible), pool.run(job)]);
	expect(lost.status).toBe("rejected");
	expect(done).toMatchObject({ status: "fulfilled" });
	expect(Buffer.from(await pool.run(job))).toEqual(Buffer.from(nodeArgon2("x", job.salt, 32, job.parameters)));
	await pool.close();
});

test("answers go to whoever asked", async () => {
	const pool = new PasswordPool(2, 100);
	const jobs = Array.from({ length: 40 }, (_, i) => ({ ...job, password: `password ${i}` }));
	const digests = await Promise.all(jobs.map((each) => pool.run(each)));
	expect(digests.map((digest) => Buffer.from(digest))).toEqual(
		jobs.map(({ password }) => Buffer.from(nodeArgon2(password, job.salt, 32, job.parameters))),
	);
	await pool.close();
});

test("a process waits for a password that is computed, and ends when none is", async () => {
	const pool = new URL("./password-pool.ts", import.meta.url).href;
	const script = `
		import { PasswordPool } from ${JSON.stringify(pool)};
		const pool = new PasswordPool(2, 10);
		const job = { password: "x", salt: Buffer.alloc(16, 1), length: 32, parameters: { memory: 64, passes: 1, lanes: 1 } };
		await pool.run(job);
		const digest = await pool.run(job);
		console.log(Buffer.from(digest).toString("hex"));`;
	const { stdout } = await promisify(execFile)(
		process.execPath,
		["--conditions=@gatehouse/source", "--input-type=module", "--eval", script],
		{
			cwd: fileURLToPath(new URL(".", import.meta.url)),
		},
	);
	expect(stdout.trim()).toBe(Buffer.from(nodeArgon2("x", job.salt, 32, job.parameters)).toString("hex"));
});
