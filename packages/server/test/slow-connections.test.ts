import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { openHouse } from "./house.ts";

/** A connection that says a little each second and never finishes; answers when the server has had enough. */
function dawdle(port: number, begin: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const started = performance.now();
		const socket: Socket = connect(port, "127.0.0.1", () => socket.write(begin));
		const drip = setInterval(() => socket.write("x"), 1000);
		socket.on("data", () => {});
		socket.on("close", () => {
			clearInterval(drip);
			resolve(performance.now() - started);
		});
		socket.on("error", (error: NodeJS.ErrnoException) =>
			error.code === "ECONNRESET" || error.code === "EPIPE" ? undefined : reject(error),
		);
	});
}

test("PG-11 slow headers, slow bodies and idle connections are closed by the server, and honest requests are answered meanwhile", {
	timeout: 30_000,
}, async () => {
	await using house = await openHouse({ file: { issuer: "http://localhost:4000", listen: { port: 0 } } });
	const { port } = (await house.gatehouse.listen()) as AddressInfo;
	const beginnings = [
		"",
		"GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
		"POST /token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\n",
		"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n",
	];
	const slow = Array.from({ length: 400 }, (_, i) => dawdle(port, beginnings[i % 4]!));
	const honest = Promise.all(
		Array.from({ length: 20 }, async (_, i) => {
			await new Promise((resolve) => setTimeout(resolve, 200 * i));
			return (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status;
		}),
	);
	expect(new Set(await honest)).toEqual(new Set([200]));
	// All of them settle: a connection that the server kept would let the test run into its time-out.
	expect(await Promise.all(slow)).toHaveLength(400);
});
