import { createInterface } from "node:readline";
import { createClient } from "../../src/client/client.ts";
import { platform } from "../../src/client/world.ts";
import { createSessions, redis } from "../../src/sessions/index.ts";

/*
 * A replica of an app as a process of its own, so that it can be stopped in the middle of anything. Parameters: the issuer, the client's secret,
 * Redis. Each line that it reads is a wish, `cookie resource`; each line that it writes tells what came of it.
 */
const [issuer = "", secret = "", redisUrl = ""] = process.argv.slice(2);
const client = createClient({ issuer, clientId: "portal", clientAuth: secret, world: platform });
const sessions = createSessions({ client, store: redis(redisUrl), keys: [secret], world: platform });

createInterface({ input: process.stdin }).on("line", (line) => {
	const [cookie, resource = ""] = line.split(" ");
	sessions.token(cookie, { resource }).then(
		({ scope }) => console.log(scope.join(" ")),
		({ code }) => console.log(code),
	);
});
