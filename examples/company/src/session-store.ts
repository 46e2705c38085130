import { memory, redis, type SessionStore } from "@gatehouse/sdk/web";

/**
 * Where the sessions of portal and of the second shop are: in the Redis that `COMPANY_REDIS` names, where they outlive the program and several
 * copies of it could share them; in memory, where there is none. `npm start` finds a Redis, or says that there is none.
 */
export function openSessionStore(): SessionStore {
	const url = process.env["COMPANY_REDIS"];
	console.log(`keeps sessions in ${url ? "Redis" : "memory"}`);
	return url ? redis(url) : memory();
}
