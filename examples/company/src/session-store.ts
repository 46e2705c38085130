import { memory, redis, type SessionStore } from "@gatehouse/sdk/web";
import { redisPort } from "./parties.ts";
import { redisAnswers } from "./redis.ts";

/**
 * Where the sessions of portal and of the second shop are: in the company's Redis, where they outlive the program and several copies of it could
 * share them; or in memory, where there is none.
 */
export async function openSessionStore(): Promise<SessionStore> {
	const answers = await redisAnswers(redisPort);
	console.log(`keeps sessions in ${answers ? `redis://127.0.0.1:${redisPort}` : "memory"}`);
	return answers ? redis(`redis://127.0.0.1:${redisPort}`) : memory();
}
