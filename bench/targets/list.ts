import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Client, Registration, Target } from "../target.ts";
import { floor } from "./floor.ts";
import { gatehouse } from "./gatehouse.ts";

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (address === null || typeof address === "string") throw new Error("no port");
	return address.port;
}

function makeClient(id: string): Client {
	return { id, secret: randomBytes(32).toString("base64url") };
}

/** All targets, in the order in which each round visits them. Secrets are made anew for each run. */
export async function makeTargets(data: string): Promise<readonly Target[]> {
	const registration: Registration = {
		clients: { service: makeClient("night-job"), web: makeClient("portal"), api: makeClient("crm-api") },
		redirectUri: "https://portal.example.com/callback",
		api: "https://crm.example.com",
		apiScope: "crm.read",
	};
	const targets: Target[] = [];
	for (const algorithm of ["RS256", "ES256"] as const) {
		for (const [name, make] of Object.entries({ floor, gatehouse })) {
			targets.push(make({ algorithm, port: await freePort(), folder: `${data}/${name}-${algorithm}`, registration }));
		}
	}
	return targets;
}
