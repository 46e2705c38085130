import { once } from "node:events";
import { setTimeout as passed } from "node:timers/promises";
import { askedToEnd } from "./asked-to-end.ts";
import { redisAnswers, spawnRedis } from "./redis.ts";

/*
 * Redis as a program of the company: it ends when the company does, even when that is killed. When Redis itself is killed, it is started again with what it
 * had written down; the apps find it by themselves. Parameters: the program, its address, its folder.
 */
const [program = "", url = "", folder = ""] = process.argv.slice(2);
const port = Number(new URL(url).port);
let asked = false;
let redis = spawnRedis({ program, port, folder });
void askedToEnd().then(() => {
	asked = true;
	redis.kill("SIGTERM");
	// One that stands still is asked in vain.
	setTimeout(() => redis.kill("SIGKILL"), 3000).unref();
});

for (;;) {
	let last = "";
	for (const stream of [redis.stdout, redis.stderr]) stream?.on("data", (text) => (last = String(text).trim().split("\n").at(-1) ?? ""));
	let over: string | undefined;
	const ended = once(redis, "exit").then(
		([code, signal]) => `ended with ${code ?? signal}. ${last}`,
		(error: Error) => error.message,
	);
	void ended.then((how) => (over = how));
	while (over === undefined && !(await redisAnswers(port))) await passed(20);
	if (over === undefined) console.log(`listens at ${url}`);
	else {
		console.error(over);
		process.exit(asked ? 0 : 1);
	}
	const how = await ended;
	if (asked) process.exit(0);
	console.error(`${how} It is started again.`);
	redis = spawnRedis({ program, port, folder });
}
