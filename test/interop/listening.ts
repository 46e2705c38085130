import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";

/** Answers so on loopback, at the port of that origin, until the block ends. */
export async function listening(origin: string, answer: RequestListener): Promise<AsyncDisposable> {
	const server = createServer(answer).listen(Number(new URL(origin).port), "127.0.0.1");
	await once(server, "listening");
	return server;
}
