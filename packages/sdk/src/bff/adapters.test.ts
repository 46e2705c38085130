import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Issuer } from "@gatehouse/testing";
import { serve } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { orders, shop, shopIssuer } from "../../test/bff/house.ts";
import type { Bff } from "./bff.ts";

/** An app of each framework with a back end in it; whatever is not the back end's is `the app`. */
const frameworks: Readonly<Record<string, (bff: Bff) => Promise<Server>>> = {
	async Express(bff) {
		const app = express();
		app.use(bff.express());
		app.use((_, response) => void response.send("the app"));
		return createServer(app).listen(0, "127.0.0.1");
	},
	async Fastify(bff) {
		const app = fastify();
		await app.register(bff.fastify);
		app.setNotFoundHandler((_, reply) => reply.send("the app"));
		await app.listen({ port: 0, host: "127.0.0.1" });
		return app.server;
	},
	async Hono(bff) {
		const app = new Hono();
		app.use(bff.hono());
		app.notFound((context) => context.text("the app"));
		return serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
	},
};

let issuer: Issuer;
beforeAll(async () => {
	issuer = await shopIssuer();
	// Hono's server writes down each answer that breaks off, as it should here.
	vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterAll(() => issuer.stop());

describe.each(Object.keys(frameworks))("%s", (name) => {
	let house: ReturnType<typeof shop>;
	let server: Server;
	/** An API on the network, which does what a test says. */
	let api: Server;
	let cookie: string;

	beforeAll(async () => {
		api = createServer().listen(0, "127.0.0.1");
		await once(api, "listening");
		const { port } = api.address() as AddressInfo;
		const fetched = { to: `http://127.0.0.1:${port}`, resource: orders, methods: ["GET", "POST"] };
		const checked = { to: orders, methods: ["GET", "POST"] };
		house = shop(issuer, { routes: { "/api/orders/*": checked, "/api/live/*": fetched } });
		const alice = house.browser();
		await alice.signIn();
		cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
		server = await frameworks[name]!(house.bff);
		if (!server.listening) await once(server, "listening");
	});
	afterAll(() => {
		for (const one of [server, api]) one.close().closeAllConnections();
	});

	const port = () => (server.address() as AddressInfo).port;
	/** Writes bytes to the server as they are; answers what came back until it hung up. */
	async function raw(...lines: readonly string[]): Promise<string> {
		const socket = connect(port(), "127.0.0.1");
		socket.write(lines.join("\r\n"));
		return text(socket);
	}
	const asked = (target: string, method = "GET", ...more: readonly string[]) =>
		raw(`${method} ${target} HTTP/1.1`, "host: shop.acme.test", "connection: close", `cookie: ${cookie}`, "x-csrf: 1", ...more, "", "");
	const statusOf = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);

	test("J4: a call comes through, and the app's own pages are its own", async () => {
		const answer = await asked("/api/orders/1041?x=/../y");
		expect([statusOf(answer), answer]).toEqual([200, expect.stringContaining(issuer.person("alice").sub)]);
		expect(answer.toLowerCase()).toContain("cache-control: no-store");
		expect(house.seen.at(-1)?.url).toBe(`${orders}/1041?x=/../y`);
		expect(await asked("/")).toContain("the app");
		const { status, headers } = await fetch(`http://127.0.0.1:${port()}/auth/session`, { headers: { cookie, "x-csrf": "1" } });
		expect([status, headers.get("vary"), headers.get("cache-control")]).toEqual([200, "Cookie", "no-store"]);
	});

	test.each([
		"/api/orders/../../admin",
		"/api/orders/..",
		"/api/orders/./x",
		"/api/orders/%2e%2e/%2e%2e/admin",
		"/api/orders/%2E%2E%2Fadmin",
		"/api/orders/..%2f..%2fadmin",
		"/api/orders/..%5cadmin",
		"/api/orders/..\\admin",
		"/api/orders//admin",
		"/api/orders/;/admin",
		"/api/orders/..;/admin",
		"/api/orders/x%00.json",
		"/api/orders/x%0d%0ahost:evil",
		"/api/orders/%252e%252e/admin",
		"/api/orders/%c0%ae%c0%ae/admin",
		"/api/orders/%",
		"/api/orders/x#y",
	])("PG-14: %s is refused, not repaired, and no API hears of it", async (target) => {
		const before = house.seen.length;
		const answer = await asked(target);
		expect([400, 404]).toContain(statusOf(answer));
		expect(house.seen.length).toBe(before);
	});

	test.each(["//api/orders/x", "/x/../api/orders/1", "/API/orders", "/%61pi/orders", "/api%2forders/1", "/api/ordersx", "/api\\orders\\1"])(
		"PG-14: %s is not the route's, and no API hears of it",
		async (target) => {
			const before = house.seen.length;
			const answer = await asked(target);
			expect(answer.includes("the app") || statusOf(answer) === 400).toBe(true);
			expect(house.seen.length).toBe(before);
		},
	);

	test("PG-14: the host of a target in absolute form is looked at by nobody", async () => {
		const before = house.seen.length;
		const answer = await asked("http://evil.test/api/orders/1");
		if (statusOf(answer) === 200) expect(house.seen.slice(before).map(({ url }) => url)).toEqual([`${orders}/1`]);
		else expect(house.seen.length).toBe(before);
	});

	test.each([
		["a length and a coding", ["content-length: 2", "transfer-encoding: chunked"]],
		["two lengths", ["content-length: 2", "content-length: 3"]],
		["two codings", ["transfer-encoding: chunked", "transfer-encoding: identity"]],
		["an unknown coding", ["transfer-encoding: xchunked"]],
		["a length with a sign", ["content-length: +2"]],
		["a blank before the colon", ["transfer-encoding : chunked", "content-length: 2"]],
	])("PG-10: %s: no request is smuggled into another", async (_, headers) => {
		const before = house.seen.length;
		const smuggled = `0\r\n\r\nGET /api/orders/smuggled HTTP/1.1\r\nhost: x\r\n\r\n`;
		const answer = await asked("/api/orders/new", "POST", ...headers, "", smuggled);
		expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
		expect(house.seen.slice(before)).toEqual([]);
	});

	test("a request with a body comes through whole, announced or in chunks", async () => {
		await asked("/api/orders/new", "POST", "content-length: 2", "", "{}");
		await asked("/api/orders/new", "POST", "transfer-encoding: chunked", "", "2\r\n{}\r\n0\r\n");
		expect(house.seen.slice(-2).map(({ body }) => body)).toEqual(["{}", "{}"]);
	});

	/** Asks for what the live API answers; @returns both ends. */
	async function live(method: string, headers: Record<string, string> = {}) {
		const asking = request({
			host: "127.0.0.1",
			port: port(),
			path: "/api/live/x",
			method,
			headers: { cookie, "x-csrf": "1", ...headers },
			agent: false,
		});
		asking.on("error", () => undefined);
		if (method === "GET") asking.end();
		else asking.write("first");
		const [incoming, outgoing] = (await once(api, "request")) as [IncomingMessage, ServerResponse];
		return { asking, incoming, outgoing };
	}
	const answerTo = async (asking: ReturnType<typeof request>) => (await once(asking, "response"))[0] as IncomingMessage;
	const chunkOf = async (from: IncomingMessage) => String((await once(from, "data"))[0]);

	test("an answer passes word by word, and the API hears when nobody listens any more", async () => {
		const { asking, outgoing } = await live("GET");
		outgoing.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
		const answer = await answerTo(asking);
		expect(await chunkOf(answer)).toBe("data: 1\n\n");
		outgoing.write("data: 2\n\n");
		expect(await chunkOf(answer)).toBe("data: 2\n\n");
		const gone = once(outgoing, "close");
		asking.destroy();
		await gone;
		expect(outgoing.writableFinished).toBe(false);
	});

	test("a browser that goes before there is an answer is hung up on behind too", async () => {
		const { asking, outgoing } = await live("GET");
		const gone = once(outgoing, "close");
		asking.destroy();
		await gone;
	});

	test("an API that breaks off in the middle breaks the answer off: nobody takes half for the whole", async () => {
		const { asking, outgoing } = await live("GET");
		outgoing.writeHead(200).write("half");
		const answer = await answerTo(asking);
		expect(await chunkOf(answer)).toBe("half");
		const broken = once(answer, "error");
		outgoing.destroy();
		expect((await broken)[0]).toMatchObject({ code: "ECONNRESET" });
		expect(answer.complete).toBe(false);
	});

	test("an upload passes word by word, and one that breaks off does so at the API", async () => {
		const { asking, incoming } = await live("POST");
		expect(await chunkOf(incoming)).toBe("first");
		asking.write("second");
		expect(await chunkOf(incoming)).toBe("second");
		const broken = once(incoming, "error");
		asking.destroy();
		expect((await broken)[0]).toMatchObject({ code: "ECONNRESET" });
		expect(incoming.complete).toBe(false);
	});

	test("who reads slowly is sent no more than the wires hold", async () => {
		const { asking, outgoing } = await live("GET");
		let sent = 0;
		const most = 256 * 1024 * 1024;
		const piece = Buffer.alloc(1024 * 1024);
		const pour = () => {
			while (sent < most && !outgoing.destroyed) {
				sent += piece.length;
				if (!outgoing.write(piece)) return void outgoing.once("drain", pour);
			}
		};
		const answer = answerTo(asking);
		pour();
		(await answer).pause();
		// Until nothing has moved for some turns of the loop.
		for (let still = 0, before = -1; still < 20; still = sent === before ? still + 1 : 0, before = sent)
			await new Promise((done) => setTimeout(done, 10));
		expect(sent).toBeLessThan(most / 4);
		asking.destroy();
	});
});
