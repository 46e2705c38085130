import { once } from "node:events";
import { request as nodeRequest } from "node:http";
import { connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { frameworks, type Listening, startHttp2 } from "../../test/http/frameworks.ts";
import type { Handler } from "./handler.ts";
import { targetOf } from "./target.ts";

const origin = "https://crm.acme.test";
const servers: Listening[] = [];
// Two of the frameworks write down what they are told went wrong.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

/** A handler of everything below `/own`. */
const handlerOf = (answer: Handler["answer"]): Handler => ({ owns: (target) => target.startsWith("/own"), answer });

/** A response whose chunks the test sends. */
function streamed() {
	let controller!: ReadableStreamDefaultController<Uint8Array>;
	const cancelled = Promise.withResolvers<unknown>();
	const body = new ReadableStream<Uint8Array>({
		start(own) {
			controller = own;
		},
		cancel: (reason) => cancelled.resolve(reason),
	});
	return {
		body,
		send: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
		end: () => controller.close(),
		fail: () => controller.error(new Error("broken")),
		cancelled: cancelled.promise,
	};
}

for (const [name, start] of Object.entries(frameworks))
	describe(name, () => {
		async function listen(answer: Handler["answer"]): Promise<string> {
			const server = await start(handlerOf(answer), origin);
			servers.push(server);
			return server.url;
		}

		test("requests for other paths go on to the app untouched, with their body", async () => {
			const url = await listen(async () => new Response("own"));
			const other = await fetch(`${url}/other`, { method: "POST", body: "the body" });
			expect([other.headers.get("x-app"), await other.text()]).toEqual(["1", "POST the body"]);
			expect(await (await fetch(`${url}/own`)).text()).toBe("own");
		});

		test("a request arrives with the app's own origin, whatever its Host says, and with its target as it came", async () => {
			const url = await listen(async (request) =>
				Response.json([request.url, targetOf(request), request.method, request.headers.get("x-mark")]),
			);
			const answer = await new Promise<string>((resolve, reject) => {
				const asked = nodeRequest(`${url}/`, {
					path: "/own//a/%2e%2e/b?c=%20d",
					method: "PUT",
					headers: { host: "evil.test", "x-forwarded-host": "evil.test", "x-mark": "a mark", connection: "close" },
				});
				asked.on("error", reject).on("response", (response) => {
					response.toArray().then((chunks) => resolve(chunks.join("")), reject);
				});
				asked.end("x");
			});
			const [seen, target, method, mark] = JSON.parse(answer);
			expect(new URL(seen).origin).toBe(origin);
			expect([target, method, mark]).toEqual(["/own//a/%2e%2e/b?c=%20d", "PUT", "a mark"]);
		});

		test("a target that names a host of its own is taken by its path", async () => {
			const url = await listen(async (request) => new Response(request.url));
			const { port } = new URL(url);
			const answer = await new Promise<string>((resolve, reject) => {
				const socket = connectSocket(Number(port), "localhost");
				socket.toArray().then((chunks) => resolve(chunks.join("")), reject);
				socket.write("GET http://evil.test/own HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n");
			});
			expect(answer).toContain(`${origin}/own`);
			expect(answer).not.toContain("evil.test");
		});

		test("a body streams in: its beginning is read while its end has not been sent", async () => {
			const read = Promise.withResolvers<string>();
			const url = await listen(async (request) => {
				const reader = request.body!.getReader();
				read.resolve(new TextDecoder().decode((await reader.read()).value));
				let rest = "";
				for (let part = await reader.read(); !part.done; part = await reader.read()) rest += new TextDecoder().decode(part.value);
				return new Response(rest);
			});
			const upload = streamed();
			upload.send("beginning");
			const answer = fetch(`${url}/own`, { method: "POST", body: upload.body, duplex: "half" } as RequestInit);
			expect(await read.promise).toBe("beginning");
			upload.send("end");
			upload.end();
			expect(await (await answer).text()).toBe("end");
		});

		test("an answer streams out: headers at once, and its beginning before its end is there", async () => {
			const download = streamed();
			const url = await listen(async () => new Response(download.body, { status: 201, headers: { "content-type": "text/event-stream" } }));
			const answer = await fetch(`${url}/own`);
			expect([answer.status, answer.headers.get("content-type")]).toEqual([201, "text/event-stream"]);
			const reader = answer.body!.getReader();
			download.send("first");
			expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
			download.send("second");
			expect(new TextDecoder().decode((await reader.read()).value)).toBe("second");
			download.end();
			expect((await reader.read()).done).toBe(true);
		});

		test("a client that goes away ends what it waited for: the request's signal fires, and an answer under way is cancelled", async () => {
			const [arrived, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
			const download = streamed();
			const url = await listen(async (request) => {
				if (new URL(request.url).pathname === "/own/stream") return new Response(download.body);
				request.signal.addEventListener("abort", () => gone.resolve());
				arrived.resolve();
				await gone.promise;
				return new Response("too late");
			});
			const waiting = new AbortController();
			const asked = fetch(`${url}/own/wait`, { signal: waiting.signal });
			await arrived.promise;
			waiting.abort();
			await expect(asked).rejects.toThrow();
			await gone.promise;

			const reading = new AbortController();
			const answer = await fetch(`${url}/own/stream`, { signal: reading.signal });
			download.send("first");
			await answer.body!.getReader().read();
			reading.abort();
			await download.cancelled;
		});

		test("an answer that fails on its way is cut off, and not mistaken for a whole one", async () => {
			const download = streamed();
			const url = await listen(async () => new Response(download.body));
			const answer = await fetch(`${url}/own`);
			download.send("half");
			const reader = answer.body!.getReader();
			await reader.read();
			download.fail();
			await expect(reader.read()).rejects.toThrow();
		});

		test("several cookies are several, and an answer without a body is one", async () => {
			const url = await listen(async (request) => {
				if (request.method === "DELETE") return new Response(null, { status: 204 });
				const headers = new Headers({ location: "/there" });
				headers.append("set-cookie", "a=1; Path=/");
				headers.append("set-cookie", "b=2; Expires=Wed, 09 Jun 2027 10:18:14 GMT");
				return new Response(null, { status: 303, headers });
			});
			const answer = await fetch(`${url}/own`, { redirect: "manual" });
			expect([answer.status, answer.headers.get("location"), await answer.text()]).toEqual([303, "/there", ""]);
			expect(answer.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2; Expires=Wed, 09 Jun 2027 10:18:14 GMT"]);
			expect((await fetch(`${url}/own`, { method: "DELETE" })).status).toBe(204);
		});

		test("HEAD is answered with the headers alone, and the connection goes on", async () => {
			const url = await listen(async (request) => new Response(`for ${request.method}`, { headers: { "x-mark": "1" } }));
			for (let count = 0; count < 2; count++) {
				const answer = await fetch(`${url}/own`, { method: "HEAD" });
				expect([answer.status, answer.headers.get("x-mark"), await answer.text()]).toEqual([200, "1", ""]);
			}
		});

		test("a fault of the handler is the framework's to answer, and the app goes on", async () => {
			const url = await listen(async () => Promise.reject(new Error("a canary")));
			expect((await fetch(`${url}/own`)).status).toBe(500);
			expect((await fetch(`${url}/other`)).status).toBe(200);
		});

		test("a method that fetch does not know is refused, and nothing falls over", async () => {
			const url = await listen(async () => new Response("own"));
			const traced = nodeRequest(`${url}/own`, { method: "TRACE" }).end();
			const [{ statusCode }] = (await once(traced, "response")) as [{ readonly statusCode: number }];
			traced.destroy();
			expect(statusCode).toBe(405);
			expect(await (await fetch(`${url}/own`)).text()).toBe("own");
		});

		test("a large body passes both ways whole", async () => {
			const url = await listen(async (request) => new Response(request.body));
			const body = new Uint8Array(3_000_000).map((_, index) => index % 251);
			const answer = new Uint8Array(await (await fetch(`${url}/own`, { method: "POST", body })).arrayBuffer());
			expect(Buffer.compare(answer, body)).toBe(0);
		});
	});

describe("behind a parser that has read the body already", () => {
	for (const [type, sent, expected] of [
		["application/x-www-form-urlencoded", "a=1&b=x+y&a=2", "a=1&a=2&b=x+y"],
		["application/x-www-form-urlencoded", "a[toString]=1&b=2&__proto__[c]=3", "a=&b=2"],
		["application/json", '{"a":[1]}', '{"a":[1]}'],
		["text/plain", "text", "text"],
	] as const)
		test(`PG-10: ${type} is there again: ${sent}`, async () => {
			const { default: express } = await import("express");
			const { expressMiddleware } = await import("./express.ts");
			const app = express();
			app.use(express.urlencoded({ extended: true }), express.json(), express.text());
			app.use(
				expressMiddleware(
					handlerOf(async (request) => new Response(await request.text())),
					origin,
				),
			);
			const server = app.listen(0, "localhost");
			await new Promise((resolve) => server.once("listening", resolve));
			servers.push({ url: "", close: async () => void server.close() });
			const { port } = server.address() as { port: number };
			const answer = await fetch(`http://localhost:${port}/own`, { method: "POST", headers: { "content-type": type }, body: sent });
			expect(await answer.text()).toBe(expected);
		});

	test("Hono has kept it", async () => {
		const { Hono } = await import("hono");
		const { honoMiddleware } = await import("./hono.ts");
		const app = new Hono();
		app.use(async (c, next) => {
			await c.req.parseBody();
			await next();
		});
		app.use(
			honoMiddleware(
				handlerOf(async (request) => new Response(await request.text())),
				origin,
			),
		);
		const answer = await app.request("/own", { method: "POST", body: new URLSearchParams("a=1") });
		expect(await answer.text()).toBe("a=1");
	});
});

describe("HTTP/2", () => {
	test("pseudo-headers are no headers, bodies stream, and nothing is said of the connection", async () => {
		const server = await startHttp2(
			handlerOf(async (request) => {
				const names = [...request.headers.keys()];
				return new Response(`${request.url} ${names.filter((name) => name.startsWith(":"))} ${await request.text()}`, {
					headers: { connection: "keep-alive", "transfer-encoding": "chunked", "set-cookie": "a=1" },
				});
			}),
			origin,
		);
		servers.push(server);
		const session = connect(server.url);
		const ask = (path: string, body?: string, method = body === undefined ? "GET" : "POST") =>
			new Promise<{ readonly text: string; readonly headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
				const stream = session.request({
					":path": path,
					":method": method,
					":authority": "evil.test",
					cookie: "a=1",
				});
				const headers = once(stream, "response");
				stream.end(body);
				Promise.all([stream.toArray(), headers]).then(([chunks, [given]]) => resolve({ text: chunks.join(""), headers: given }), reject);
			});
		const { text, headers } = await ask("/own?x=1", "the body");
		expect(text).toBe(`${origin}/own?x=1  the body`);
		expect(headers).toMatchObject({ ":status": 200, "set-cookie": ["a=1"] });
		expect((await ask("/other")).text).toBe("app");
		expect((await ask("/own", undefined, "get")).headers).toMatchObject({ ":status": 200 });
		session.destroy();
	});
});
