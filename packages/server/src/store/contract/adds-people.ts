import { writeSync } from "node:fs";
import { openSqlite } from "../sqlite.ts";

/* A process of its own, for tests: adds people with credential and event, and says on its output which ones are written. */

const [file = "", name = "", count = "0"] = process.argv.slice(2);
const limits = { sessions: { idle: 1, absolute: 1, max: 0 }, refreshTokens: { idle: 1, absolute: 1 } };
const store = await openSqlite(file, { tenant: "default", limits });

async function add(number: number): Promise<void> {
	const id = `${name}-${number.toString().padStart(8, "0")}`;
	const person = {
		...{ id, username: id, claims: {}, groups: [], admin: false, enabled: true, managedBy: "store" as const },
		...{ createdAt: 0, updatedAt: 0, epoch: 0, passwordVersion: 0, held: false, declaredDisabled: false, hasPassword: true },
	};
	const told = { id: `event-${id}`, at: 0, type: "person.added" as const, personId: id };
	await store.people.add(person, { kind: "password", hash: "h" }, [told]);
	writeSync(1, `${id}\n`);
}

let next = 0;
await Promise.all(
	Array.from({ length: 8 }, async () => {
		while (next < Number(count)) await add(next++);
	}),
);
await store.close();
