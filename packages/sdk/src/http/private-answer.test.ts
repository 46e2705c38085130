import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import type { NodeResponse } from "./node.ts";
import { keepNodePrivate } from "./private-answer.ts";

const forms: Readonly<Record<string, (response: ServerResponse) => void>> = {
	"said before": (response) => void response.setHeader("cache-control", "public").setHeader("vary", ["Accept", "Origin"]).end("x"),
	"said as an object": (response) => void response.writeHead(200, { "Cache-Control": "public", Vary: "Accept, Origin" }).end("x"),
	"said with a message": (response) => void response.writeHead(200, "Fine", { "Cache-Control": "public", Vary: "Accept, Origin" }).end("x"),
	"said in turn": (response) => void response.writeHead(200, ["Cache-Control", "public", "Vary", "Accept", "Vary", "Origin"]).end("x"),
	"said after writing began": (response) => {
		response.setHeader("vary", "Accept, Origin");
		response.write("x");
		response.end();
	},
};

for (const [what, answer] of Object.entries(forms))
	test(`RP-03: what an app says of caches is overruled, ${what}; its other headers stay`, async () => {
		const server = createServer((_request, response) => {
			keepNodePrivate(response);
			// A second guard changes nothing.
			keepNodePrivate(response);
			response.setHeader("set-cookie", ["a=1", "b=2"]);
			response.setHeader("CDN-Cache-Control", "public, max-age=600").setHeader("Surrogate-Control", "max-age=600");
			answer(response);
		}).listen(0, "localhost");
		await once(server, "listening");
		const { headers } = await fetch(`http://localhost:${(server.address() as AddressInfo).port}`);
		server.closeAllConnections();
		server.close();
		expect([headers.get("cache-control"), headers.get("vary")]).toEqual(["no-store", "Accept, Origin, Cookie"]);
		expect([headers.get("cdn-cache-control"), headers.get("surrogate-control")]).toEqual([null, null]);
		expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
	});

test("RP-03: the same over HTTP/2", async () => {
	const server = createHttp2Server((_request, response) => {
		keepNodePrivate(response as NodeResponse);
		response.writeHead(200, { "cache-control": "public" });
		response.end("x");
	}).listen(0, "localhost");
	await once(server, "listening");
	const session = connect(`http://localhost:${(server.address() as AddressInfo).port}`);
	const stream = session.request({ ":path": "/" });
	const [headers] = await once(stream, "response");
	session.destroy();
	server.close();
	expect(headers).toMatchObject({ "cache-control": "no-store", vary: "Cookie" });
});
