import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { askedToEnd } from "./asked-to-end.ts";
import { dataFolder, redisPort } from "./parties.ts";
import { findRedis, redisAnswers, spawnRedis } from "./redis.ts";

/* The Redis in which portal and the second shop keep their sessions, if this machine has one: then sessions outlive these programs. */
const program = findRedis();
if (program === undefined) {
	console.error("There is no redis-server on this machine. Name one in REDIS_SERVER, or do without: then sessions are kept in memory.");
	process.exit(1);
}
const server = spawnRedis({ program, port: redisPort, folder: join(dataFolder, "redis") });
// It says much, and what matters only when it could not go on.
const said: string[] = [];
for (const stream of [server.stdout, server.stderr]) if (stream) createInterface({ input: stream }).on("line", (line) => said.push(line));

let asked = false;
void askedToEnd().then(() => {
	asked = true;
	server.kill("SIGTERM");
});
void announced();
await once(server, "close").catch((error: Error) => said.push(error.message));
if (!asked) console.error(said.slice(-5).join("\n"));
process.exit(asked ? 0 : 1);

async function announced(): Promise<void> {
	while (!(await redisAnswers(redisPort))) await new Promise((resolve) => setTimeout(resolve, 50));
	console.log(`listens at redis://127.0.0.1:${redisPort}`);
}
