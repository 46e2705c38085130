import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { TestingError } from "./testing-error.ts";

/** As the server itself has them: nobody holds a connection for long without saying something. */
const patience = {
	maxHeaderSize: 16_384,
	headersTimeout: 8_000,
	requestTimeout: 8_500,
	keepAliveTimeout: 8_000,
	connectionsCheckingInterval: 1_000,
};

/** Where an issuer is reached. */
export interface Front {
	readonly port: number;
	/** Ends it, with every connection. */
	readonly close: () => Promise<void>;
}

/**
 * Listens on loopback, under both of its addresses: no other program answers for `localhost` on this port.
 *
 * @param port 0 for a free one
 */
export async function openFront(port: number, listener: RequestListener): Promise<Front> {
	for (let attempt = 0; attempt < 10; attempt++) {
		const first = await listen(port, "127.0.0.1", listener);
		if (typeof first === "string")
			throw new TestingError(`the port ${port} cannot be listened on (${first}): name another, or none for a free one`);
		const taken = (first.address() as AddressInfo).port;
		const second = await listen(taken, "::1", listener);
		// A machine without IPv6 has one loopback address alone.
		if (second === "EADDRINUSE" && port === 0) {
			await close(first);
			continue;
		}
		if (second === "EADDRINUSE") throw new TestingError(`the port ${port} is taken on [::1]: name another, or none for a free one`);
		const servers = typeof second === "string" ? [first] : [first, second];
		return { port: taken, close: async () => void (await Promise.all(servers.map(close))) };
	}
	throw new TestingError("no port is free on both loopback addresses");
}

/** @returns the code of the system's error where it cannot be listened on */
function listen(port: number, host: string, listener: RequestListener): Promise<Server | string> {
	const server = createServer(patience, listener);
	return new Promise((resolve) => {
		server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
		server.listen({ port, host, ipv6Only: true }, () => resolve(server));
	});
}

function close(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
