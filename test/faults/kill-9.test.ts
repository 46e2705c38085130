import { expect, test } from "vitest";
import { freePort } from "../../examples/company/src/ports.ts";
import { scratchFolder, startServer } from "../process.ts";
import { configure, exchange, killUnderLoad } from "./kill-under-load.ts";

test(
	"F-01 F-03 I15 kill -9 under load: what was answered is kept, nothing is used twice, and nobody is signed out",
	{ timeout: 90_000 },
	() => killUnderLoad(3),
);

test("SIGTERM under load: requests in flight are answered, none fails, and the process ends by itself with 0", {
	timeout: 30_000,
}, async () => {
	using folder = scratchFolder();
	const port = await freePort();
	await using server = await startServer(configure(folder, port), port);
	const slow = Array.from({ length: 40 }, () => exchange(server.origin, { grant_type: "refresh_token", refresh_token: "unknown" }));
	await Promise.race(slow);
	const [ended, ...answers] = await Promise.all([server.stop(), ...slow]);
	expect(ended.code).toBe(0);
	expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([400]));
});
