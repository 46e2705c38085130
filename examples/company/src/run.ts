import type { Server } from "node:http";
import { askedToEnd } from "./asked-to-end.ts";
import { type Name, parties } from "./parties.ts";

/**
 * Opens `server` at the place of `name`, on loopback alone, until it is asked to end: then it takes no new connection, lets what is
 * under way finish, and the process ends.
 */
export function run(name: Name, server: Server): void {
	const { port, origin } = parties[name];
	server.once("error", (error: NodeJS.ErrnoException) => {
		const taken = error.code === "EADDRINUSE";
		console.error(taken ? `Port ${port} is taken: end what runs there, or set COMPANY_PORT to another first port.` : error.message);
		process.exit(1);
	});
	server.listen(port, "127.0.0.1", () => console.log(`listens at ${origin}`));
	void askedToEnd().then(() => {
		server.close(() => process.exit(0));
		setTimeout(() => process.exit(0), 3000).unref();
	});
}
